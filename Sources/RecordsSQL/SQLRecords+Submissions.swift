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
      let open = try connection.openSubmissions(filter, after: after, limit: limit)
      return try connection.queueItems(of: open, at: filter.now)
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
      var seen = ReportMemory()
      return try connection.review(request, policy: policy, &seen)
    }
  }

  /// Judges and stores many reviews.
  public func addReviews(
    _ requests: [ReviewRequest], policy: ReviewPolicy, answering: Answering<[ReviewOutcome]>?
  ) async throws(RecordsError) -> Recorded<[ReviewOutcome]> {
    guard let first = requests.first else { return .done([], answer: nil) }
    return try await mutate(answering, at: first.at) { (connection: Session) throws(RecordsError) in
      var outcomes: [ReviewOutcome] = []
      var seen = ReportMemory()
      for request in requests {
        outcomes.append(try connection.review(request, policy: policy, &seen))
      }
      return outcomes
    }
  }
}
