// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import CSQLite
import Testing

/// A store's file, changed behind the store's back.
enum SQLiteFile {
  static func run(_ sql: String, on path: String) throws {
    var handle: OpaquePointer?
    #expect(unsafe sqlite3_open(path, &handle) == SQLITE_OK)
    unsafe sqlite3_busy_timeout(handle, 5000)
    #expect(unsafe sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK)
    unsafe sqlite3_close_v2(handle)
  }
}
