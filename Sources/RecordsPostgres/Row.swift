// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import CPostgres
public import RecordsSQL

// @safe: made for one row of a result and used only inside the closure it is handed to.
/// One row of a result, its columns in PostgreSQL's binary form.
@safe public struct Row: SQLRow {
  private let result: OpaquePointer
  private let row: Int32

  init(_ result: OpaquePointer, _ row: Int32) {
    unsafe self.result = unsafe result
    self.row = row
  }

  /// The number; 0 for null.
  public func integer(_ column: Int32) -> Int64 {
    octets(column).reduce(into: Int64(0)) { $0 = $0 << 8 | Int64($1) }
  }

  /// The text; empty for null.
  public func text(_ column: Int32) -> String {
    guard let start = unsafe PQgetvalue(result, row, column) else { return "" }
    let count = Int(unsafe PQgetlength(result, row, column))
    return unsafe String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
  }

  /// The octets; empty for null.
  public func octets(_ column: Int32) -> [UInt8] {
    guard let start = unsafe PQgetvalue(result, row, column) else { return [] }
    let count = Int(unsafe PQgetlength(result, row, column))
    return unsafe [UInt8](UnsafeRawBufferPointer(start: start, count: count))
  }

  /// Whether there is no value.
  public func isNull(_ column: Int32) -> Bool { unsafe PQgetisnull(result, row, column) == 1 }
}
