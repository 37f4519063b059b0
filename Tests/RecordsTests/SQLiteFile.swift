// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import CSQLite
import Foundation
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

  /// Whether SQLite runs all of it; what it began and did not commit is undone.
  static func isTaken(_ sql: String, on path: String) throws -> Bool {
    var handle: OpaquePointer?
    #expect(unsafe sqlite3_open(path, &handle) == SQLITE_OK)
    defer { unsafe sqlite3_close_v2(handle) }
    return unsafe sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK
  }

  /// Writes over the pages of `path` that `condition` on SQLite's `dbstat` chooses; how many.
  static func damage(_ path: String, where condition: String) throws -> Int {
    let pages = try numbers("SELECT pageno FROM dbstat WHERE \(condition)", on: path)
    let size = UInt64(try #require(try numbers("PRAGMA page_size", on: path).first))
    let handle = try #require(FileHandle(forUpdatingAtPath: path))
    for page in pages {
      try handle.seek(toOffset: UInt64(page - 1) * size)
      try handle.write(contentsOf: Data(repeating: 0x5a, count: Int(size)))
    }
    try handle.close()
    return pages.count
  }

  /// The first column of a query.
  static func numbers(_ sql: String, on path: String) throws -> [Int64] {
    var handle: OpaquePointer?
    var statement: OpaquePointer?
    defer {
      unsafe sqlite3_finalize(statement)
      unsafe sqlite3_close_v2(handle)
    }
    #expect(unsafe sqlite3_open(path, &handle) == SQLITE_OK)
    #expect(unsafe sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK)
    var found: [Int64] = []
    while unsafe sqlite3_step(statement) == SQLITE_ROW {
      found.append(unsafe sqlite3_column_int64(statement, 0))
    }
    return found
  }
}
