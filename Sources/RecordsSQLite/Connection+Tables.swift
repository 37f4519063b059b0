// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Records
internal import RecordsSQL

/// The store as its own catalogue describes it.
extension Connection {
  func tables() throws(RecordsError) -> [StoredTable] {
    let sql = """
      SELECT name, sql LIKE '%AUTOINCREMENT%' FROM sqlite_schema
      WHERE type = 'table' AND name NOT GLOB 'sqlite_*' ORDER BY name
      """
    let names = try rows(sql) { ($0.text(0), $0.integer(1) == 1) }
    var tables: [StoredTable] = []
    for (name, isNumbered) in names {
      let columns = try rows(
        "SELECT name, type, \"notnull\", pk FROM pragma_table_info(?)", [.text(name)]
      ) { (row: Row) throws(RecordsError) in
        (
          StoredTable.Column(
            name: row.text(0), kind: try row.value(1) { StoredTable.Kind(declared: $0) },
            isOptional: row.integer(2) == 0 && row.integer(3) == 0), row.integer(3)
        )
      }
      let key = columns.filter { $0.1 > 0 }.sorted { $0.1 < $1.1 }.map(\.0.name)
      tables.append(StoredTable(name: name, columns: columns.map(\.0), key: key, isNumbered: isNumbered))
    }
    return tables
  }

  func lastNumber(of table: StoredTable) throws(RecordsError) -> Int64 {
    guard table.isNumbered else { return 0 }
    return try first("SELECT seq FROM sqlite_sequence WHERE name = ?", .text(table.name)) { $0.integer(0) }
      ?? 0
  }
}

extension StoredTable.Kind {
  fileprivate init?(declared: String) {
    switch declared {
    case "INTEGER": self = .integer
    case "TEXT": self = .text
    case "BLOB": self = .octets
    default: return nil
    }
  }
}
