// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import CPostgres
internal import FoundationEssentials
internal import Records

/// One row of a result, its columns in PostgreSQL's binary form.
// @safe: made for one row of a result and used only inside the closure it is handed to.
@safe struct Row {
  private let result: OpaquePointer
  private let row: Int32

  init(_ result: OpaquePointer, _ row: Int32) {
    unsafe self.result = unsafe result
    self.row = row
  }

  func integer(_ column: Int32) -> Int64 {
    octets(column).reduce(into: Int64(0)) { $0 = $0 << 8 | Int64($1) }
  }

  func optionalInteger(_ column: Int32) -> Int64? { isNull(column) ? nil : integer(column) }

  func text(_ column: Int32) -> String {
    guard let start = unsafe PQgetvalue(result, row, column) else { return "" }
    let count = Int(unsafe PQgetlength(result, row, column))
    return unsafe String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
  }

  func optionalText(_ column: Int32) -> String? { isNull(column) ? nil : text(column) }

  func octets(_ column: Int32) -> [UInt8] {
    guard let start = unsafe PQgetvalue(result, row, column) else { return [] }
    let count = Int(unsafe PQgetlength(result, row, column))
    return unsafe [UInt8](UnsafeRawBufferPointer(start: start, count: count))
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

  private func isNull(_ column: Int32) -> Bool { unsafe PQgetisnull(result, row, column) == 1 }
}
