// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
internal import FoundationEssentials
internal import Ingest
internal import Records

extension SQLSession {
  /// The latest claim on a submission, whether it still runs or not.
  func claim(on id: SubmissionID) throws(RecordsError) -> ReviewClaim? {
    try claims(where: "submission = ?", [.integer(id.number)]).first
  }

  func claims(where condition: String, _ values: [SQLValue]) throws(RecordsError) -> [ReviewClaim] {
    let sql = "SELECT submission, principal, country, at, until FROM claim WHERE \(condition)"
    return try rows(sql, values) { (row: Row) throws(RecordsError) in
      ReviewClaim(
        submission: SubmissionID(number: row.integer(0)), holder: try row.value(1) { PrincipalID($0) },
        country: try row.value(2) { CountryCode($0) }, at: row.time(3), until: row.time(4))
    }
  }

  /// Judges `request` on what stands in this transaction, and stores it unless refused.
  func claim(_ request: ClaimRequest, policy: ReviewPolicy) throws(RecordsError) -> ClaimOutcome {
    let submission = try bareSubmission(request.submission)
    let held = try first(
      "SELECT count(*) FROM claim WHERE principal = ? AND until > ? AND submission <> ?",
      .text(request.reviewer.id.text), .time(request.at), .integer(submission.id.number)
    ) { $0.integer(0) }
    var seen = ReportMemory()
    let basis = try reviewBasis(
      of: submission.entry, on: submission, for: request.reviewer.id, &seen)
    let judged = ClaimRules.judge(request, on: basis, policy: policy, held: Int(held ?? 0))
    guard case .success(let claim) = judged else { return judged }
    try run(
      """
      INSERT INTO claim VALUES(?, ?, ?, ?, ?) ON CONFLICT(submission) DO UPDATE SET
        principal = excluded.principal, country = excluded.country, at = excluded.at, until = excluded.until
      """, .integer(claim.submission.number), .text(claim.holder.text), .text(claim.country.text),
      .time(claim.at), .time(claim.until))
    try note(
      "review-claimed", claim.submission.text, "claim-minutes=\(request.term.minutes)",
      Act(by: claim.holder, at: request.at))
    guard let stored = try self.claim(on: submission.id) else { throw .fatal("a claim vanished") }
    return .success(stored)
  }

  func dropClaim(_ id: SubmissionID, act: Act) throws(RecordsError) {
    // It stays known who had it: giving it back and claiming it again is in a row too.
    try run(
      "UPDATE claim SET until = ? WHERE submission = ? AND principal = ? AND until > ?", .time(act.at),
      .integer(id.number), .text(act.principal?.text), .time(act.at))
    guard changes == 1 else { throw .refused(.notFound(.claim)) }
    try note("claim-dropped", id.text, "given-back", act)
  }
}
