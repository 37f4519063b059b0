// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
internal import FoundationEssentials
internal import Ingest
internal import Names
internal import Records

extension SQLSession {
  /// Judges `request` on what stands in this transaction, and stores it unless refused.
  func review(_ request: ReviewRequest, policy: ReviewPolicy) throws(RecordsError) -> ReviewOutcome {
    let submission = try submission(request.submission)
    let chosen = (try? ReviewRules.entry(of: request, on: submission).get()) ?? submission.entry
    let basis = try reviewBasis(of: chosen, on: submission)
    let verdict = ReviewRules.judge(request, on: basis, policy: policy)
    if case .refused = verdict {
      return ReviewOutcome(verdict: verdict, submission: submission, review: nil, approvals: [], entry: nil)
    }
    let approved = request.decision == .approve ? chosen : nil
    let key = try? ReviewRules.signingKey(of: request, for: chosen, basis, policy).get()
    let id = try insert(request, approved: approved, key: approved == nil ? nil : key)
    try run("DELETE FROM claim WHERE submission = ?", .integer(submission.id.number))
    var listed: ListedEntry?
    switch verdict {
    case .listed(let entry, let lease):
      listed = try list(entry, lease: lease, submission: submission, request, policy)
    case .rejected: try close(submission.id, as: .rejected, entry: nil)
    case .recorded, .refused: break
    }
    let after = try reviewBasis(of: chosen, on: submission)
    let approvals = approved.map { ReviewRules.counting(in: after, for: $0, criteria: policy.criteria) }
    return ReviewOutcome(
      verdict: verdict, submission: try self.submission(submission.id),
      review: after.reviews.first { $0.id == id }, approvals: approvals ?? [], entry: listed,
      secondLook: basis.secondLook)
  }

  func reviewBasis(
    of entry: BlocklistEntry, on submission: Submission
  ) throws(RecordsError) -> ReviewBasis {
    ReviewBasis(
      submission: submission, reviews: try reviews(of: submission.id),
      reporters: try reporters(of: entry, on: submission), claim: try claim(on: submission.id),
      secondLook: try secondLook(on: submission.id), keys: try agencyKeys())
  }

  /// Whoever reported, in any submission of the list, a host that `entry` blocks. No entry reaches past the registrable
  /// domain, so reports of that are all that can be.
  func reporters(
    of entry: BlocklistEntry, on submission: Submission
  ) throws(RecordsError) -> Set<PrincipalID> {
    let sql = """
      SELECT DISTINCT p.principal, s.host, s.base, s.registrable FROM submission s JOIN report p ON p.submission = s.number
      WHERE s.list = ? AND s.registrable = ?
      """
    let values: [SQLValue] = [.text(submission.list.text), .text(submission.host.registrable.text)]
    let reports = try rows(sql, values) { (row: Row) throws(RecordsError) in
      (
        try row.value(0) { PrincipalID($0) },
        ReportedHost(name: try row.name(1), base: try row.name(2), registrable: try row.name(3))
      )
    }
    return Set(reports.filter { $0.1.isBlocked(by: entry) }.map(\.0))
  }

  private func insert(
    _ request: ReviewRequest, approved: BlocklistEntry?, key: AgencySigningKey?
  ) throws(RecordsError) -> ReviewID {
    let who = request.reviewer
    let number = try inserted(
      """
      INSERT INTO review(submission, principal, agency, country, decision, entry, criteria_id, criteria_version,
        reason, at, decided_at, keyid, signature) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """, .integer(request.submission.number), .text(who.id.text), .text(who.agency.text),
      .text(who.country.text), .text(request.decision.rawValue), .text(approved?.text),
      .text(request.answers?.id), .integer(request.answers.map { Int64($0.version) }), .text(request.reason),
      .time(request.at), .time(key == nil ? nil : request.signature?.decidedAt), .text(key?.keyid),
      .blob(key == nil ? nil : request.signature?.octets))
    guard let number else { throw .fatal("a review vanished") }
    let id = ReviewID(number: number)
    let criteria = request.answers.map { "\(id) \($0.id)/\($0.version)" } ?? id.text
    let signed = key.map { " signed=\($0.keyid)" } ?? ""
    try note(
      "review-\(request.decision.rawValue)", request.submission.text, criteria + signed,
      Act(by: who.id, at: request.at), reason: request.reason)
    return id
  }

  private func list(
    _ entry: BlocklistEntry, lease: Lease, submission: Submission, _ request: ReviewRequest,
    _ policy: ReviewPolicy
  ) throws(RecordsError) -> ListedEntry {
    let known = try first(
      "SELECT number FROM entry WHERE list = ? AND entry = ? AND state = 'listed'",
      .text(submission.list.text),
      .text(entry.text)
    ) { EntryID(number: $0.integer(0)) }
    let id: EntryID
    if let known {
      id = known
      try run(
        """
        UPDATE entry SET lease_from = ?1, lease_until = CASE WHEN lease_until > ?2 THEN lease_until ELSE ?2 END
        WHERE number = ?3
        """, .time(lease.from), .time(lease.until), .integer(known.number))
    } else {
      let number = try inserted(
        """
        INSERT INTO entry(list, entry, state, submission, listed_at, lease_from, lease_until)
        VALUES(?, ?, 'listed', ?, ?, ?, ?)
        """, .text(submission.list.text), .text(entry.text), .integer(submission.id.number),
        .time(request.at), .time(lease.from), .time(lease.until))
      guard let number else { throw .fatal("an entry vanished") }
      id = EntryID(number: number)
    }
    try close(submission.id, as: .listed, entry: id)
    try raiseRevision(of: "list/\(submission.list)")
    let counting = ReviewRules.counting(
      in: try reviewBasis(of: entry, on: submission), for: entry, criteria: policy.criteria)
    for review in counting {
      guard let approval = review.signed(on: submission), let keyid = review.signature?.keyid else {
        continue
      }
      try keep(approval, keyid: keyid, of: id, on: submission.list, at: request.at)
    }
    let countries = counting.map(\.country.text)
    try note(
      known == nil ? "entry-listed" : "entry-confirmed", id.text,
      "\(submission.id) countries=\(countries.joined(separator: ",")) \(policy.criteria.id)/\(policy.criteria.version)",
      Act(by: request.reviewer.id, at: request.at))
    return try self.entry(id)
  }

  private func close(
    _ id: SubmissionID, as state: Submission.State, entry: EntryID?
  ) throws(RecordsError) {
    try run(
      "UPDATE submission SET state = ?, entry_number = ? WHERE number = ?", .text(state.rawValue),
      .integer(entry?.number), .integer(id.number))
  }
}
