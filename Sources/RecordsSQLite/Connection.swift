// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import CSQLite
private import FoundationEssentials
public import Records
public import RecordsSQL

// @safe: the handles are private, live as long as this object, and never leave it.
/// One SQLite connection with its prepared statements. Not thread-safe: its queue owns it.
@safe public final class Connection: SQLSession {
  private let handle: OpaquePointer
  private var statements: [String: OpaquePointer] = unsafe [:]
  private var statementsOfRows: [RowsStatement: OpaquePointer] = unsafe [:]
  /// Whether any statement came upon a damaged page.
  private(set) var foundDamage = false
  /// Steps of SQLite's machine that the queries so far took: what they cost, on whatever computer.
  package private(set) var steps: Int64 = 0
  /// Whether more memory than usual is taken for pages.
  private var hasRoom = false
  /// Pages in the write-ahead log after the last commit.
  private let frames: UnsafeMutablePointer<Int32>

  /// - Throws: SQLite's own words when the file cannot be opened.
  init(path: String, readOnly: Bool = false) throws(StoreOpeningError) {
    var opened: OpaquePointer?
    let flags = (readOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) | SQLITE_OPEN_NOMUTEX
    let code = unsafe sqlite3_open_v2(path, &opened, flags, nil)
    guard code == SQLITE_OK, let handle = unsafe opened else {
      unsafe sqlite3_close_v2(opened)
      throw .cannotOpen(path: path, reason: unsafe String(cString: sqlite3_errstr(code)))
    }
    unsafe self.handle = unsafe handle
    unsafe sqlite3_extended_result_codes(handle, 1)
    unsafe sqlite3_busy_timeout(handle, 5000)
    unsafe frames = .allocate(capacity: 1)
    unsafe frames.initialize(to: 0)
    unsafe cordon_count_frames(handle, frames)
  }

  deinit {
    _ = unsafe statements.values.map { unsafe sqlite3_finalize($0) }
    _ = unsafe statementsOfRows.values.map { unsafe sqlite3_finalize($0) }
    unsafe sqlite3_close_v2(handle)
    unsafe frames.deallocate()
  }

  /// Whether a transaction is open; SQLite ends one by itself on some failures.
  var isInTransaction: Bool { unsafe sqlite3_get_autocommit(handle) == 0 }
  /// Whether the last call failed for want of room, so that what it wrote last is incomplete.
  var lastWriteWasCutShort: Bool {
    let code = unsafe sqlite3_extended_errcode(handle)
    return code & 0xff == SQLITE_FULL || code == Self.writeFailed
  }
  /// Whether the last call failed since the file is no database at all.
  var isNoDatabase: Bool { unsafe sqlite3_extended_errcode(handle) & 0xff == SQLITE_NOTADB }
  // SQLITE_IOERR_WRITE, a macro that Swift does not import.
  private static let writeFailed = SQLITE_IOERR | (3 << 8)
  /// Whether a row that was written in this transaction names another that is not there.
  var hasDanglingReference: Bool {
    var (now, most): (Int32, Int32) = (0, 0)
    return unsafe sqlite3_db_status(handle, SQLITE_DBSTATUS_DEFERRED_FKS, &now, &most, 0) == SQLITE_OK
      && now != 0
  }
  /// Rows changed by the last statement.
  public var changes: Int { Int(unsafe sqlite3_changes64(handle)) }
  /// The number of the last row inserted.
  var lastNumber: Int64 { unsafe sqlite3_last_insert_rowid(handle) }

  /// Takes memory for the pages that a large change touches, lest they go to the log and are read from there again and again.
  func takeRoom() throws(RecordsError) {
    guard !hasRoom else { return }
    try execute("PRAGMA cache_size = \(-Self.roomKibibytes)")
    hasRoom = true
  }

  /// Gives it back, outside of a transaction.
  func giveRoomBack() {
    guard hasRoom else { return }
    // Refused, the memory is kept and no harm done.
    try? execute("PRAGMA cache_size = \(-Self.usualKibibytes); PRAGMA shrink_memory")
    hasRoom = false
  }

  /// Brings what was committed from the log to its place in the file, once that is much. What readers still need stays, and so does all
  /// when that fails: it is safe in the log, and tried again after the next commit that writes.
  func moveLog() {
    guard unsafe frames.pointee >= Self.framesKept else { return }
    unsafe frames.pointee = 0
    try? execute("PRAGMA wal_checkpoint(PASSIVE)")
  }

  // As SQLite has it, which would keep whoever waits for the commit waiting for this too.
  private static let framesKept = 1_000
  private static let roomKibibytes = 32 << 10
  // As SQLite has it.
  private static let usualKibibytes = 2000

  /// The condition that a column is one of the elements of one value.
  public static func isOneOf(_ column: String) -> String { "\(column) IN (SELECT value FROM json_each(?))" }
  /// As the index `audit_entry` has it.
  public static var isEntrySubject: String { "subject GLOB 'ent_*'" }

  /// Runs statements without values or rows.
  public func execute(_ sql: String) throws(RecordsError) {
    let code = unsafe sqlite3_exec(handle, sql, nil, nil, nil)
    guard code == SQLITE_OK else { throw failure(code) }
  }

  /// The rows of a query, read by `read`, which must not use the connection.
  public func rows<Value>(
    _ sql: String, _ values: [SQLValue], _ read: (Row) throws(RecordsError) -> Value
  ) throws(RecordsError) -> [Value] {
    if let known = unsafe statements[sql] { return unsafe try rows(of: known, values, read) }
    let statement = unsafe try prepared(sql)
    unsafe statements[sql] = unsafe statement
    return unsafe try rows(of: statement, values, read)
  }

  /// The same of a statement that need not be written again each time.
  func rows<Value>(
    _ statement: RowsStatement, _ values: [SQLValue], _ read: (Row) throws(RecordsError) -> Value
  ) throws(RecordsError) -> [Value] {
    if let known = unsafe statementsOfRows[statement] { return unsafe try rows(of: known, values, read) }
    let prepared = unsafe try prepared(statement.sql)
    unsafe statementsOfRows[statement] = unsafe prepared
    return unsafe try rows(of: prepared, values, read)
  }

  private func rows<Value>(
    of statement: OpaquePointer, _ values: [SQLValue], _ read: (Row) throws(RecordsError) -> Value
  ) throws(RecordsError) -> [Value] {
    defer {
      steps += Int64(unsafe sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_VM_STEP, 1))
      unsafe sqlite3_reset(statement)
    }
    for (index, value) in values.enumerated() {
      let code = unsafe bind(value, to: statement, at: Int32(index + 1))
      guard code == SQLITE_OK else { throw failure(code) }
    }
    var found: [Value] = []
    while true {
      let code = unsafe sqlite3_step(statement)
      if code == SQLITE_DONE { return found }
      guard code == SQLITE_ROW else { throw failure(code) }
      found.append(try read(unsafe Row(statement)))
    }
  }

  /// Makes this an exact copy of `source` as it is at one moment.
  func copy(_ source: Connection) throws(RecordsError) {
    guard let backup = unsafe sqlite3_backup_init(handle, "main", source.handle, "main") else {
      throw failure(unsafe sqlite3_extended_errcode(handle))
    }
    // All pages in one step: between two steps another process's writes would start the copy again.
    let step = unsafe sqlite3_backup_step(backup, -1)
    let code = unsafe sqlite3_backup_finish(backup)
    guard step == SQLITE_DONE, code == SQLITE_OK else { throw failure(step == SQLITE_DONE ? code : step) }
  }

  private func prepared(_ sql: String) throws(RecordsError) -> OpaquePointer {
    var made: OpaquePointer?
    let code = unsafe sqlite3_prepare_v3(
      handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &made, nil)
    guard code == SQLITE_OK, let statement = unsafe made else { throw failure(code) }
    return unsafe statement
  }

  private func bind(_ value: SQLValue, to statement: OpaquePointer, at index: Int32) -> Int32 {
    switch value {
    case .integer(let number): return unsafe sqlite3_bind_int64(statement, index, number)
    case .null: return unsafe sqlite3_bind_null(statement, index)
    case .text(var text):
      return text.withUTF8 {
        unsafe cordon_bind_text(statement, index, $0.baseAddress, Int32(clamping: $0.count))
      }
    case .texts(let texts): return unsafe bind(array: texts, to: statement, at: index)
    case .integers(let numbers): return unsafe bind(array: numbers, to: statement, at: index)
    case .blob(let octets):
      return unsafe octets.withUnsafeBytes {
        unsafe cordon_bind_blob(statement, index, $0.baseAddress, Int32(clamping: $0.count))
      }
    }
  }

  // Arrays are sent as JSON; `isOneOf` takes them apart.
  private func bind(array: [some Encodable], to statement: OpaquePointer, at index: Int32) -> Int32 {
    guard let json = try? JSONEncoder().encode(array) else { return SQLITE_MISMATCH }
    return unsafe bind(.text(String(decoding: json, as: UTF8.self)), to: statement, at: index)
  }

  /// What SQLite's code means here. Its message may quote values, so only the code's own words are kept.
  private func failure(_ code: Int32) -> RecordsError {
    let words = unsafe "SQLite: \(String(cString: sqlite3_errstr(code))) (\(code))"
    switch code & 0xff {
    case SQLITE_CORRUPT, SQLITE_NOTADB:
      foundDamage = true
      return .fatal(words)
    case SQLITE_CONSTRAINT: return .fatal(words)
    default: return .fault(words)
    }
  }
}
