// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import HTTPMessages
internal import Ingest
internal import Records
internal import StrictJSON

/// What reporters answer to the reviewers who could not decide yet.
struct InformationResource: Sendable {
  let context: ServiceContext

  var routes: [Route] {
    [
      Route(
        method: .post, pattern: PathPattern("/v1/submissions/{submission}/information"),
        operation: "answerQuestion", summary: "Answer the reviewers' open question on your own report",
        access: .roles([.submitter]),
        content: .init(types: ["application/json"], schema: "InformationRequest"),
        answers: [.init(status: .created, schema: "Information", meaning: "shown to reviewers from now on")],
        problems: [.submissionNotFound, .notReviewable, .noOpenQuestion, .embeddedContent],
        work: Route.later(answer))
    ]
  }

  private func answer(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    let id = try exchange.submissionID()
    let body = try BodyMembers(try exchange.json(), only: ["text"])
    let request = InformationRequest(
      submission: id, submitter: try exchange.requirePrincipal(),
      text: try body.remark("text", maximum: Information.maximumOctets), at: exchange.now)
    let rendering = Rendering<InformationOutcome>(.created) {
      (try? $0.get()).map { Self.render($0, isRevealed: true) }
    }
    let answering = try rendering.answering(exchange)
    let recorded = try await context.stored { (records) throws(RecordsError) in
      try await records.answerQuestion(request, answering: answering)
    }
    if case .failure(let refusal)? = recorded.outcome { throw Problem(desk: refusal) }
    return rendering.response(recorded)
  }

  /// The text may hold names: only for those who see them.
  static func render(_ information: Information, isRevealed: Bool) -> JSONValue {
    var object: JSONObject = [
      "review": .string(information.review.text), "at": Render.time(information.at),
    ]
    if isRevealed { object["text"] = .string(information.text) }
    return .object(object)
  }
}
