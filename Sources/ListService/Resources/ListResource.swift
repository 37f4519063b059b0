// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Cryptography
internal import Blocklists
internal import HTTPMessages
internal import Ingest
internal import ListFormats
internal import Publication
internal import StrictJSON

/// What readers poll: the lists, what changed, the formats.
struct ListResource: Sendable {
  let context: ServiceContext

  /// Who may know how a list stands: numbers and digests, no names.
  static let overseers: [Role] = [.reader, .publisher, .reviewer, .auditor, .admin, .keyholder]
  /// Who may read the names on it.
  static let readers: [Role] = [.reader, .publisher, .auditor]

  var routes: [Route] {
    [
      Route(
        method: .get, pattern: PathPattern("/v1/lists"), operation: "lists",
        summary: "The lists and how they stand",
        access: .roles(Self.overseers),
        answers: [.init(status: .ok, schema: "Lists", meaning: "every list")], isRepeatable: true,
        work: Route.ready(lists)),
      Route(
        method: .get, pattern: PathPattern("/v1/lists/{list}"), operation: "list",
        summary: "How one list stands",
        access: .roles(Self.overseers), answers: [.init(status: .ok, schema: "List", meaning: "the list")],
        problems: [.listNotFound], isRepeatable: true, work: Route.ready(list)),
      Route(
        method: .get, pattern: PathPattern("/v1/lists/{list}/approvals"), operation: "approvals",
        summary: "The agencies' signed approvals of what was added since a release you have",
        access: .roles(Self.readers),
        query: [
          QueryParameter("since", .integer(0...Int64.max), "the release you have; left out: of all entries")
        ],
        answers: [
          .init(status: .ok, types: ["text/plain"], meaning: "a line for each approval, sorted"),
          .init(status: .noContent, types: [], meaning: "nothing newer"),
        ],
        problems: [.listNotFound, .historyGone, .versionAhead], isRepeatable: true,
        work: Route.ready(approvals)),
      Route(
        method: .get, pattern: PathPattern("/v1/lists/{list}/latest/{format}"), operation: "latest",
        summary: "The latest release in a format", access: .roles(Self.readers), answers: Self.fileAnswers,
        problems: [
          .listNotFound, .formatNotFound, .versionNotFound, .preconditionFailed, .rangeNotSatisfiable,
        ],
        negotiates: false, isRepeatable: true, work: latest),
      Route(
        method: .get, pattern: PathPattern("/v1/lists/{list}/versions/{version}/{format}"),
        operation: "version",
        summary: "A release in a format", access: .roles(Self.readers), answers: Self.fileAnswers,
        problems: [
          .listNotFound, .formatNotFound, .versionNotFound, .preconditionFailed, .rangeNotSatisfiable,
        ],
        negotiates: false, work: Route.later(version)),
    ]
  }

  /// What a file is answered with.
  static var fileAnswers: [Route.Answer] {
    let types = Set(ListFormat.allCases.map(\.mediaType)).sorted()
    return [
      .init(status: .ok, types: types, meaning: "the file, byte for byte the signed target"),
      .init(status: .partialContent, types: types, meaning: "the range asked for"),
      .init(status: .notModified, types: [], meaning: "you have it already"),
    ]
  }

  private func lists(_ exchange: Exchange) throws(Problem) -> HTTPResponse {
    let state = context.published
    return Answers.json(["lists": .array(context.configuration.lists.map { about($0, state) })]
    )
  }

  private func list(_ exchange: Exchange) throws(Problem) -> HTTPResponse {
    let settings = try context.list(exchange.pathText("list"))
    return Answers.json(about(settings, context.published))
  }

  private func about(_ settings: ServiceConfiguration.List, _ state: PublishedState) -> JSONValue {
    let list = state.lists[settings.name]
    let path = "/v1/lists/\(settings.name)"
    let formats = ListFormat.allCases.map { ($0.rawValue, JSONValue.string("\(path)/latest/\($0.rawValue)")) }
    let release = list?.latest
    return [
      "list": .string(settings.name.text), "title": .string(settings.title),
      "version": Render.number(list?.version ?? .unreleased),
      "entries": Render.number(release?.entryCount ?? 0),
      "sha256": Render.text(release?.digest.hex), "length": Render.number(release?.length ?? 0),
      "published_at": Render.time(release?.publishedAt),
      "poll_interval_seconds": Render.number(settings.pollIntervalSeconds),
      "settle_seconds": Render.number(settings.settleSeconds),
      "frozen": .bool(state.repository.stages[settings.name]?.isFrozen == true),
      "links": [
        "self": .string(path), "changes": .string("\(path)/changes?since=\(list?.version.number ?? 0)"),
        "latest": .object(JSONObject(formats)),
      ],
    ]
  }

  private func approvals(_ exchange: Exchange) throws(Problem) -> HTTPResponse {
    let name = try context.list(exchange.pathText("list")).name
    guard let list = context.published.lists[name], list.version > .unreleased else { return Answers.nothing }
    var octets = list.approvals.list.octets
    if let since = exchange.integer("since") {
      switch list.changes(since: ListVersion(UInt64(since))) {
      case .current: return Answers.nothing
      case .aheadOfServer(let latest):
        throw Problem(.versionAhead, extras: ["latest": Render.number(latest)])
      case .historyGone(let oldest):
        throw Problem(.historyGone, extras: ["oldest": Render.number(oldest)])
      case .changed(let target):
        octets =
          (list.history.delta(since: ListVersion(UInt64(since)), to: target)).map {
            list.approvals(for: $0).octets
          } ?? octets
      }
    }
    let fields: HTTPFields = [
      "Cordon-Version": String(list.version.number), "Content-Type": "text/plain; charset=utf-8",
      "Cache-Control": "private, no-cache",
    ]
    return HTTPResponse(status: .ok, fields: fields, body: .octets(octets))
  }

  private func latest(_ exchange: Exchange) throws(Problem) -> Outcome {
    let name = try context.list(exchange.pathText("list")).name
    let format = try Self.format(exchange)
    guard let list = context.published.lists[name], let file = list.files[format] else {
      throw Problem(.versionNotFound, "Nothing has been released yet.")
    }
    return try FileAnswer.outcome(
      file, to: exchange.request, isImmutable: false, extra: ["Cordon-Version": String(list.version.number)])
  }

  private func version(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    let name = try context.list(exchange.pathText("list")).name
    let format = try Self.format(exchange)
    guard let version = ListVersion(parsing: exchange.pathText("version")) else {
      throw Problem(.versionNotFound)
    }
    let file = try await context.publishing { (publisher) throws(PublicationError) in
      try await publisher.file(format, of: name, version: version)
    }
    guard let file else { throw Problem(.versionNotFound) }
    return try FileAnswer.answer(
      file, to: exchange.request, isImmutable: true, extra: ["Cordon-Version": String(version.number)])
  }

  private static func format(_ exchange: Exchange) throws(Problem) -> ListFormat {
    guard let format = ListFormat(rawValue: exchange.pathText("format")) else {
      throw Problem(.formatNotFound)
    }
    return format
  }
}
