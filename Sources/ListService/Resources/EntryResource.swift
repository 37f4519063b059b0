// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
internal import HTTPMessages
internal import Ingest
internal import Publication
internal import Records
internal import StrictJSON

/// Entries: what is listed, and taking it off.
struct EntryResource: Sendable {
  let context: ServiceContext

  var routes: [Route] {
    [
      Route(
        method: .get, pattern: PathPattern("/v1/entries"), operation: "entries",
        summary: "The entries of the lists",
        access: .roles([.publisher, .reviewer, .auditor]),
        query: [
          .list(), .after, .limit(), .reveal,
          QueryParameter("name", .text(maximumOctets: 254), "the entries that block this name"),
          QueryParameter("state", .choice(ListedEntry.State.allCases.map(\.rawValue)), "in this state"),
        ],
        answers: [.init(status: .ok, schema: "EntryPage", meaning: "one page")],
        problems: [.listNotFound, .invalidParameter], work: Route.later(page)),
      Route(
        method: .get, pattern: PathPattern("/v1/entries/{entry}"), operation: "entry", summary: "One entry",
        access: .roles([.publisher, .reviewer, .auditor]), query: [.reveal],
        answers: [.init(status: .ok, schema: "Entry", meaning: "the entry")],
        problems: [.entryNotFound, .invalidParameter], work: Route.later(one)),
      Route(
        method: .post, pattern: PathPattern("/v1/entries/{entry}/suspend"), operation: "suspend",
        summary: "Take an entry off, and release the list without it at once", access: .roles([.publisher]),
        content: .init(types: ["application/json"], schema: "ReasonRequest"),
        answers: [.init(status: .ok, schema: "Suspension", meaning: "taken off")],
        problems: [
          .entryNotFound, .wrongEntryState, .embeddedContent, .releaseConflict, .publishingUnavailable,
          .idempotencyKeyReused,
        ],
        work: Route.later(suspend)),
      Route(
        method: .post, pattern: PathPattern("/v1/entries/{entry}/renew"), operation: "renew",
        summary: "Confirm an entry for another lease", access: .roles([.reviewer]),
        content: .init(types: ["application/json"], schema: "RenewRequest", isRequired: false),
        answers: [.init(status: .ok, schema: "Entry", meaning: "with its new lease")],
        problems: [
          .entryNotFound, .listNotFound, .wrongEntryState, .leaseRefused, .ownSubmission, .guardedName,
          .guardedNameNeedsHostScope, .guardedNameNeedsAnotherCountry, .idempotencyKeyReused,
        ]
          + ReviewResource.signatures,
        work: Route.later(renew)),
    ]
  }

  private func page(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    var filter = EntryFilter(state: exchange.query["state"].flatMap(ListedEntry.State.init))
    if let list = exchange.query["list"] { filter.list = try context.list(list).name }
    if let name = exchange.query["name"] {
      guard let entry = try? BlocklistEntry(parsing: name) else {
        throw Problem(
          .invalidParameter, "`name`: a domain name in lower case, or an entry, is wanted.",
          extras: ["parameter": "name"])
      }
      filter.covering = entry
    }
    let limit = exchange.limit()
    let found = try await context.stored { [filter] (records) throws(RecordsError) in
      try await records.entries(filter, after: exchange.after, limit: limit)
    }
    let isMasked = try isMasked(exchange)
    if let first = found.first, let last = found.last {
      try await note("\(first.id)..\(last.id)", found.count, isMasked, exchange)
    }
    return Answers.page(
      found.map { Render.entry($0, isMasked: isMasked) }, limit: limit, last: found.last?.id.number)
  }

  private func one(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    let id = try Self.id(exchange)
    let entry = try await context.stored { (records) throws(RecordsError) in try await records.entry(id) }
    let isMasked = try isMasked(exchange)
    try await note(entry.id.text, 1, isMasked, exchange)
    return Answers.json(Render.entry(entry, isMasked: isMasked))
  }

  /// Publishers and auditors work with the names; a reviewer sees them as in the queue.
  private func isMasked(_ exchange: Exchange) throws(Problem) -> Bool {
    let roles = try exchange.requirePrincipal().roles
    return roles.isDisjoint(with: [.publisher, .auditor]) && !exchange.flag(QueryParameter.reveal.name)
  }

  /// Who read which entries stands in the audit trail.
  private func note(
    _ subject: String, _ count: Int, _ isMasked: Bool, _ exchange: Exchange
  ) async throws(Problem) {
    let act = try exchange.act()
    let rule = isMasked ? "\(count) read, masked" : "\(count) read"
    try await context.stored { (records) throws(RecordsError) in
      try await records.note(action: "entries-read", subject: subject, rule: rule, act: act)
    }
  }

  private func suspend(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    let id = try Self.id(exchange)
    let reason = try BodyMembers(try exchange.json(), only: ["reason"]).remark("reason", maximum: 1000)
    let act = try exchange.act()
    let rendering = Rendering<Suspension>(.ok) { suspension in
      [
        "entry_id": .string(suspension.entry.text),
        "release": suspension.release.map(Render.release) ?? .null,
      ]
    }
    let answering = try rendering.answering(exchange)
    return rendering.response(
      try await context.publishing { (publisher) throws(PublicationError) in
        try await publisher.suspend(id, reason: reason, act: act, answering: answering)
      })
  }

  private func renew(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    let id = try Self.id(exchange)
    let body = try BodyMembers(try exchange.json(), only: ["days", "signature"])
    let entry = try await context.stored { (records) throws(RecordsError) in try await records.entry(id) }
    let policy = try context.policy(entry.list)
    let approval = try approval(ReviewReading.signature(body), policy, exchange)
    let days = body.has("days") ? Int(try body.integer("days", in: 1...Int64(policy.lease.days))) : nil
    let act = try exchange.act()
    let reviewer = try exchange.requirePrincipal()
    let rendering = Rendering<ListedEntry>(.ok) { Render.entry($0, isMasked: true) }
    let answering = try rendering.answering(exchange)
    return try await context.withGuardsStill { () throws(Problem) in
      let terms = RenewalTerms(policy, guards: try await context.currentGuards(), reviewer: reviewer)
      return rendering.response(
        try await context.stored { (records) throws(RecordsError) in
          try await records.renew(
            id, days: days, terms: terms, approval: approval, act: act, answering: answering)
        })
    }
  }

  private func approval(
    _ signature: ApprovalSignature?, _ policy: ReviewPolicy, _ exchange: Exchange
  ) throws(Problem) -> RenewalApproval? {
    guard let signature else {
      guard !policy.signing.isRequired else { throw Problem(signature: .required) }
      return nil
    }
    guard let criteria = policy.criteria.designation else { throw Problem(.internalError) }
    return RenewalApproval(
      reviewer: try exchange.requirePrincipal(), signature: signature, criteria: criteria,
      signing: policy.signing)
  }

  private static func id(_ exchange: Exchange) throws(Problem) -> EntryID {
    guard let id = EntryID(exchange.pathText("entry")) else { throw Problem(.entryNotFound) }
    return id
  }
}
