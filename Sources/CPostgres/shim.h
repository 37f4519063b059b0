// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.
#pragma once
#include <libpq-fe.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

// Waits until the socket can be read: 1, or 0 when the time is over, or -1.
static inline int cordon_wait_readable(int socket, int milliseconds) {
  struct pollfd one = {.fd = socket, .events = POLLIN};
  int code = poll(&one, 1, milliseconds);
  return code < 0 && errno == EINTR ? 0 : code;
}
