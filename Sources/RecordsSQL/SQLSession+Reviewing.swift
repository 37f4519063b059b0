// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
internal import Ingest
internal import Records

extension SQLSession {
  /// Judges `request` on what stands in this transaction, and stores it unless refused.
  ///
  /// - Parameter seen: what reviews before it in this transaction read of reports.
  func review(
    _ request: ReviewRequest, policy: ReviewPolicy, _ seen: inout ReportMemory
  ) throws(RecordsError) -> ReviewOutcome {
    let submission = try bareSubmission(request.submission)
    let chosen = (try? ReviewRules.entry(of: request, on: submission).get()) ?? submission.entry
    let basis = try reviewBasis(of: chosen, on: submission, for: request.reviewer.id, &seen)
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
      listed = try list(entry, lease: lease, submission: submission, request, policy, &seen)
    case .rejected: try close(submission.id, as: .rejected, entry: nil)
    case .recorded, .refused: break
    }
    let after = try reviewBasis(of: chosen, on: submission, for: request.reviewer.id, &seen)
    let approvals = approved.map { ReviewRules.counting(in: after, for: $0, policy: policy) }
    return ReviewOutcome(
      verdict: verdict, submission: try bareSubmission(submission.id),
      review: after.reviews.first { $0.id == id }, approvals: approvals ?? [], entry: listed,
      secondLook: basis.secondLooks.first)
  }

  /// What `person` is judged on, who would approve `entry`, or look at its submission.
  func reviewBasis(
    of entry: BlocklistEntry, on submission: Submission, for person: PrincipalID,
    _ seen: inout ReportMemory
  ) throws(RecordsError) -> ReviewBasis {
    let reviews = try reviews(of: submission.id)
    let people = Set(reviews.filter { $0.decision == .approve }.map(\.principal)).union([person])
    return ReviewBasis(
      submission: submission, reviews: reviews,
      reporters: try reporters(of: entry, on: submission, among: people, &seen),
      claim: try claim(on: submission.id),
      secondLooks: try secondLooks(concerning: entry, on: submission, &seen), keys: try agencyKeys())
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
      Act(by: who.id, at: request.at))
    return id
  }

  private func list(
    _ entry: BlocklistEntry, lease: Lease, submission: Submission, _ request: ReviewRequest,
    _ policy: ReviewPolicy, _ seen: inout ReportMemory
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
    let basis = try reviewBasis(of: entry, on: submission, for: request.reviewer.id, &seen)
    let counting = ReviewRules.counting(in: basis, for: entry, policy: policy)
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
