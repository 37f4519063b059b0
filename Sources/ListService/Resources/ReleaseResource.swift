// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
internal import HTTPMessages
internal import Ingest
internal import Publication
internal import Records
internal import StrictJSON

/// Releases: made, previewed, undone.
struct ReleaseResource: Sendable {
  let context: ServiceContext

  var routes: [Route] {
    [
      Route(
        method: .get, pattern: PathPattern("/v1/lists/{list}/releases"), operation: "releases",
        summary: "The releases of a list: numbers and digests", access: .roles(ListResource.overseers),
        query: [.after, .limit()], answers: [.init(status: .ok, schema: "ReleasePage", meaning: "one page")],
        problems: [.listNotFound], work: Route.later(page)),
      Route(
        method: .post, pattern: PathPattern("/v1/lists/{list}/releases"), operation: "publish",
        summary: "Release everything approved and within its lease", access: .roles([.publisher]),
        query: [QueryParameter("preview", .flag, "only say what a release would change")],
        content: .init(types: ["application/json"], schema: "EmptyRequest", isRequired: false),
        answers: [
          .init(status: .created, schema: "MadeRelease", meaning: "the release"),
          .init(status: .ok, schema: "ReleasePreview", meaning: "what it would be"),
        ],
        problems: [
          .listNotFound, .nothingToPublish, .releaseConflict, .publishingUnavailable, .idempotencyKeyReused,
        ],
        work: Route.later(publish)),
      Route(
        method: .post, pattern: PathPattern("/v1/lists/{list}/releases/{version}/revert"),
        operation: "revert",
        summary: "Undo a release by a new one", access: .roles([.publisher]),
        content: .init(types: ["application/json"], schema: "ReasonRequest"),
        answers: [.init(status: .created, schema: "Release", meaning: "the release that undoes it")],
        problems: [
          .listNotFound, .versionNotFound, .nothingToRevert, .releaseConflict, .publishingUnavailable,
          .embeddedContent, .idempotencyKeyReused,
        ], work: Route.later(revert)),
    ]
  }

  private func page(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    let name = try context.list(exchange.pathText("list")).name
    let limit = exchange.limit()
    let found = try await context.stored { (records) throws(RecordsError) in
      try await records.releases(list: name, after: ListVersion(UInt64(exchange.after)), limit: limit)
    }
    return Answers.page(
      found.map(Render.release), limit: limit, last: found.last.map { Int64($0.version.number) })
  }

  private func publish(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    let name = try context.list(exchange.pathText("list")).name
    _ = try BodyMembers(try exchange.json(), only: [])
    let act = try exchange.act()
    guard !exchange.flag("preview") else { return try await preview(name, act) }
    let rendering = Rendering<MadeRelease>(.created) { Render.release($0) }
    let answering = try rendering.answering(exchange)
    return rendering.response(
      try await context.releasing(name) { (publisher, terms) throws(PublicationError) in
        try await publisher.publish(name, under: terms, act: act, answering: answering)
      })
  }

  private func preview(_ name: ListName, _ act: Act) async throws(Problem) -> HTTPResponse {
    let terms = try await context.currentTerms(name)
    let preview = try await context.publishing { (publisher) throws(PublicationError) in
      try await publisher.preview(name, under: terms)
    }
    let delta = preview.delta
    let list = context.published.lists[name]
    let next = (list?.version ?? .unreleased).next
    let seen = delta.additions.count + delta.removals.count + preview.withheld.count
    if seen > 0 {
      // Names that nobody is told yet: who read them stands in the trail.
      try await context.stored { (records) throws(RecordsError) in
        try await records.note(
          action: "preview-read", subject: "\(name)/\(next)", rule: "\(seen) read", act: act)
      }
    }
    let entries = (list?.blocklist.count ?? 0) + delta.additions.count - delta.removals.count
    return Answers.json([
      "list": .string(name.text), "version": Render.number(next),
      "added": Render.number(delta.additions.count), "removed": Render.number(delta.removals.count),
      "entries": Render.number(entries), "added_entries": .array(delta.additions.map { .string($0.text) }),
      "removed_entries": .array(delta.removals.map { .string($0.text) }),
      "withheld": Render.withheld(preview.withheld),
    ])
  }

  private func revert(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    let name = try context.list(exchange.pathText("list")).name
    guard let version = ListVersion(parsing: exchange.pathText("version")) else {
      throw Problem(.versionNotFound)
    }
    let reason = try BodyMembers(try exchange.json(), only: ["reason"]).remark("reason", maximum: 1000)
    let act = try exchange.act()
    let rendering = Rendering<Release>(.created) { Render.release($0) }
    let answering = try rendering.answering(exchange)
    return rendering.response(
      try await context.releasing(name) { (publisher, terms) throws(PublicationError) in
        try await publisher.revert(
          name, version: version, reason: reason, under: terms, act: act, answering: answering)
      })
  }
}
