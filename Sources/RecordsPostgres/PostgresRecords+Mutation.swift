// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import FoundationEssentials
internal import Ingest
internal import Records

extension PostgresRecords {
  /// One transaction: the change, and the answer kept under the key; or the answer kept before. Two requests with one key
  /// at once collide on the key, and the later one finds the answer.
  func mutate<Outcome: Sendable>(
    _ answering: Answering<Outcome>?, at now: Date, whileAdding addition: Addition? = nil,
    _ change: @escaping @Sendable (Connection) throws(RecordsError) -> Outcome
  ) async throws(RecordsError) -> Recorded<Outcome> {
    let body = { @Sendable (connection: Connection) throws(RecordsError) -> Recorded<Outcome> in
      guard let answering else { return .done(try change(connection), answer: nil) }
      if let kept = try connection.answer(for: answering.key) { return .replayed(kept) }
      let outcome = try change(connection)
      let answer = answering.answer(outcome)
      if let answer { try connection.keep(answer, for: answering.key, at: now) }
      return .done(outcome, answer: answer)
    }
    switch addition {
    case nil: return try await decide(body)
    case .large: return try await add(body)
    case .small: return try await addShared(body)
    }
  }

  /// How much is added.
  enum Addition {
    /// So little that it may share a transaction.
    case small
    /// So much that others shall not wait for it.
    case large
  }
}

extension Connection {
  func answer(for key: IdempotencyKey) throws(RecordsError) -> StoredAnswer? {
    let sql = "SELECT request_digest, code, media_type, octets FROM answer WHERE principal = ? AND key = ?"
    let kept = try first(sql, .text(key.principal.text), .text(key.key)) {
      ($0.octets(0), StoredAnswer(code: Int($0.integer(1)), mediaType: $0.text(2), octets: $0.octets(3)))
    }
    guard let kept else { return nil }
    guard kept.0 == key.requestDigest else { throw .refused(.idempotencyKeyReused) }
    return kept.1
  }

  func keep(_ answer: StoredAnswer, for key: IdempotencyKey, at now: Date) throws(RecordsError) {
    try run(
      "INSERT INTO answer VALUES(?, ?, ?, ?, ?, ?, ?)", .text(key.principal.text), .text(key.key),
      .blob(key.requestDigest), .integer(answer.code), .text(answer.mediaType), .blob(answer.octets),
      .time(now))
  }

  func note(
    _ action: String, _ subject: String, _ rule: String, _ act: Act, reason: String? = nil
  ) throws(RecordsError) {
    try run(
      "INSERT INTO audit(at, principal, action, subject, rule, reason) VALUES(?, ?, ?, ?, ?, ?)",
      .time(act.at),
      .text(act.principal?.text), .text(action), .text(subject), .text(rule), .text(reason))
  }

  func events(where condition: String, _ values: [SQLValue]) throws(RecordsError) -> [AuditEvent] {
    let sql = "SELECT number, at, principal, action, subject, rule, reason FROM audit WHERE \(condition)"
    return try rows(sql, values) { (row: Row) throws(RecordsError) in
      AuditEvent(
        sequence: row.integer(0), at: row.time(1), principal: row.optionalText(2).flatMap { PrincipalID($0) },
        action: row.text(3), subject: row.text(4), rule: row.text(5), reason: row.optionalText(6))
    }
  }

  func revision(of subject: String) throws(RecordsError) -> Int64 {
    try first("SELECT value FROM revision WHERE subject = ?", .text(subject)) { $0.integer(0) } ?? 0
  }

  @discardableResult
  func raiseRevision(of subject: String) throws(RecordsError) -> Int64 {
    let raised = try first(
      """
      INSERT INTO revision VALUES(?, 1) ON CONFLICT(subject) DO UPDATE SET value = revision.value + 1
      RETURNING value
      """, .text(subject)
    ) { $0.integer(0) }
    guard let raised else { throw .fatal("a revision vanished") }
    return raised
  }

  /// Runs an insertion that returns one number.
  func insert(_ sql: String, _ values: SQLValue...) throws(RecordsError) -> Int64 {
    guard let number = try rows(sql, values, { $0.integer(0) }).first else {
      throw .fatal("an insertion vanished")
    }
    return number
  }

  /// Tells every process, once this is committed, to read again what is published and who may come in.
  func notify() throws(RecordsError) { try execute("NOTIFY cordon") }
}
