// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import FoundationEssentials
internal import Ingest
internal import Records

extension SQLSession {
  /// Submissions with all that a reviewer sees of them, in one query for each kind of thing.
  func queueItems(of open: [Submission], at now: Date?) throws(RecordsError) -> [QueueItem] {
    let ids = SQLValue.integers(open.map(\.id.number))
    let isOfThese = Self.isOneOf("submission")
    let reviews = Dictionary(
      grouping: try self.reviews(where: "\(isOfThese) ORDER BY number", [ids]), by: \.submission)
    var claims: [SubmissionID: ReviewClaim] = [:]
    if let now {
      let running = try self.claims(where: "\(isOfThese) AND until > ?", [ids, .time(now)])
      claims = Dictionary(uniqueKeysWithValues: running.map { ($0.submission, $0) })
    }
    let looks = try secondLooks(where: Self.isOneOf("l.submission"), [ids])
    let lookOfEach = Dictionary(uniqueKeysWithValues: looks.map { ($0.submission, $0) })
    let told = Dictionary(
      grouping: try information(where: "\(isOfThese) ORDER BY number", [ids]), by: \.submission)
    return open.map {
      QueueItem(
        submission: $0, reviews: reviews[$0.id] ?? [], claim: claims[$0.id], secondLook: lookOfEach[$0.id],
        information: told[$0.id] ?? [])
    }
  }
}
