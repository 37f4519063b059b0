// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Records
internal import RecordsSQL

/// The store as the server's catalogue describes it.
extension Connection {
  func tables() throws(RecordsError) -> [StoredTable] {
    let sql = """
      SELECT c.relname, a.attname, format_type(a.atttypid, NULL), NOT a.attnotnull,
        array_position(i.indkey::int2[], a.attnum),
        coalesce(pg_get_expr(d.adbin, d.adrelid) LIKE 'nextval(%', false)
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
        LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
      WHERE c.relnamespace = 'cordon'::regnamespace AND c.relkind = 'r' AND c.relname NOT IN ('gate', 'schema', 'pace')
      ORDER BY c.relname COLLATE "C", a.attnum
      """
    let found = try rows(sql) { (row: Row) throws(RecordsError) in
      (
        table: row.text(0),
        column: StoredTable.Column(
          name: row.text(1), kind: try row.value(2) { StoredTable.Kind(declared: $0) },
          isOptional: row.integer(3) == 1), place: row.optionalInteger(4), isNumbered: row.integer(5) == 1
      )
    }
    return Dictionary(grouping: found, by: \.table).sorted { $0.key < $1.key }.map { name, columns in
      let key = columns.filter { $0.place != nil }.sorted { $0.place ?? 0 < $1.place ?? 0 }
      return StoredTable(
        name: name, columns: columns.map(\.column), key: key.map(\.column.name),
        isNumbered: columns.contains(where: \.isNumbered))
    }
  }

  func lastNumber(of table: StoredTable) throws(RecordsError) -> Int64 {
    guard table.isNumbered else { return 0 }
    let sql =
      "SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END FROM \(Self.sequence(of: table))"
    return try first(sql) { $0.integer(0) } ?? 0
  }

  func setLastNumber(_ number: Int64, of table: StoredTable) throws(RecordsError) {
    guard table.isNumbered else { return }
    try run(
      "SELECT setval('\(Self.sequence(of: table))', greatest(?, 1), ?::bigint > 0)", .integer(number),
      .integer(number))
  }

  // As BIGSERIAL names it.
  private static func sequence(of table: StoredTable) -> String { "cordon.\(table.name)_number_seq" }

  /// Adds rows by one COPY in its binary form (PostgreSQL manual, COPY, "Binary Format").
  func add(_ rows: [[StoredValue]], to table: StoredTable) throws(RecordsError) {
    var octets: [UInt8] = Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0x00] + [UInt8](repeating: 0, count: 8)
    for row in rows {
      octets += SQLValue.bigEndian(Int16(row.count))
      for value in row {
        let sent = value.bound.octets
        octets += SQLValue.bigEndian(sent.map { Int32(clamping: $0.count) } ?? -1)
        if let sent { octets += sent }
      }
    }
    octets += SQLValue.bigEndian(Int16(-1))
    let names = table.columns.map { "\"\($0.name)\"" }.joined(separator: ", ")
    try copy("COPY \"\(table.name)\"(\(names)) FROM STDIN (FORMAT binary)", octets)
  }
}

extension StoredTable.Kind {
  fileprivate init?(declared: String) {
    switch declared {
    case "bigint": self = .integer
    case "text": self = .text
    case "bytea": self = .octets
    default: return nil
    }
  }
}
