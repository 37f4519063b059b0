// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
internal import FoundationEssentials
internal import HTTPMessages
internal import Ingest
internal import Names
internal import Records
internal import StrictJSON

/// What an agency signs when it approves or renews: the text with the parts it is made of.
struct ApprovalResource: Sendable {
  let context: ServiceContext

  private static let decidedAt = QueryParameter(
    "decided_at", .text(maximumOctets: 20), "the time of decision to be signed, now unless given (RFC 3339)")

  var routes: [Route] {
    [
      Route(
        method: .get, pattern: PathPattern("/v1/submissions/{submission}/approval-text"),
        operation: "approvalText", summary: "The text to sign to approve a submission; the name is revealed",
        access: .roles([.reviewer]),
        query: [
          QueryParameter("scope", .text(maximumOctets: 254), "the scope, where other than proposed"),
          Self.decidedAt,
        ],
        answers: [.init(status: .ok, schema: "ApprovalText", meaning: "the text and its parts")],
        problems: [
          .submissionNotFound, .listNotFound, .invalidParameter, .notReviewable, .scopeWiderThanRegistrable,
          .scopeOutsideReport, .scopeCoversPublicSuffix,
        ], revealsNames: true, work: Route.later(submission)),
      Route(
        method: .get, pattern: PathPattern("/v1/reviews/approval-texts"), operation: "approvalTexts",
        summary: "The texts to sign to approve what you may decide on; the names are revealed",
        access: .roles([.reviewer]), query: [.list(), .after, .limit(), Self.decidedAt],
        answers: [.init(status: .ok, schema: "ApprovalTextPage", meaning: "one page")],
        problems: [.listNotFound, .invalidParameter], revealsNames: true, work: Route.later(queue)),
      Route(
        method: .get, pattern: PathPattern("/v1/entries/{entry}/approval-text"),
        operation: "renewalText", summary: "The text to sign to renew an entry; the name is revealed",
        access: .roles([.reviewer]), query: [Self.decidedAt],
        answers: [.init(status: .ok, schema: "ApprovalText", meaning: "the text and its parts")],
        problems: [.entryNotFound, .listNotFound, .invalidParameter], revealsNames: true,
        work: Route.later(entry)),
    ]
  }

  private func submission(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    let id = try exchange.submissionID()
    let decided = try Self.decided(exchange)
    let found = try await context.stored { (r) throws(RecordsError) in try await r.outline(of: id) }
    guard found.state == .open else { throw Problem(review: .notReviewable(found.state)) }
    var entry = found.entry
    if let text = exchange.query["scope"] {
      guard let choice = ScopeChoice(text) else {
        throw Problem(
          .invalidParameter,
          "`scope`: `subtree`, `host`, `registrable` or an entry like `.b.example` is wanted.",
          extras: ["parameter": "scope"])
      }
      switch choice.entry(for: found.host) {
      case .failure(let refusal): throw Problem(review: .scope(refusal))
      case .success(let chosen): entry = chosen
      }
    }
    if let below = entry.covered(of: context.rules.publicSuffixes) {
      throw Problem(review: .coversSuffixes(below))
    }
    var object = try rendered(found.list, entry, found.createdAt, decided, exchange)
    object["submission"] = .string(id.text)
    object["sequence"] = .integer(id.number)
    try await note(id.text, 1, exchange)
    return Answers.json(.object(object))
  }

  private func queue(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    let decided = try Self.decided(exchange)
    var filter = QueueFilter(reviewer: try exchange.requirePrincipal(), claims: .free, now: exchange.now)
    if let list = exchange.query["list"] { filter.list = try context.list(list).name }
    filter.terms = try context.queueTerms()
    let limit = exchange.limit()
    let found = try await context.stored { [filter] (records) throws(RecordsError) in
      try await records.reviewQueue(filter, after: exchange.after, limit: limit)
    }.map(\.submission)
    var items: [JSONValue] = []
    for submission in found {
      var object = try rendered(
        submission.list, submission.entry, submission.createdAt, decided, exchange)
      object["submission"] = .string(submission.id.text)
      object["sequence"] = .integer(submission.id.number)
      items.append(.object(object))
    }
    if let first = found.first, let last = found.last {
      try await note("\(first.id)..\(last.id)", found.count, exchange)
    }
    return Answers.page(items, limit: limit, last: found.last?.id.number)
  }

  private func entry(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    guard let id = EntryID(exchange.pathText("entry")) else { throw Problem(.entryNotFound) }
    let decided = try Self.decided(exchange)
    let (listed, submission) = try await context.stored { (records) throws(RecordsError) in
      let entry = try await records.entry(id)
      return (entry, try await records.outline(of: entry.submission))
    }
    var object = try rendered(listed.list, listed.entry, submission.createdAt, decided, exchange)
    object["entry_id"] = .string(id.text)
    object["sequence"] = .integer(id.number)
    try await note(id.text, 1, exchange)
    return Answers.json(.object(object))
  }

  private func rendered(
    _ list: ListName, _ entry: BlocklistEntry, _ submitted: Date, _ decided: Date, _ exchange: Exchange
  ) throws(Problem) -> JSONObject {
    let reviewer = try exchange.requirePrincipal()
    guard let criteria = try context.policy(list).criteria.designation else { throw Problem(.internalError) }
    let statement = ApprovalStatement(
      list: list, entry: entry, criteria: criteria, submittedAt: submitted, decidedAt: decided,
      agency: reviewer.agency, country: reviewer.country)
    return [
      "list": .string(list.text), "entry": .string(entry.text),
      "criteria": ["id": .string(criteria.id), "version": Render.number(criteria.version)],
      "submitted_at": Render.time(submitted), "decided_at": Render.time(decided),
      "agency": .string(reviewer.agency.text), "country": .string(reviewer.country.text),
      "text": .string(statement.text),
    ]
  }

  /// The names go out: who took which texts stands in the audit trail.
  private func note(_ subject: String, _ count: Int, _ exchange: Exchange) async throws(Problem) {
    let act = try exchange.act()
    try await context.stored { (records) throws(RecordsError) in
      try await records.note(
        action: "approval-texts-read", subject: subject, rule: "\(count) revealed", act: act)
    }
  }

  private static func decided(_ exchange: Exchange) throws(Problem) -> Date {
    guard let text = exchange.query["decided_at"] else { return exchange.now }
    guard let time = RFC3339.parse(text) else {
      throw Problem(
        .invalidParameter, "`decided_at`: a time like 2026-11-23T21:00:00Z is wanted.",
        extras: ["parameter": "decided_at"])
    }
    return time
  }
}
