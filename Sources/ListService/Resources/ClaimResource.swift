// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import HTTPMessages
internal import Ingest
internal import Records
internal import StrictJSON

/// Claims: who looks at which submission now.
struct ClaimResource: Sendable {
  let context: ServiceContext

  var routes: [Route] {
    [
      Route(
        method: .post, pattern: PathPattern("/v1/submissions/{submission}/claim"), operation: "claim",
        summary: "Have a submission to yourself for a while; again for another while",
        access: .roles([.reviewer]),
        answers: [.init(status: .created, schema: "Claim", meaning: "yours until then")],
        problems: [
          .submissionNotFound, .listNotFound, .ownSubmission, .alreadyReviewed, .notReviewable,
          .claimedByAnother, .tooManyClaims, .claimedTooLong,
        ], work: Route.later(claim)),
      Route(
        method: .delete, pattern: PathPattern("/v1/submissions/{submission}/claim"), operation: "dropClaim",
        summary: "Give a claimed submission back", access: .roles([.reviewer]),
        answers: [.init(status: .noContent, types: [], meaning: "free again")],
        problems: [.claimNotFound, .submissionNotFound], work: Route.later(drop)),
    ]
  }

  private func claim(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    let id = try exchange.submissionID()
    let submission = try await context.stored { (records) throws(RecordsError) in
      try await records.outline(of: id)
    }
    let policy = try context.policy(submission.list)
    let request = ClaimRequest(
      submission: id, reviewer: try exchange.requirePrincipal(), term: context.configuration.claims,
      at: exchange.now)
    let rendering = Rendering<ClaimOutcome>(.created) { (try? $0.get()).map(Self.render) }
    let answering = try rendering.answering(exchange)
    let recorded = try await context.stored { (records) throws(RecordsError) in
      try await records.claim(request, policy: policy, answering: answering)
    }
    if case .failure(let refusal)? = recorded.outcome { throw Problem(review: refusal) }
    return rendering.response(recorded)
  }

  private func drop(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    let id = try exchange.submissionID()
    let act = try exchange.act()
    let rendering = Rendering<SubmissionID>(.noContent) { _ in .null }
    let answering = try rendering.answering(exchange)
    return rendering.response(
      try await context.stored { (records) throws(RecordsError) in
        try await records.dropClaim(id, act: act, answering: answering)
      })
  }

  static func render(_ claim: ReviewClaim) -> JSONValue {
    [
      "submission": .string(claim.submission.text), "holder": .string(claim.holder.text),
      "country": .string(claim.country.text), "until": Render.time(claim.until),
    ]
  }
}

extension Exchange {
  /// The submission that the path names. - Throws: `submission-not-found`.
  func submissionID() throws(Problem) -> SubmissionID {
    guard let id = SubmissionID(pathText("submission")) else { throw Problem(.submissionNotFound) }
    return id
  }
}
