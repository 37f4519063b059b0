// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import FoundationEssentials
internal import Ingest
package import Records

extension SQLSession {
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

  package func note(
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

  package func revision(of subject: String) throws(RecordsError) -> Int64 {
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
}
