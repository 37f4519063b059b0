// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import HTTPMessages
internal import Ingest
internal import StrictJSON

/// Appeals by web page, without a script and without an account.
struct AppealFormResource: Sendable {
  let context: ServiceContext

  private var desk: AppealDesk { AppealDesk(context: context) }
  private static let form = "application/x-www-form-urlencoded"

  var routes: [Route] {
    [
      Route(
        method: .get, pattern: PathPattern("/appeal"), operation: "appealForm",
        summary: "The page on which anyone complains", access: .anyone,
        answers: [.init(status: .ok, types: ["text/html"], meaning: "a form")],
        problems: [.storeUnavailable], work: Route.later(page)),
      Route(
        method: .post, pattern: PathPattern("/appeal"), operation: "fileAppealByForm",
        summary: "Complain by the page", access: .anyone,
        content: .init(types: [Self.form], schema: "AppealRequest"),
        answers: Self.answers(.created, "the case number and its secret"), keepsAnswer: false,
        work: Route.later(file)),
      Route(
        method: .post, pattern: PathPattern("/appeal/case"), operation: "appealStatusByForm",
        summary: "What became of an appeal, by the page", access: .anyone,
        content: .init(types: [Self.form], schema: "AppealRequest"),
        answers: Self.answers(.ok, "open, or decided with the answer"), keepsAnswer: false,
        work: Route.later(look)),
    ]
  }

  // What a person did wrong is said on a page too, under the problem's status.
  private static func answers(_ status: HTTPStatus, _ meaning: String) -> [Route.Answer] {
    [Route.Answer(status: status, types: ["text/html"], meaning: meaning)]
      + [HTTPStatus.badRequest, .notFound, .unprocessableContent, .tooManyRequests, .serviceUnavailable].map {
        Route.Answer(status: $0, types: ["text/html"], meaning: "why not, in words")
      }
  }

  private func page(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    AppealPage.response(.ok, AppealPage.form(try await desk.clock(exchange.now)))
  }

  private func file(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    do throws(Problem) {
      let body = try BodyMembers(try FormBody.object(exchange), only: AppealDesk.members)
      return AppealPage.response(.created, AppealPage.filed(try await desk.file(body, exchange)))
    } catch { return AppealPage.response(error) }
  }

  private func look(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    do throws(Problem) {
      let body = try BodyMembers(try FormBody.object(exchange), only: ["case", "secret"])
      let appeal = try await desk.open(try body.text("case"), secret: try body.text("secret"), exchange)
      return AppealPage.response(.ok, AppealPage.told(appeal))
    } catch { return AppealPage.response(error) }
  }
}
