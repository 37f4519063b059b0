// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Blocklists
public import Ingest
public import Records

extension PostgresRecords {
  /// Stores a batch whole.
  public func submit(
    _ batch: SubmissionBatch, answering: Answering<SubmissionOutcome>?
  ) async throws(RecordsError) -> Recorded<SubmissionOutcome> {
    try await mutate(answering, at: batch.at, whileAdding: true) {
      (connection: Connection) throws(RecordsError) in
      var items: [SubmissionOutcome.Item] = []
      var rest = batch.items[...]
      while !rest.isEmpty {
        items += try connection.store(rest.prefix(Self.itemsAtOnce), of: batch)
        rest = rest.dropFirst(Self.itemsAtOnce)
      }
      return SubmissionOutcome(items: items)
    }
  }

  // Items of one statement.
  private static let itemsAtOnce = 5_000

  /// One submission.
  public func submission(_ id: SubmissionID) async throws(RecordsError) -> Submission {
    try await read { (connection: Connection) throws(RecordsError) in try connection.submission(id) }
  }

  /// Submissions in order of number.
  public func submissions(
    _ filter: SubmissionFilter, after: Int64, limit: Int
  ) async throws(RecordsError) -> [Submission] {
    try await read { (connection: Connection) throws(RecordsError) in
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
      return try connection.submissions(
        where: condition + " ORDER BY number LIMIT ?", values + [.integer(limit)])
    }
  }

  /// Open submissions with their reviews.
  public func reviewQueue(
    _ filter: QueueFilter, after: Int64, limit: Int
  ) async throws(RecordsError) -> [QueueItem] {
    try await read { (connection: Connection) throws(RecordsError) in
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
               OR right('.' || s.host, length(submission.entry)) = submission.entry
               OR right('.' || s.base, length(submission.entry)) = submission.entry))
           AND NOT EXISTS (SELECT 1 FROM review r WHERE r.submission = submission.number
             AND r.principal = ? AND r.decision <> 'needs-information')
           AND NOT EXISTS (SELECT 1 FROM review r WHERE r.submission = submission.number
             AND r.country = ? AND r.decision = 'approve' AND r.entry = submission.entry)
          """
        values += [.text(reviewer.id.text), .text(reviewer.id.text), .text(reviewer.country.text)]
      }
      let open = try connection.submissions(
        where: condition + " ORDER BY number LIMIT ?", values + [.integer(limit)])
      let reviews = try connection.reviews(
        where: "submission = ANY(?) ORDER BY number", .integers(open.map(\.id.number)))
      let bySubmission = Dictionary(grouping: reviews, by: \.submission)
      return open.map { QueueItem(submission: $0, reviews: bySubmission[$0.id] ?? []) }
    }
  }

  /// The reviews of a submission.
  public func reviews(of submission: SubmissionID) async throws(RecordsError) -> [Review] {
    try await read { (connection: Connection) throws(RecordsError) in
      try connection.reviews(of: submission)
    }
  }

  /// Judges and stores a review.
  public func addReview(
    _ request: ReviewRequest, policy: ReviewPolicy, answering: Answering<ReviewOutcome>?
  ) async throws(RecordsError) -> Recorded<ReviewOutcome> {
    try await mutate(answering, at: request.at) { (connection: Connection) throws(RecordsError) in
      try connection.review(request, policy: policy)
    }
  }

  /// Judges and stores many reviews.
  public func addReviews(
    _ requests: [ReviewRequest], policy: ReviewPolicy, answering: Answering<[ReviewOutcome]>?
  ) async throws(RecordsError) -> Recorded<[ReviewOutcome]> {
    guard let first = requests.first else { return .done([], answer: nil) }
    return try await mutate(answering, at: first.at) { (connection: Connection) throws(RecordsError) in
      var outcomes: [ReviewOutcome] = []
      for request in requests { outcomes.append(try connection.review(request, policy: policy)) }
      return outcomes
    }
  }
}
