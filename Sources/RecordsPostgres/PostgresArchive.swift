// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Records
internal import RecordsSQL

/// A store in PostgreSQL as tables, at one moment.
public final class PostgresArchive: StoreArchive {
  /// What it is read for.
  public enum Purpose: Sendable {
    /// A copy: everyone goes on writing.
    case copying
    /// To be replaced by another store: nobody writes while it is open, and reading goes on.
    case moving
  }

  let connection: Connection

  /// Opens the store that `connection` leads to, which must be of this program's schema.
  public init(connection text: String, for purpose: Purpose) throws(StoreOpeningError) {
    let place = try ConnectionString(text)
    do throws(RecordsError) {
      connection = try Connection(place)
      try connection.execute("SET statement_timeout = 0")
    } catch { throw .cannotOpen(path: place.place, reason: error.words) }
    try Schema.requireNewest(on: connection, place)
    do throws(RecordsError) {
      try connection.execute(
        purpose == .moving
          ? "BEGIN ISOLATION LEVEL REPEATABLE READ; LOCK TABLE gate IN ACCESS EXCLUSIVE MODE"
          : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    } catch { throw .cannotOpen(path: place.place, reason: error.words) }
  }

  /// Marks the store as moved: from now on it takes no write, and no `cordond` opens it.
  public func retire() throws(RecordsError) {
    try connection.execute(Schema.retirement)
    try connection.commit()
  }

  /// The tables of the store.
  public func tables() throws(RecordsError) -> [StoredTable] { try connection.tables() }

  /// Rows in order of their key.
  public func rows(of table: StoredTable, after: [StoredValue]?, limit: Int) throws(RecordsError)
    -> [[StoredValue]]
  {
    try connection.rows(of: table, after: after, limit: limit)
  }

  /// The last number given.
  public func lastNumber(of table: StoredTable) throws(RecordsError) -> Int64 {
    try connection.lastNumber(of: table)
  }
}

/// A store in PostgreSQL to be: all of it one transaction.
public final class NewPostgresArchive: NewStoreArchive {
  private let connection: Connection
  /// The references between tables, put back when all rows are there.
  private let references: [(table: String, name: String, definition: String)]

  /// Prepares the database that `connection` leads to, in which nothing may be on record yet.
  public init(connection text: String) throws(StoreOpeningError) {
    let place = try ConnectionString(text)
    try Schema.prepare(place)
    do throws(RecordsError) {
      connection = try Connection(place)
      try connection.execute("SET statement_timeout = 0; BEGIN; LOCK TABLE gate IN ACCESS EXCLUSIVE MODE")
      // Nothing is ever put on record without a line in the audit trail.
      let isUsed = try connection.first("SELECT count(*) FROM (SELECT 1 FROM audit LIMIT 1) a") {
        $0.integer(0)
      }
      if isUsed == 0 {
        references = try Self.references(connection)
        for one in references {
          try connection.execute("ALTER TABLE \(one.table) DROP CONSTRAINT \"\(one.name)\"")
        }
        for table in try connection.tables() { try connection.execute("DELETE FROM \"\(table.name)\"") }
        return
      }
    } catch { throw .cannotOpen(path: place.place, reason: error.words) }
    throw .notEmpty(path: place.place)
  }

  private static func references(
    _ connection: Connection
  ) throws(RecordsError) -> [(table: String, name: String, definition: String)] {
    let sql = """
      SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
      WHERE contype = 'f' AND connamespace = 'cordon'::regnamespace ORDER BY 1, 2
      """
    return try connection.rows(sql) { ($0.text(0), $0.text(1), $0.text(2)) }
  }

  /// The tables of the store.
  public func tables() throws(RecordsError) -> [StoredTable] { try connection.tables() }

  /// Rows in order of their key.
  public func rows(of table: StoredTable, after: [StoredValue]?, limit: Int) throws(RecordsError)
    -> [[StoredValue]]
  {
    try connection.rows(of: table, after: after, limit: limit)
  }

  /// The last number given.
  public func lastNumber(of table: StoredTable) throws(RecordsError) -> Int64 {
    try connection.lastNumber(of: table)
  }

  /// Adds rows.
  public func add(_ rows: [[StoredValue]], to table: StoredTable) throws(RecordsError) {
    try connection.add(rows, to: table)
  }

  /// Numbers go on after it.
  public func setLastNumber(_ number: Int64, of table: StoredTable) throws(RecordsError) {
    try connection.setLastNumber(number, of: table)
  }

  /// Puts the references back, which checks them, and commits.
  public func finish() throws(RecordsError) {
    for one in references {
      try connection.execute("ALTER TABLE \(one.table) ADD CONSTRAINT \"\(one.name)\" \(one.definition)")
    }
    try connection.commit()
    try connection.execute("ANALYZE")
  }
}
