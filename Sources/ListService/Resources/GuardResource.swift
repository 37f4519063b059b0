// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
internal import HTTPMessages
internal import Ingest
internal import Names
internal import Publication
internal import Records
internal import StrictJSON

/// The guard list: what is never blocked, or only narrowly.
struct GuardResource: Sendable {
  let context: ServiceContext

  var routes: [Route] {
    [
      Route(
        method: .get, pattern: PathPattern("/v1/guard"), operation: "guardedNames",
        summary: "The guarded names",
        access: .roles([.admin, .auditor]),
        answers: [.init(status: .ok, schema: "GuardPage", meaning: "all of them")],
        work: Route.later(names)),
      Route(
        method: .post, pattern: PathPattern("/v1/guard"), operation: "guardNames", summary: "Guard names",
        access: .roles([.admin]),
        content: .init(types: ["application/json"], schema: "GuardRequest", maximumOctets: 8 << 20),
        answers: [.init(status: .created, schema: "GuardResult", meaning: "guarded from now on")],
        problems: [
          .invalidField, .embeddedContent, .unknownField, .malformedBody, .tooManyItems,
          .idempotencyKeyReused,
        ],
        work: Route.later(add)),
      Route(
        method: .delete, pattern: PathPattern("/v1/guard/{name}"), operation: "unguardName",
        summary: "Stop guarding a name", access: .roles([.admin]),
        answers: [.init(status: .noContent, types: [], meaning: "no longer guarded")], problems: [.notFound],
        work: Route.later(remove)),
    ]
  }

  private func names(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    let found = try await context.stored { (records) throws(RecordsError) in try await records.guardedNames()
    }
    return Answers.json([
      "items": .array(
        found.map {
          ["name": .string($0.name.text), "level": .string($0.level.rawValue), "reason": .string($0.reason)]
        })
    ])
  }

  private func add(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    let body = try BodyMembers(try exchange.json(), only: ["items"])
    var entries: [GuardEntry] = []
    for (index, value) in try body.array("items", maximum: 100_000).enumerated() {
      let item = try BodyMembers(value, at: "/items/\(index)", only: ["name", "level", "reason"])
      entries.append(
        GuardEntry(
          name: try item.parsed(
            "name", "a domain name of two labels at least, in canonical spelling, is wanted"
          ) {
            // A top-level name would guard all that anybody registered there.
            (try? DomainName(canonical: $0)).flatMap { $0.parent == nil ? nil : $0 }
          },
          level: try item.parsed("level", "`never` or `narrow` is wanted") { GuardLevel(rawValue: $0) },
          reason: try item.has("reason") ? item.words("reason", maximum: 255) : ""))
    }
    let act = try exchange.act()
    return try await context.withGuardsStill { [entries] () throws(Problem) in
      let hit = try await context.stillListed(entries)
      let rendering = Rendering<Int>(.created) {
        ["guarded": Render.number($0), "still_listed": hit.listed, "withheld": hit.withheld]
      }
      let answering = try rendering.answering(exchange)
      let recorded = try await context.stored { (records) throws(RecordsError) in
        try await records.guardNames(entries, act: act, answering: answering)
      }
      try await context.refreshGuards()
      return rendering.response(recorded)
    }
  }

  /// The most entries that an answer tells to be listed still.
  static let toldEntries = 100

  private func remove(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    guard let name = try? DomainName(canonical: exchange.pathText("name")) else { throw Problem(.notFound) }
    let act = try exchange.act()
    let rendering = Rendering<DomainName>(.noContent) { _ in .null }
    let answering = try rendering.answering(exchange)
    let recorded = try await context.stored { (records) throws(RecordsError) in
      try await records.unguard(name, act: act, answering: answering)
    }
    try await context.refreshGuards()
    return rendering.response(recorded)
  }
}

extension ServiceContext {
  /// What would be refused now: of what a release holds, which a guard does not take off by itself, and of what is approved
  /// and in no release, which the next one leaves out.
  func stillListed(_ entries: [GuardEntry]) async throws(Problem) -> (listed: JSONValue, withheld: JSONValue)
  {
    let guards = GuardList(entries)
    let lists = published.lists
    var (listed, withheld) = (GuardedEntries(), GuardedEntries())
    var after = Int64(0)
    while true {
      let page = try await stored { [after] (records) throws(RecordsError) in
        try await records.entries(EntryFilter(state: .listed), after: after, limit: 1000)
      }
      func isListed(_ entry: ListedEntry) -> Bool {
        lists[entry.list]?.blocklist.holds(entry.entry) == true
      }
      let short = try await shortOfCountries(
        page.filter { guards.isNarrowHost($0.entry) && !isListed($0) })
      for entry in page {
        if !guards.lets(back: entry.entry) {
          if isListed(entry) { listed.add(entry) } else { withheld.add(entry) }
        } else if short.contains(entry.id) {
          withheld.add(entry)
        }
      }
      guard let last = page.last, page.count == 1000 else { break }
      after = last.id.number
    }
    return (listed.told, withheld.told)
  }

  private func shortOfCountries(_ hosts: [ListedEntry]) async throws(Problem) -> Set<EntryID> {
    let countries = try await publishing { (publisher) throws(PublicationError) in
      try await publisher.countries(behind: hosts)
    }
    var short: Set<EntryID> = []
    for host in hosts {
      guard let policy = try? policy(host.list) else { continue }
      if countries[host.id] ?? 0 < policy.narrowCountries { short.insert(host.id) }
    }
    return short
  }
}

/// Entries that a guard hits: how many, and the first of them.
private struct GuardedEntries {
  private var count = 0
  private var items: [JSONValue] = []

  mutating func add(_ entry: ListedEntry) {
    count += 1
    guard items.count < GuardResource.toldEntries else { return }
    items.append([
      "entry_id": .string(entry.id.text), "list": .string(entry.list.text),
      "suspend": .string("/v1/entries/\(entry.id)/suspend"),
    ])
  }

  var told: JSONValue { ["count": Render.number(count), "entries": .array(items)] }
}
