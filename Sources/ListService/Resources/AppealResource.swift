// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import HTTPMessages
internal import Ingest
internal import StrictJSON

/// Appeals by the API: anyone files and asks, without an account.
struct AppealResource: Sendable {
  let context: ServiceContext

  private var desk: AppealDesk { AppealDesk(context: context) }
  private static let secretField = "Appeal-Secret"

  var routes: [Route] {
    [
      Route(
        method: .post, pattern: PathPattern("/v1/appeals"), operation: "fileAppeal",
        summary: "Complain that a name is blocked; the same answer whether it is or not", access: .anyone,
        content: .init(types: ["application/json"], schema: "AppealRequest"),
        answers: [
          .init(status: .created, schema: "FiledAppeal", meaning: "on record; the secret is told once")
        ], problems: [.embeddedContent, .rateLimited, .storeUnavailable], keepsAnswer: false,
        work: Route.later(file)),
      Route(
        method: .get, pattern: PathPattern("/v1/appeals/clock"), operation: "appealClock",
        summary: "How long decisions on appeals take", access: .anyone,
        answers: [.init(status: .ok, schema: "AppealClock", meaning: "over the last days")],
        problems: [.storeUnavailable], work: Route.later(clock)),
      Route(
        method: .get, pattern: PathPattern("/v1/appeals/{case}"), operation: "appealStatus",
        summary: "What became of an appeal; its secret goes in the field Appeal-Secret", access: .anyone,
        answers: [.init(status: .ok, schema: "AppealStatus", meaning: "open, or decided with the answer")],
        problems: [.appealNotFound, .rateLimited, .storeUnavailable], work: Route.later(status)),
    ]
  }

  private func file(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    let body = try BodyMembers(try exchange.json(), only: AppealDesk.members)
    return Answers.json(AppealRendering.filed(try await desk.file(body, exchange)), status: .created)
  }

  private func clock(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    Answers.json(AppealRendering.clock(try await desk.clock(exchange.now)))
  }

  private func status(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    let secrets = exchange.request.fields.all(Self.secretField)
    guard secrets.count == 1, let secret = secrets.first else { throw Problem(.appealNotFound) }
    return Answers.json(
      AppealRendering.told(try await desk.open(exchange.pathText("case"), secret: secret, exchange)))
  }
}
