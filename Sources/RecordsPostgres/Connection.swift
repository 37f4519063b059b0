// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import CPostgres
public import Records
public import RecordsSQL

// @safe: the handle is private, lives as long as this object, and never leaves it.
/// One connection to PostgreSQL with its prepared statements. It blocks, and is not thread-safe: its lane owns it.
@safe public final class Connection: SQLSession {
  private let handle: OpaquePointer
  private var statements: [String: String] = [:]
  /// Rows changed by the last statement.
  public private(set) var changes = 0
  /// Whether the server refused the last statement in a way that a new try may heal.
  private(set) var failure: ServerFailure?
  /// Warnings and notices that came; owned by this object, written by libpq's notice processor while a call of it runs.
  private let notices: UnsafeMutablePointer<Int>

  /// - Throws: A fault that names the place, never the password.
  init(_ place: ConnectionString) throws(RecordsError) {
    let (keywords, values) = (place.keywords, place.values)
    let opened = unsafe Self.withPointers(to: keywords) { keywords in
      unsafe Self.withPointers(to: values) { values in unsafe PQconnectdbParams(keywords, values, 0) }
    }
    guard let handle = unsafe opened else { throw .fault("PostgreSQL: out of memory") }
    guard unsafe PQstatus(handle) == CONNECTION_OK else {
      unsafe PQfinish(handle)
      throw .fault("\(place.place) cannot be reached")
    }
    unsafe self.handle = unsafe handle
    unsafe notices = UnsafeMutablePointer<Int>.allocate(capacity: 1)
    unsafe notices.initialize(to: 0)
    unsafe PQsetNoticeProcessor(
      handle, { count, _ in unsafe count?.assumingMemoryBound(to: Int.self).pointee += 1 }, notices)
    // From here on `deinit` runs when this throws, and frees both.
    try execute(Self.session)
  }

  // Acknowledged means durable, whatever the server's own setting: nothing weaker than a flush, here and at the standby.
  private static let session = """
    SET search_path = cordon, pg_catalog;
    SET idle_in_transaction_session_timeout = '60s';
    DO $$ BEGIN
      IF current_setting('lock_timeout') = '0' THEN SET lock_timeout = '\(lockPatience)s'; END IF;
      IF current_setting('statement_timeout') = '0' THEN SET statement_timeout = '\(statementPatience)s'; END IF;
      IF current_setting('synchronous_commit') IN ('off', 'local', 'remote_write') THEN
        SET synchronous_commit = on;
      END IF;
    END $$;
    """

  /// Seconds that a transaction waits for others, and that a statement may take; the connection string's own count first.
  private static let (lockPatience, statementPatience) = (15, 60)

  deinit {
    unsafe PQfinish(handle)
    unsafe notices.deallocate()
  }

  /// Whether the connection still stands, as far as is known.
  var isUsable: Bool { unsafe PQstatus(handle) == CONNECTION_OK }
  /// Whether no transaction is open.
  var isIdle: Bool { unsafe PQtransactionStatus(handle) == PQTRANS_IDLE }

  /// The condition that a column is one of the elements of one value.
  public static func isOneOf(_ column: String) -> String { "\(column) = ANY(?)" }
  /// As the index `audit_entry` has it.
  public static var isEntrySubject: String { "subject LIKE 'ent\\_%'" }

  /// Runs statements without values or rows, in one round trip.
  public func execute(_ sql: String) throws(RecordsError) {
    let result = unsafe PQexec(handle, sql)
    defer { unsafe PQclear(result) }
    try unsafe check(result)
  }

  /// Commits, however long it takes.
  func commit() throws(RecordsError) {
    try beginCommit()
    while try !isCommitted(within: 1_000) {}
  }

  /// Sends the commit.
  func beginCommit() throws(RecordsError) {
    unsafe notices.pointee = 0
    guard unsafe PQsendQuery(handle, "COMMIT") == 1 else { throw lost() }
  }

  /// Whether the commit sent has been confirmed; false while it is still on its way after so many milliseconds.
  ///
  /// - Throws: Also when a transaction that failed before was rolled back by it without an error of the server's, and when the
  ///   server warned, which is how it says that nobody waits for the standby any more.
  func isCommitted(within milliseconds: Int32) throws(RecordsError) -> Bool {
    let end = ContinuousClock.now + .milliseconds(Int(milliseconds))
    while unsafe PQisBusy(handle) == 1 {
      let left = Int32(clamping: Int((end - .now) / .milliseconds(1)))
      guard left > 0 else { return false }
      guard unsafe cordon_wait_readable(PQsocket(handle), left) >= 0, unsafe PQconsumeInput(handle) == 1
      else {
        throw lost()
      }
    }
    let result = unsafe PQgetResult(handle)
    defer { unsafe PQclear(result) }
    while let rest = unsafe PQgetResult(handle) { unsafe PQclear(rest) }
    try unsafe check(result)
    guard unsafe String(cString: PQcmdStatus(result)) == "COMMIT" else {
      throw .fault("PostgreSQL undid the transaction")
    }
    guard unsafe notices.pointee == 0 else { throw Self.undecided }
    return true
  }

  /// The commit may be on record or not, or be on record here and lost with this server.
  static let undecided = RecordsError.fault(
    "a commit was not confirmed in time: whether it was stored is not known")

  private func lost() -> RecordsError {
    failure = .lost
    return ServerFailure.lost.error
  }

  /// The rows of a query, read by `read`.
  public func rows<Value>(
    _ sql: String, _ values: [SQLValue], _ read: (Row) throws(RecordsError) -> Value
  ) throws(RecordsError) -> [Value] {
    let name = try prepared(sql, values)
    let octets = values.map(\.octets)
    let result = unsafe Self.send(octets) { pointers, lengths, formats in
      unsafe PQexecPrepared(handle, name, Int32(octets.count), pointers, lengths, formats, 1)
    }
    defer { unsafe PQclear(result) }
    try unsafe check(result)
    guard let result = unsafe result else { throw .fault("PostgreSQL: out of memory") }
    changes = unsafe Int(String(cString: PQcmdTuples(result))) ?? 0
    var found: [Value] = []
    let count = unsafe PQntuples(result)
    found.reserveCapacity(Int(count))
    for row in 0..<count { found.append(try read(unsafe Row(result, row))) }
    return found
  }

  /// Runs a COPY FROM STDIN with `octets` as its whole input.
  func copy(_ sql: String, _ octets: [UInt8]) throws(RecordsError) {
    let begun = unsafe PQexec(handle, sql)
    defer { unsafe PQclear(begun) }
    guard unsafe PQresultStatus(begun) == PGRES_COPY_IN else { return try unsafe check(begun) }
    let isSent = unsafe octets.withUnsafeBytes {
      unsafe PQputCopyData(
        handle, $0.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(clamping: $0.count))
    }
    guard isSent == 1, unsafe PQputCopyEnd(handle, nil) == 1 else { throw lost() }
    let result = unsafe PQgetResult(handle)
    defer { unsafe PQclear(result) }
    while let rest = unsafe PQgetResult(handle) { unsafe PQclear(rest) }
    try unsafe check(result)
  }

  /// Waits for a notification; whether one came. - Throws: A fault when the connection is gone.
  func waitForNotification(milliseconds: Int32) throws(RecordsError) -> Bool {
    if takeNotifications() { return true }
    guard unsafe cordon_wait_readable(PQsocket(handle), milliseconds) >= 0,
      unsafe PQconsumeInput(handle) == 1
    else { throw .fault("the connection to PostgreSQL was lost") }
    return takeNotifications()
  }

  private func takeNotifications() -> Bool {
    var any = false
    while let notification = unsafe PQnotifies(handle) {
      unsafe PQfreemem(notification)
      any = true
    }
    return any
  }

  private func prepared(_ sql: String, _ values: [SQLValue]) throws(RecordsError) -> String {
    if let known = statements[sql] { return known }
    let name = "s\(statements.count)"
    let types = values.map(\.type)
    let result = unsafe types.withUnsafeBufferPointer {
      unsafe PQprepare(handle, name, Self.numbered(sql), Int32(types.count), $0.baseAddress)
    }
    defer { unsafe PQclear(result) }
    try unsafe check(result)
    statements[sql] = name
    return name
  }

  /// Each `?` as `$1`, `$2` …, and each `?1` as `$1`.
  private static func numbered(_ sql: String) -> String {
    let parts = sql.split(separator: "?", omittingEmptySubsequences: false)
    return parts.enumerated().map { index, part in
      switch (index, part.first?.isWholeNumber) {
      case (0, _): String(part)
      case (_, true): "$" + part
      default: "$\(index)" + part
      }
    }.joined()
  }

  private func check(_ result: OpaquePointer?) throws(RecordsError) {
    switch unsafe PQresultStatus(result) {
    case PGRES_COMMAND_OK, PGRES_TUPLES_OK: failure = nil
    default:
      let state = unsafe PQresultErrorField(result, Int32(UInt8(ascii: "C"))).map {
        unsafe String(cString: $0)
      }
      let failure = ServerFailure(state: isUsable ? state : nil)
      self.failure = failure
      throw failure.error
    }
  }
}
