// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import FoundationEssentials
internal import Ingest
internal import StrictJSON

/// A review as sent.
enum ReviewReading {
  static let members = ["decision", "scope", "criteria", "reason", "signature"]

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
    let signature = try signature(body)
    guard signature == nil || decision == .approve else {
      throw body.refusal("signature", "it belongs to `approve` alone")
    }
    return ReviewRequest(
      submission: submission, reviewer: reviewer, decision: decision, scope: scope,
      answers: try answers(body), reason: body.has("reason") ? try body.words("reason", maximum: 1000) : nil,
      at: now,
      signature: signature)
  }

  /// `{keyid?, sig, decided_at}`; nil when there is none.
  static func signature(_ body: BodyMembers) throws(Problem) -> ApprovalSignature? {
    guard body.has("signature") else { return nil }
    let signature = try body.member("signature", only: ["keyid", "sig", "decided_at"])
    let octets = try signature.parsed("sig", "64 octets in base64 (88 characters) are wanted") {
      SignedApproval.octets(base64: $0)
    }
    guard let decided = try signature.optionalTime("decided_at") else {
      throw signature.refusal("decided_at", "the time of decision that is signed is wanted")
    }
    return ApprovalSignature(
      keyid: try signature.optionalText("keyid", maximum: 64), octets: octets, decidedAt: decided)
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
