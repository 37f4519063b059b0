// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import CSQLite
public import RecordsSQL

// @safe: made for one step of a statement and used only inside the closure it is handed to.
/// The row a statement stands on; used only inside the closure it is given to.
@safe public struct Row: SQLRow {
  private let statement: OpaquePointer

  init(_ statement: OpaquePointer) {
    unsafe self.statement = unsafe statement
  }

  /// The number; 0 for null.
  public func integer(_ column: Int32) -> Int64 { unsafe sqlite3_column_int64(statement, column) }

  /// The text; empty for null.
  public func text(_ column: Int32) -> String { String(decoding: octets(column), as: UTF8.self) }

  /// The octets; empty for null.
  public func octets(_ column: Int32) -> [UInt8] {
    guard let start = unsafe sqlite3_column_blob(statement, column) else { return [] }
    let count = Int(unsafe sqlite3_column_bytes(statement, column))
    return unsafe [UInt8](UnsafeRawBufferPointer(start: start, count: count))
  }

  /// Appends the column's octets to others, without an array of their own.
  func append(_ column: Int32, to octets: inout [UInt8]) {
    guard let start = unsafe sqlite3_column_blob(statement, column) else { return }
    let count = Int(unsafe sqlite3_column_bytes(statement, column))
    unsafe octets.append(contentsOf: UnsafeRawBufferPointer(start: start, count: count))
  }

  /// Whether there is no value.
  public func isNull(_ column: Int32) -> Bool {
    unsafe sqlite3_column_type(statement, column) == SQLITE_NULL
  }
}
