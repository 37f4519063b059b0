// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.
#pragma once
#include <zstd.h>
#include <zstd_errors.h>
