// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

package import Records

extension SQLSession {
  /// Rows in order of their key, from the one after `after`.
  package func rows(of table: StoredTable, after: [StoredValue]?, limit: Int) throws(RecordsError)
    -> [[StoredValue]]
  {
    let names = table.columns.map { "\"\($0.name)\"" }.joined(separator: ", ")
    let key = table.key.map { "\"\($0)\"" }.joined(separator: ", ")
    let marks = table.key.map { _ in "?" }.joined(separator: ", ")
    let condition = after == nil ? "" : "WHERE (\(key)) > (\(marks))"
    return try rows(
      "SELECT \(names) FROM \"\(table.name)\" \(condition) ORDER BY \(key) LIMIT ?",
      (after ?? []).map(\.bound) + [.integer(limit)]
    ) { (row: Row) throws(RecordsError) in
      table.columns.enumerated().map { index, column in row.stored(Int32(index), as: column.kind) }
    }
  }
}

extension SQLRow {
  fileprivate func stored(_ column: Int32, as kind: StoredTable.Kind) -> StoredValue {
    switch kind {
    case .integer: optionalInteger(column).map { .integer($0) } ?? .null
    case .text: optionalText(column).map { .text($0) } ?? .null
    case .octets: optionalOctets(column).map { .octets($0) } ?? .null
    }
  }
}

extension StoredValue {
  package var bound: SQLValue {
    switch self {
    case .integer(let number): .integer(number)
    case .text(let text): .text(text)
    case .octets(let octets): .blob(octets)
    case .null: .null
    }
  }
}
