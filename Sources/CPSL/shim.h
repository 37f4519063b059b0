// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.
#pragma once
#include <libpsl.h>
#include <stddef.h>
#include <stdio.h>

/// Loads a public suffix list (text or DAFSA) held in memory; null when it cannot be read.
static inline psl_ctx_t *cordon_psl_load(const void *octets, size_t count) {
  FILE *stream = fmemopen((void *)octets, count, "rb");
  if (stream == NULL) return NULL;
  psl_ctx_t *list = psl_load_fp(stream);
  fclose(stream);
  return list;
}
