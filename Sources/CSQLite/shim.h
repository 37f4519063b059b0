// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.
#pragma once
#include <sqlite3.h>

// SQLITE_TRANSIENT is a cast that Swift does not import: SQLite copies the octets before these return.
static inline int cordon_bind_text(sqlite3_stmt *statement, int index, const void *text, int octets) {
  return sqlite3_bind_text(statement, index, text ? text : "", octets, SQLITE_TRANSIENT);
}

static inline int cordon_bind_blob(sqlite3_stmt *statement, int index, const void *blob, int octets) {
  if (octets == 0) return sqlite3_bind_zeroblob(statement, index, 0);
  return sqlite3_bind_blob(statement, index, blob, octets, SQLITE_TRANSIENT);
}
