// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Blocklists
public import Ingest
public import Records

extension SQLRecords {
  /// Stores a batch whole.
  public func submit(
    _ batch: SubmissionBatch, answering: Answering<SubmissionOutcome>?
  ) async throws(RecordsError) -> Recorded<SubmissionOutcome> {
    let addition: Addition = batch.items.count <= Self.itemsShared ? .small : .large
    return try await mutate(answering, at: batch.at, whileAdding: addition) {
      (connection: Session) throws(RecordsError) in
      SubmissionOutcome(items: try connection.store(batch))
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
      var condition = "number > ?"
      var values: [SQLValue] = [.integer(after)]
      if let list = filter.list {
        condition += " AND list = ?"
        values.append(.text(list.text))
      }
      if let state = filter.state {
        condition += " AND state = ?"
        values.append(.text(state.rawValue))
      }
      if let reporter = filter.reporter {
        condition += """
           AND EXISTS (SELECT 1 FROM report p WHERE p.submission = submission.number AND p.principal = ?)
          """
        values.append(.text(reporter.text))
      }
      if filter.isAsked {
        condition += """
           AND state = 'open' AND EXISTS (SELECT 1 FROM review r WHERE r.submission = submission.number
             AND r.decision = 'needs-information' AND NOT EXISTS (SELECT 1 FROM information i
               WHERE i.submission = submission.number AND i.review >= r.number))
          """
      }
      return try connection.submissions(
        where: condition + " ORDER BY number LIMIT ?", values + [.integer(limit)])
    }
  }

  /// Open submissions with their reviews.
  public func reviewQueue(
    _ filter: QueueFilter, after: Int64, limit: Int
  ) async throws(RecordsError) -> [QueueItem] {
    try await read { (connection: Session) throws(RecordsError) in
      var condition = "state = 'open' AND number > ?"
      var values: [SQLValue] = [.integer(after)]
      if let list = filter.list {
        condition += " AND list = ?"
        values.append(.text(list.text))
      }
      if let reviewer = filter.reviewer {
        condition += """
           AND NOT EXISTS (SELECT 1 FROM report p JOIN submission s ON s.number = p.submission
             WHERE s.list = submission.list AND s.registrable = submission.registrable AND p.principal = ?
             AND (s.number = submission.number OR submission.entry IN (s.host, s.base)
               OR substr('.' || s.host, length(s.host) + 2 - length(submission.entry)) = submission.entry
               OR substr('.' || s.base, length(s.base) + 2 - length(submission.entry)) = submission.entry))
           AND NOT EXISTS (SELECT 1 FROM review r WHERE r.submission = submission.number
             AND r.principal = ? AND r.decision <> 'needs-information')
           AND NOT EXISTS (SELECT 1 FROM review r WHERE r.submission = submission.number
             AND r.country = ? AND r.decision = 'approve' AND r.entry = submission.entry)
          """
        values += [.text(reviewer.id.text), .text(reviewer.id.text), .text(reviewer.country.text)]
      }
      let narrowed = Self.narrowing(filter)
      condition += narrowed.condition
      values += narrowed.values
      let open = try connection.submissions(
        where: condition + " ORDER BY number LIMIT ?", values + [.integer(limit)])
      return try connection.queueItems(of: open, at: filter.now)
    }
  }

  // By country, age and claim.
  private static func narrowing(_ filter: QueueFilter) -> (condition: String, values: [SQLValue]) {
    var condition = ""
    var values: [SQLValue] = []
    if let country = filter.country {
      condition += """
         AND (SELECT p.country FROM report p WHERE p.submission = submission.number ORDER BY p.number LIMIT 1) = ?
        """
      values.append(.text(country.text))
    }
    if let time = filter.reportedBy {
      condition += " AND created_at <= ?"
      values.append(.time(time))
    }
    if let claims = filter.claims, let person = filter.reviewer?.id, let now = filter.now {
      let (word, comparison) = claims == .free ? ("NOT EXISTS", "<>") : ("EXISTS", "=")
      condition += """
         AND \(word) (SELECT 1 FROM claim c WHERE c.submission = submission.number AND c.until > ?
          AND c.principal \(comparison) ?)
        """
      values += [.time(now), .text(person.text)]
    }
    return (condition, values)
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
