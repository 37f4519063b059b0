// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Cryptography

/// Copies a whole store into a new one, and reads back every row.
public struct StoreCopy {
  /// One table, copied and compared.
  public struct Table: Sendable {
    /// Its name.
    public let name: String
    /// How many rows.
    public let rows: Int
    /// SHA-256 over all its rows, in order of its key, and the last number given: the same in both stores.
    public let digest: SHA256Digest
  }

  /// Rows read and written at once.
  static let rowsAtOnce = 10_000

  private let source: any StoreArchive
  private let target: any NewStoreArchive

  /// A copy from `source` to `target`.
  public init(from source: any StoreArchive, to target: any NewStoreArchive) {
    self.source = source
    self.target = target
  }

  /// Copies, compares, finishes the target; each table is told of once it is found equal.
  ///
  /// - Throws: `fatal` when the stores have other tables, or a table read back is not what was read; the target is no store then.
  public func run(_ told: (Table) -> Void) throws(RecordsError) {
    let tables = try source.tables()
    let others = try target.tables()
    guard tables == others else {
      let differing = Set(tables).symmetricDifference(others).map(\.name)
      throw .fatal("the stores are not built alike: \(Set(differing).sorted().joined(separator: ", "))")
    }
    for table in tables {
      var written = TableSum()
      let last = try source.lastNumber(of: table)
      try each(source, table) { (rows) throws(RecordsError) in
        try target.add(rows, to: table)
        written.add(rows)
      }
      try target.setLastNumber(last, of: table)
      var found = TableSum()
      try each(target, table) { (rows) throws(RecordsError) in found.add(rows) }
      let (sent, kept) = (written.closed(by: last), found.closed(by: try target.lastNumber(of: table)))
      guard sent == kept, written.rows == found.rows else {
        throw .fatal("the table \(table.name) was not read back as it was written")
      }
      told(Table(name: table.name, rows: found.rows, digest: kept))
    }
    try target.finish()
  }

  private func each(
    _ archive: any StoreArchive, _ table: StoredTable, _ use: ([[StoredValue]]) throws(RecordsError) -> Void
  ) throws(RecordsError) {
    let key = table.key.compactMap { name in table.columns.firstIndex { $0.name == name } }
    var after: [StoredValue]?
    while true {
      let rows = try archive.rows(of: table, after: after, limit: Self.rowsAtOnce)
      if !rows.isEmpty { try use(rows) }
      guard rows.count == Self.rowsAtOnce, let last = rows.last else { return }
      after = key.map { last[$0] }
    }
  }
}
