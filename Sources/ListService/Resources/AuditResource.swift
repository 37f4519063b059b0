// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Ingest
internal import HTTPMessages
internal import Records

/// The audit trail: identifiers, and the reasons that people gave.
struct AuditResource: Sendable {
  let context: ServiceContext

  var routes: [Route] {
    [
      Route(
        method: .get, pattern: PathPattern("/v1/audit"), operation: "audit",
        summary: "Who did what, when, by which rule",
        access: .roles([.auditor, .admin]), query: [.after, .limit()],
        answers: [.init(status: .ok, schema: "AuditPage", meaning: "one page")], work: Route.later(page))
    ]
  }

  private func page(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    let limit = exchange.limit()
    let found = try await context.stored { (records) throws(RecordsError) in
      try await records.audit(after: exchange.after, limit: limit)
    }
    return Answers.page(found.map(Render.audit), limit: limit, last: found.last?.sequence)
  }
}
