// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Blocklists
public import Ingest
public import Records

extension SQLRecords {
  /// Stores a batch whole.
  public func submit<Outcome>(
    _ batch: SubmissionBatch<Outcome>, answering: Answering<Outcome>?
  ) async throws(RecordsError) -> Recorded<Outcome> {
    let addition: Addition = batch.count <= Self.itemsShared ? .small : .large
    return try await mutate(answering, at: batch.at, whileAdding: addition) {
      (connection: Session) throws(RecordsError) in
      try connection.store(batch)
    }
  }

  // Items of a batch that may share its transaction with others.
  private static var itemsShared: Int { 100 }

  /// One submission.
  public func submission(_ id: SubmissionID) async throws(RecordsError) -> Submission {
    try await read { (connection: Session) throws(RecordsError) in try connection.submission(id) }
  }

  /// Submissions in order of number.
  public func submissions(
    _ filter: SubmissionFilter, after: Int64, limit: Int
  ) async throws(RecordsError) -> [Submission] {
    try await read { (connection: Session) throws(RecordsError) in
      var condition = PageCondition(after: after, limit: limit)
      if let list = filter.list {
        condition.require("list = ?", .text(list.text))
      }
      if let state = filter.state {
        condition.require("state = ?", .text(state.rawValue))
      }
      if let reporter = filter.reporter {
        condition.require(
          "EXISTS (SELECT 1 FROM report p WHERE p.submission = submission.number AND p.principal = ?)",
          .text(reporter.text))
      }
      if filter.isAsked {
        condition.require(
          """
          state = 'open' AND EXISTS (SELECT 1 FROM review r WHERE r.submission = submission.number
             AND r.decision = 'needs-information' AND NOT EXISTS (SELECT 1 FROM information i
               WHERE i.submission = submission.number AND i.review >= r.number))
          """)
      }
      return try connection.submissions(where: condition.text, condition.values)
    }
  }

  /// Open submissions with their reviews.
  public func reviewQueue(
    _ filter: QueueFilter, after: Int64, limit: Int
  ) async throws(RecordsError) -> [QueueItem] {
    try await read { (connection: Session) throws(RecordsError) in
      var condition = PageCondition(after: after, limit: limit)
      condition.require("state = 'open'")
      if let list = filter.list {
        condition.require("list = ?", .text(list.text))
      }
      if let reviewer = filter.reviewer { Self.leaveOut(&condition, by: reviewer, filter.terms) }
      Self.narrow(&condition, filter)
      let open = try connection.submissions(where: condition.text, condition.values)
      return try connection.queueItems(of: open, at: filter.now)
    }
  }

  // What `ReviewRules` would not let the reviewer decide on as it was proposed.
  private static func leaveOut(
    _ condition: inout PageCondition, by reviewer: Principal, _ terms: [QueueFilter.Terms]
  ) {
    let counting = counting(terms)
    condition.require("NOT \(reported(by: "?"))", .text(reviewer.id.text))
    condition.require(
      "NOT EXISTS (SELECT 1 FROM review r WHERE r.submission = submission.number AND r.principal = ? AND \(counting.text))",
      [.text(reviewer.id.text)] + counting.values)
    condition.require(
      """
      NOT EXISTS (SELECT 1 FROM review r WHERE r.submission = submission.number AND r.country = ?
        AND r.entry = submission.entry AND \(counting.text) AND NOT \(reported(by: "r.principal")))
      """, [.text(reviewer.country.text)] + counting.values)
  }

  // Whether somebody reported, in any submission of the list, what the proposed entry blocks.
  private static func reported(by person: String) -> String {
    func isBelow(_ host: String) -> String {
      """
      (submission.entry LIKE '.%'
        AND substr('.' || \(host), length(\(host)) + 2 - length(submission.entry)) = submission.entry)
      """
    }
    let (host, base) = ("coalesce(p.host, s.host)", "coalesce(p.base, s.base)")
    return """
      EXISTS (SELECT 1 FROM report p JOIN submission s ON s.number = p.submission
        WHERE s.list = submission.list AND s.registrable = submission.registrable AND p.principal = \(person)
        AND (s.number = submission.number OR submission.entry IN (\(host), \(base))
          OR \(isBelow(host)) OR \(isBelow(base))))
      """
  }

  // Whether the review `r` is an approval that counts.
  private static func counting(_ terms: [QueueFilter.Terms]) -> (text: String, values: [SQLValue]) {
    var values: [SQLValue] = []
    let choices = terms.map { term in
      values += [.text(term.list.text), .text(term.criteriaID), .integer(Int64(term.criteriaVersion))]
      let signed = term.isSignatureRequired ? " AND r.keyid IS NOT NULL" : ""
      return "(submission.list = ? AND r.criteria_id = ? AND r.criteria_version = ?\(signed))"
    }
    let byTerms = choices.isEmpty ? "" : " AND (" + choices.joined(separator: " OR ") + ")"
    let text = """
      r.decision = 'approve'\(byTerms) AND NOT EXISTS (SELECT 1 FROM agency_key k WHERE k.keyid = r.keyid
        AND (k.valid_from > r.decided_at OR k.valid_until <= r.decided_at))
      """
    return (text, values)
  }

  // By country, age and claim.
  private static func narrow(_ condition: inout PageCondition, _ filter: QueueFilter) {
    if let country = filter.country {
      condition.require(
        "(SELECT p.country FROM report p WHERE p.submission = submission.number ORDER BY p.number LIMIT 1) = ?",
        .text(country.text))
    }
    if let time = filter.reportedBy {
      condition.require("created_at <= ?", .time(time))
    }
    if let claims = filter.claims, let person = filter.reviewer?.id, let now = filter.now {
      let (word, comparison) = claims == .free ? ("NOT EXISTS", "<>") : ("EXISTS", "=")
      condition.require(
        """
        \(word) (SELECT 1 FROM claim c WHERE c.submission = submission.number AND c.until > ?
          AND c.principal \(comparison) ?)
        """, .time(now), .text(person.text))
    }
  }

  /// The reviews of a submission.
  public func reviews(of submission: SubmissionID) async throws(RecordsError) -> [Review] {
    try await read { (connection: Session) throws(RecordsError) in
      try connection.reviews(of: submission)
    }
  }

  /// Judges and stores a review.
  public func addReview(
    _ request: ReviewRequest, policy: ReviewPolicy, answering: Answering<ReviewOutcome>?
  ) async throws(RecordsError) -> Recorded<ReviewOutcome> {
    try await mutate(answering, at: request.at) { (connection: Session) throws(RecordsError) in
      try connection.review(request, policy: policy)
    }
  }

  /// Judges and stores many reviews.
  public func addReviews(
    _ requests: [ReviewRequest], policy: ReviewPolicy, answering: Answering<[ReviewOutcome]>?
  ) async throws(RecordsError) -> Recorded<[ReviewOutcome]> {
    guard let first = requests.first else { return .done([], answer: nil) }
    return try await mutate(answering, at: first.at) { (connection: Session) throws(RecordsError) in
      var outcomes: [ReviewOutcome] = []
      for request in requests { outcomes.append(try connection.review(request, policy: policy)) }
      return outcomes
    }
  }
}
