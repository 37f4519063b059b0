// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import HTTPMessages

/// What the problem types mean, where their URIs lead.
struct ProblemResource: Sendable {
  var routes: [Route] {
    [
      Route(
        method: .get, pattern: PathPattern("/problems"), operation: "problemTypes",
        summary: "Every problem type",
        access: .anyone, answers: [.init(status: .ok, types: ["text/markdown"], meaning: "a table")],
        work: Route.ready { (_) throws(Problem) in
          Answers.shared(ProblemCatalogue.table, type: "text/markdown; charset=utf-8")
        }),
      Route(
        method: .get, pattern: PathPattern("/problems/{name}"), operation: "problemType",
        summary: "One problem type",
        access: .anyone, answers: [.init(status: .ok, types: ["text/markdown"], meaning: "what it means")],
        problems: [.notFound],
        work: Route.ready { (exchange) throws(Problem) in
          guard let kind = ProblemKind(rawValue: exchange.pathText("name")),
            let page = ProblemCatalogue.pages[kind]
          else { throw Problem(.notFound) }
          return Answers.shared(page, type: "text/markdown; charset=utf-8")
        }),
    ]
  }
}
