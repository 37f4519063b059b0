// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
internal import FoundationEssentials
internal import HTTPMessages
internal import Ingest
internal import Records
internal import StrictJSON

/// What has to be looked at again before its lease ends.
struct DueResource: Sendable {
  let context: ServiceContext

  /// Days ahead that are looked at unless others are asked for.
  static let standardDays: Int64 = 14

  var routes: [Route] {
    [
      Route(
        method: .get, pattern: PathPattern("/v1/reviews/due"), operation: "dueEntries",
        summary: "Listed entries whose lease ends soon: to be confirmed again, or to lapse",
        access: .roles([.reviewer, .auditor]),
        query: [
          .list(), .after, .limit(), .reveal,
          QueryParameter("within_days", .integer(0...365), "whose lease ends within so many days (14)"),
        ],
        answers: [.init(status: .ok, schema: "DuePage", meaning: "one page")], problems: [.listNotFound],
        work: Route.later(due))
    ]
  }

  private func due(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    let days = exchange.integer("within_days") ?? Self.standardDays
    var filter = EntryFilter(
      state: .listed, leaseEndsBefore: exchange.now.addingTimeInterval(Double(days) * 86_400 + 1))
    if let list = exchange.query["list"] { filter.list = try context.list(list).name }
    let limit = exchange.limit()
    let found = try await context.stored { [filter] (records) throws(RecordsError) in
      try await records.entries(filter, after: exchange.after, limit: limit)
    }
    let isRevealed = exchange.flag("reveal")
    if isRevealed, let first = found.first, let last = found.last {
      let act = try exchange.act()
      try await context.stored { (records) throws(RecordsError) in
        try await records.note(
          action: "due-revealed", subject: "\(first.id)..\(last.id)", rule: "\(found.count) revealed",
          act: act)
      }
    }
    return Answers.page(
      found.map { Self.row($0, isRevealed: isRevealed) }, limit: limit, last: found.last?.id.number)
  }

  private static func row(_ entry: ListedEntry, isRevealed: Bool) -> JSONValue {
    [
      "id": .string(entry.id.text), "sequence": .integer(entry.id.number), "list": .string(entry.list.text),
      "entry": .string(isRevealed ? entry.entry.text : Render.masked(entry.entry)),
      "scope": .string(entry.entry.scope.rawValue), "is_masked": .bool(!isRevealed),
      "listed_at": Render.time(entry.listedAt), "lease_until": Render.time(entry.lease.until),
    ]
  }
}
