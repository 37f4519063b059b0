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

static inline int cordon_note_frames(void *frames, sqlite3 *connection, const char *database, int count) {
  *(int *)frames = count;
  return SQLITE_OK;
}

// Notes in `frames`, after each commit, how many pages stand in the write-ahead log; nothing is taken out of it by itself.
static inline void cordon_count_frames(sqlite3 *connection, int *frames) {
  sqlite3_wal_hook(connection, cordon_note_frames, frames);
}
