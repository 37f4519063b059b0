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
    let submission = try bareSubmission(request.submission)
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
    let approvals = approved.map { ReviewRules.counting(in: after, for: $0, policy: policy) }
    return ReviewOutcome(
      verdict: verdict, submission: try bareSubmission(submission.id),
      review: after.reviews.first { $0.id == id }, approvals: approvals ?? [], entry: listed,
      secondLook: basis.secondLooks.first)
  }

  func reviewBasis(
    of entry: BlocklistEntry, on submission: Submission
  ) throws(RecordsError) -> ReviewBasis {
    ReviewBasis(
      submission: submission, reviews: try reviews(of: submission.id),
      reporters: try reporters(of: entry, on: submission), claim: try claim(on: submission.id),
      secondLooks: try secondLooks(concerning: entry, on: submission), keys: try agencyKeys())
  }

  /// Whoever reported, in any submission of the list and by `time`, a host that `entry` blocks. No entry reaches past the
  /// registrable domain, so reports of that are all that can be.
  func reporters(
    of entry: BlocklistEntry, on submission: Submission, by time: Date? = nil
  ) throws(RecordsError) -> Set<PrincipalID> {
    let sql = """
      SELECT DISTINCT p.principal, coalesce(p.host, s.host), coalesce(p.base, s.base), s.registrable
      FROM submission s JOIN report p ON p.submission = s.number
      WHERE s.list = ? AND s.registrable = ? AND p.at <= ?
      """
    let values: [SQLValue] = [
      .text(submission.list.text), .text(submission.host.registrable.text),
      time.map { .time($0) } ?? .integer(Int64.max),
    ]
    let reports = try rows(sql, values) { (row: Row) throws(RecordsError) in
      (
        try row.value(0) { PrincipalID($0) },
        ReportedHost(name: try row.name(1), base: try row.name(2), registrable: try row.name(3))
      )
    }
    return Set(reports.filter { $0.1.isBlocked(by: entry) }.map(\.0))
  }

  /// What chairs ask of `submission`, and of any other open one of the list whose host `entry` blocks: who reports the same
  /// name again, or with another scope, does not get round the panel.
  private func secondLooks(
    concerning entry: BlocklistEntry, on submission: Submission
  ) throws(RecordsError) -> [SecondLook] {
    let sql = """
      SELECT s.number, s.host, s.base, s.registrable FROM second_look l JOIN submission s ON s.number = l.submission
      WHERE s.list = ? AND s.registrable = ? AND s.state = 'open'
      """
    let values: [SQLValue] = [.text(submission.list.text), .text(submission.host.registrable.text)]
    let asked = try rows(sql, values) { (row: Row) throws(RecordsError) in
      (
        row.integer(0),
        ReportedHost(name: try row.name(1), base: try row.name(2), registrable: try row.name(3))
      )
    }
    let concerned = asked.filter { $0.1.isBlocked(by: entry) }.map(\.0)
    let own = submission.id.number
    return try secondLooks(
      where: "\(Self.isOneOf("l.submission")) ORDER BY l.submission <> ?, l.submission",
      [.integers(concerned + (concerned.contains(own) ? [] : [own])), .integer(own)])
  }

  /// How many countries, by as many agencies, approved an entry together: by one submission and one version of the criteria,
  /// and none of them who had reported by then what it blocks.
  func countriesBehind(_ entry: ListedEntry) throws(RecordsError) -> Int {
    let keys = try agencyKeys()
    let submission = try submission(entry.submission)
    let reporters = try reporters(of: entry.entry, on: submission, by: entry.listedAt)
    let approvals = try reviews(
      where: """
        submission IN (SELECT number FROM submission WHERE number = ?1 OR entry_number = ?2)
          AND decision = 'approve' AND entry = ?3
        """,
      [.integer(entry.submission.number), .integer(entry.id.number), .text(entry.entry.text)]
    ).filter { review in
      guard !reporters.contains(review.principal) else { return false }
      return review.signature.map(keys.uphold) ?? true
    }
    let together = Dictionary(grouping: approvals) { review in
      "\(review.submission) \(review.criteriaID ?? "")/\(review.criteriaVersion ?? 0)"
    }
    return together.values.map { min(Set($0.map(\.country)).count, Set($0.map(\.agency)).count) }.max() ?? 0
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
      in: try reviewBasis(of: entry, on: submission), for: entry, policy: policy)
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
