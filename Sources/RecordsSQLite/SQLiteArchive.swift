// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Records
internal import RecordsSQL

/// A store's file as tables. While it is open no `cordond` can use the file.
public final class SQLiteArchive: StoreArchive {
  let connection: Connection
  private let lock: LockHolder
  private let path: String

  /// Opens the store at `path`, which must be of this program's schema and used by nobody.
  public init(path: String) throws(StoreOpeningError) {
    guard StoreFile.exists(path) else { throw .cannotOpen(path: path, reason: "there is no such file") }
    lock = LockHolder(try StoreLock(storePath: path))
    connection = try Connection(path: path)
    self.path = path
    let found = try Schema.versionFound(by: connection, path: path)
    guard found <= Schema.newest else { throw .newerSchema(found: found, known: Schema.newest) }
    guard found == Schema.newest else { throw .olderSchema(found: found, known: Schema.newest) }
  }

  /// Marks the store as moved, so that no `cordond` opens it any more.
  public func retire() throws(RecordsError) { try connection.execute(Schema.retirement) }

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

/// A store's file to be: written under another name, and renamed when it is whole.
public final class NewSQLiteArchive: NewStoreArchive {
  private let lock: LockHolder
  private var connection: Connection?
  private let path: String
  private var unfinished: String { path + ".unfinished" }

  /// Prepares a store that will be at `path`, where nothing may be yet.
  public init(path: String) throws(StoreOpeningError) {
    guard !StoreFile.exists(path) else { throw .notEmpty(path: path) }
    self.path = path
    lock = LockHolder(try StoreLock(storePath: path))
    for suffix in ["", "-wal", "-shm", "-journal"] { StoreFile.remove(path + ".unfinished" + suffix) }
    try StoreLock.prepareFile(at: path + ".unfinished")
    let made = try Connection(path: path + ".unfinished")
    try Schema.prepare(made, path: path)
    do throws(RecordsError) {
      try made.execute("PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF; BEGIN IMMEDIATE")
      for table in try made.tables() { try made.execute("DELETE FROM \"\(table.name)\"") }
    } catch { throw .cannotOpen(path: path, reason: error.words) }
    connection = made
  }

  deinit {
    guard connection != nil else { return }
    connection = nil
    for suffix in ["", "-wal", "-shm"] { StoreFile.remove(unfinished + suffix) }
  }

  /// The tables of the store.
  public func tables() throws(RecordsError) -> [StoredTable] { try open().tables() }

  /// Rows in order of their key.
  public func rows(of table: StoredTable, after: [StoredValue]?, limit: Int) throws(RecordsError)
    -> [[StoredValue]]
  {
    try open().rows(of: table, after: after, limit: limit)
  }

  /// The last number given.
  public func lastNumber(of table: StoredTable) throws(RecordsError) -> Int64 {
    try open().lastNumber(of: table)
  }

  /// Adds rows.
  public func add(_ rows: [[StoredValue]], to table: StoredTable) throws(RecordsError) {
    let names = table.columns.map { "\"\($0.name)\"" }.joined(separator: ", ")
    let marks = table.columns.map { _ in "?" }.joined(separator: ", ")
    let connection = try open()
    for row in rows {
      _ = try connection.rows(
        "INSERT INTO \"\(table.name)\"(\(names)) VALUES(\(marks))", row.map(\.bound)
      ) { (_: Row) throws(RecordsError) in }
    }
  }

  /// Numbers go on after it.
  public func setLastNumber(_ number: Int64, of table: StoredTable) throws(RecordsError) {
    guard table.isNumbered else { return }
    let connection = try open()
    try connection.run("DELETE FROM sqlite_sequence WHERE name = ?", .text(table.name))
    try connection.run(
      "INSERT INTO sqlite_sequence(name, seq) VALUES(?, ?)", .text(table.name), .integer(number))
  }

  /// Checks references, flushes, and renames.
  public func finish() throws(RecordsError) {
    let connection = try open()
    try connection.execute("COMMIT; PRAGMA synchronous = FULL")
    let dangling = try connection.rows("PRAGMA foreign_key_check") { $0.text(0) }
    guard dangling.isEmpty else { throw .fatal("\(dangling.count) rows refer to rows that are not there") }
    try connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    self.connection = nil
    for suffix in ["-wal", "-shm"] { StoreFile.remove(unfinished + suffix) }
    try StoreFile.flush(unfinished)
    try StoreFile.rename(unfinished, to: path)
  }

  private func open() throws(RecordsError) -> Connection {
    guard let connection else { throw .fault("the store is closed") }
    return connection
  }
}
