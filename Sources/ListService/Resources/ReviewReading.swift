// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import FoundationEssentials
internal import Ingest
internal import StrictJSON

/// A review as sent.
enum ReviewReading {
  static let members = ["decision", "scope", "criteria", "reason"]

  static func request(
    _ body: BodyMembers, on submission: SubmissionID, by reviewer: Principal, now: Date
  ) throws(Problem) -> ReviewRequest {
    let words = ReviewDecision.allCases.map(\.rawValue).joined(separator: ", ")
    let decision = try body.parsed("decision", "one of \(words) is wanted") { ReviewDecision(rawValue: $0) }
    var scope: ScopeChoice?
    if body.has("scope") {
      scope = try body.parsed(
        "scope", "`subtree`, `host`, `registrable` or an entry like `.b.example` is wanted"
      ) { ScopeChoice($0) }
    }
    return ReviewRequest(
      submission: submission, reviewer: reviewer, decision: decision, scope: scope,
      answers: try answers(body), reason: try body.optionalRemark("reason", maximum: 1000), at: now)
  }

  private static func answers(_ body: BodyMembers) throws(Problem) -> CriteriaAnswers? {
    guard body.has("criteria") else { return nil }
    let criteria = try body.member("criteria", only: ["id", "version", "answers"])
    return CriteriaAnswers(
      id: try criteria.text("id", maximum: 64),
      version: Int(try criteria.integer("version", in: 0...1_000_000)),
      answers: try criteria.answers("answers"))
  }
}
