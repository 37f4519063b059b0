// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import CSQLite
internal import FoundationEssentials
internal import Records

/// The row a statement stands on; used only inside the closure it is given to.
// @safe: made for one step of a statement and used only inside the closure it is handed to.
@safe struct Row {
  private let statement: OpaquePointer

  init(_ statement: OpaquePointer) {
    unsafe self.statement = unsafe statement
  }

  func integer(_ column: Int32) -> Int64 { unsafe sqlite3_column_int64(statement, column) }

  func optionalInteger(_ column: Int32) -> Int64? { isNull(column) ? nil : integer(column) }

  func text(_ column: Int32) -> String { String(decoding: octets(column), as: UTF8.self) }

  func optionalText(_ column: Int32) -> String? { isNull(column) ? nil : text(column) }

  func octets(_ column: Int32) -> [UInt8] {
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

  func optionalOctets(_ column: Int32) -> [UInt8]? { isNull(column) ? nil : octets(column) }

  func time(_ column: Int32) -> Date { Date(timeIntervalSince1970: Double(integer(column))) }

  func optionalTime(_ column: Int32) -> Date? { isNull(column) ? nil : time(column) }

  /// The value that `parse` makes of the column's text.
  func value<Value>(_ column: Int32, _ parse: (String) -> Value?) throws(RecordsError) -> Value {
    guard let value = parse(text(column)) else {
      throw .fatal("a stored \(Value.self) cannot be read")
    }
    return value
  }

  private func isNull(_ column: Int32) -> Bool {
    unsafe sqlite3_column_type(statement, column) == SQLITE_NULL
  }
}
