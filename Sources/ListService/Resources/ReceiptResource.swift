// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Publication
internal import Blocklists
internal import Cryptography
internal import HTTPMessages
internal import Ingest
internal import Records
internal import StrictJSON

/// What readers tell back: which release they run, and that one hurts; and the view of it all.
struct ReceiptResource: Sendable {
  let context: ServiceContext

  var routes: [Route] {
    [
      Route(
        method: .post, pattern: PathPattern("/v1/lists/{list}/receipts"), operation: "receipt",
        summary: "Say which release you run", access: .roles([.reader]),
        content: .init(types: ["application/json"], schema: "ReceiptRequest"),
        answers: [.init(status: .created, schema: "Receipt", meaning: "taken")],
        problems: [.listNotFound, .versionAhead, .invalidField, .unknownField, .idempotencyKeyReused],
        pace: .tellings, work: Route.later(receipt)),
      Route(
        method: .post, pattern: PathPattern("/v1/lists/{list}/holds"), operation: "hold",
        summary: "Say that a release hurts", access: .roles([.reader]),
        content: .init(types: ["application/json"], schema: "HoldRequest"),
        answers: [.init(status: .created, schema: "Hold", meaning: "taken")],
        problems: [
          .listNotFound, .versionAhead, .invalidField, .unknownField, .embeddedContent, .idempotencyKeyReused,
        ],
        pace: .tellings, work: Route.later(hold)),
      Route(
        method: .get, pattern: PathPattern("/v1/lists/{list}/holds"), operation: "holds",
        summary: "The holds on a list, newest first", access: .roles([.publisher, .admin, .auditor]),
        query: [.limit()], answers: [.init(status: .ok, schema: "HoldPage", meaning: "the newest")],
        problems: [.listNotFound], work: Route.later(holds)),
      Route(
        method: .post, pattern: PathPattern("/v1/lists/{list}/holds/lift"), operation: "liftHolds",
        summary: "Lift all holds on a list: its additions go on to the general ring",
        access: .roles([.publisher]), content: .init(types: ["application/json"], schema: "ReasonRequest"),
        answers: [.init(status: .ok, schema: "HoldsLifted", meaning: "how many stood")],
        problems: [
          .listNotFound, .invalidField, .unknownField, .embeddedContent, .publishingUnavailable,
          .releaseConflict,
          .idempotencyKeyReused,
        ],
        work: Route.later(lift)),
      Route(
        method: .get, pattern: PathPattern("/v1/coverage"), operation: "coverage",
        summary: "Which reader runs which release, and how stale",
        access: .roles([.admin, .auditor, .publisher]),
        query: [.list()], answers: [.init(status: .ok, schema: "CoveragePage", meaning: "every reader")],
        problems: [.listNotFound], work: Route.later(coverage)),
    ]
  }

  private func receipt(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    let name = try context.list(exchange.pathText("list")).name
    let body = try BodyMembers(try exchange.json(), only: ["version", "sha256", "applied_at", "overrides"])
    _ = try body.optionalTime("applied_at")
    if body.has("sha256") {
      _ = try body.parsed("sha256", "64 hexadecimal digits are wanted") { SHA256Digest(hex: $0) }
    }
    let receipt = Receipt(
      list: name, reader: try exchange.requirePrincipal().id, version: try version(body, of: name),
      at: exchange.now)
    let rendering = Rendering<Receipt>(.created) { receipt in
      [
        "list": .string(receipt.list.text), "version": Render.number(receipt.version),
        "at": Render.time(receipt.at),
      ]
    }
    let answering = try rendering.answering(exchange)
    return rendering.response(
      try await context.stored { (records) throws(RecordsError) in
        try await records.addReceipt(receipt, answering: answering)
      })
  }

  private func hold(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    let name = try context.list(exchange.pathText("list")).name
    let body = try BodyMembers(try exchange.json(), only: ["version", "reason"])
    let hold = Hold(
      list: name, reader: try exchange.requirePrincipal().id, version: try version(body, of: name),
      reason: try body.remark("reason", maximum: 1000), at: exchange.now)
    let rendering = Rendering<Hold>(.created) { Self.render($0) }
    let answering = try rendering.answering(exchange)
    let recorded = try await context.stored { (records) throws(RecordsError) in
      try await records.addHold(hold, answering: answering)
    }
    // The hold is on disk; what follows from it is signed now, or by the next upkeep if that fails.
    do throws(Problem) {
      try await context.publishing { (publisher) throws(PublicationError) in
        try await publisher.heedHolds(on: name)
      }
    } catch {}
    return rendering.response(recorded)
  }

  private func lift(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    let name = try context.list(exchange.pathText("list")).name
    let reason = try BodyMembers(try exchange.json(), only: ["reason"]).remark("reason", maximum: 1000)
    let act = try exchange.act()
    let rendering = Rendering<Int>(.ok) { count in
      ["list": .string(name.text), "lifted": Render.number(count)]
    }
    let answering = try rendering.answering(exchange)
    let recorded = try await context.stored { (records) throws(RecordsError) in
      try await records.liftHolds(list: name, reason: reason, act: act, answering: answering)
    }
    try await context.publishing { (publisher) throws(PublicationError) in
      try await publisher.heedHolds(on: name)
    }
    return rendering.response(recorded)
  }

  /// A release that there is.
  private func version(_ body: BodyMembers, of list: ListName) throws(Problem) -> ListVersion {
    let version = ListVersion(UInt64(try body.integer("version", in: 0...Int64.max)))
    let latest = context.published.lists[list]?.version ?? .unreleased
    guard version <= latest else { throw Problem(.versionAhead, extras: ["latest": Render.number(latest)]) }
    return version
  }

  private func holds(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    let name = try context.list(exchange.pathText("list")).name
    let found = try await context.stored { (records) throws(RecordsError) in
      try await records.holds(list: name, limit: exchange.limit())
    }
    return Answers.json(["items": .array(found.map(Self.render))])
  }

  private func coverage(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    var lists = context.configuration.lists
    if let name = exchange.query["list"] { lists = [try context.list(name)] }
    let people = try await context.stored { (records) throws(RecordsError) in try await records.people() }
    let readers = people.principals.filter { $0.roles.contains(.reader) }
    var items: [JSONValue] = []
    for list in lists {
      let receipts = try await context.stored { (records) throws(RecordsError) in
        try await records.receipts(list: list.name)
      }
      let byReader = Dictionary(receipts.map { ($0.reader, $0) }) { _, last in last }
      let latest = context.published.lists[list.name]?.version ?? .unreleased
      items += readers.map { Self.row($0, byReader[$0.id], list.name, latest) }
    }
    return Answers.json(["items": .array(items)])
  }

  private static func row(
    _ reader: Principal, _ receipt: Receipt?, _ list: ListName, _ latest: ListVersion
  ) -> JSONValue {
    [
      "reader": .string(reader.id.text), "agency": .string(reader.agency.text),
      "country": .string(reader.country.text), "list": .string(list.text),
      "version": receipt.map { Render.number($0.version) } ?? .null, "latest": Render.number(latest),
      "behind": receipt.map { Render.number(Int(latest.number - min(latest.number, $0.version.number))) }
        ?? .null,
      "at": Render.time(receipt?.at),
    ]
  }

  private static func render(_ hold: Hold) -> JSONValue {
    [
      "list": .string(hold.list.text), "reader": .string(hold.reader.text),
      "version": Render.number(hold.version),
      "reason": .string(hold.reason), "at": Render.time(hold.at),
      "lifted_at": Render.time(hold.liftedAt),
    ]
  }
}
