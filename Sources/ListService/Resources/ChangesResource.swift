// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
internal import Cryptography
internal import HTTPMessages
internal import Ingest
internal import Publication
internal import StrictJSON

/// What readers poll for: the change from a release they have, as text, as JSON, or with all they need in one compact body.
struct ChangesResource: Sendable {
  let context: ServiceContext

  var routes: [Route] {
    [
      Route(
        method: .get, pattern: PathPattern("/v1/lists/{list}/changes"), operation: "changes",
        summary: "One merged change from a release you have to the latest",
        access: .roles(ListResource.readers), query: Self.parameters,
        answers: [
          .init(
            status: .ok, types: ["text/plain", "application/json", CompactUpdate.mediaType],
            schema: "Changes", meaning: "removals (`-entry`), then additions (`+entry`), each sorted"),
          .init(
            status: .partialContent, types: [CompactUpdate.mediaType], meaning: "the range asked for"),
          .init(status: .noContent, types: [], meaning: "nothing newer"),
          .init(status: .notModified, types: [], meaning: "you have it already"),
        ],
        problems: [
          .listNotFound, .historyGone, .versionAhead, .preconditionFailed, .rangeNotSatisfiable,
        ],
        isRepeatable: true, work: changes)
    ]
  }

  private static let parameters = [
    QueryParameter("since", .integer(0...Int64.max), required: true, "the release you have, 0 for none"),
    QueryParameter("wait", .integer(0...60), "seconds to wait for a newer release when there is none"),
    QueryParameter(
      "to", .integer(1...Int64.max),
      "the release to lead to, without signed metadata: this answer never changes"),
    QueryParameter(
      "approvals", .integer(0...1),
      "1: the agencies' approvals of what is added come along (compact form only)"),
    QueryParameter("root", .integer(0...Int64.max), "the version of your root (compact form only)"),
    QueryParameter("timestamp", .integer(0...Int64.max), "the version of your timestamp (compact form only)"),
    QueryParameter("snapshot", .integer(0...Int64.max), "the version of your snapshot (compact form only)"),
  ]

  /// What was asked, in order.
  private struct Question: Sendable {
    let list: ListName
    let since: ListVersion
    /// The release to lead to; nil for the latest.
    let to: ListVersion?
    let form: PreparedChange.Form
    /// The metadata that a reader of the compact form says it has; nil when it says nothing.
    let held: UpdateMetadata.Held?
    /// Whether approvals of what is added are wanted as well.
    let wantsApprovals: Bool
    /// Whose room for shared contents it takes.
    let reader: String
    let request: HTTPRequest
  }

  private func changes(_ exchange: Exchange) throws(Problem) -> Outcome {
    let question = try question(exchange)
    let wait = exchange.integer("wait") ?? 0
    guard let finding = try find(question) else {
      guard wait > 0 else { return .ready(Answers.nothing) }
      return .waiting(seconds: wait) { () throws(Problem) in
        // On the reactor, for all who wait at once.
        guard let finding = try find(question) else { return nil }
        return try respond(question, finding, quickly: true)
      }
    }
    if let whole = finding.whole {
      if let ready = finding.list.updates.readyWhole(of: whole) {
        return .ready(try file(question, finding, ready))
      }
      return .later { () async throws(Problem) in
        guard let made = await finding.list.updates.whole(of: whole) else { throw Problem(.internalError) }
        return try file(question, finding, made)
      }
    }
    if finding.isQuick, !question.wantsApprovals { return .ready(try respond(question, finding)) }
    return .later { () async throws(Problem) in try respond(question, finding) }
  }

  private func question(_ exchange: Exchange) throws(Problem) -> Question {
    let form: PreparedChange.Form =
      switch exchange.answerType {
      case "application/json": .json
      case CompactUpdate.mediaType: .compact
      default: .text
      }
    let to = exchange.integer("to").map { ListVersion(UInt64($0)) }
    let versions = ["root", "timestamp", "snapshot"]
    if form != .compact || to != nil {
      try refuse(
        versions + ["approvals"], in: exchange,
        "has a meaning only in the compact form that leads to the latest release")
    }
    if to != nil { try refuse(["wait"], in: exchange, "has no meaning together with `to`") }
    var held: UpdateMetadata.Held?
    if versions.contains(where: { exchange.query[$0] != nil }) {
      held = UpdateMetadata.Held(
        root: exchange.integer("root") ?? 0, timestamp: exchange.integer("timestamp") ?? 0,
        snapshot: exchange.integer("snapshot") ?? 0)
    }
    return Question(
      list: try context.list(exchange.pathText("list")).name,
      since: ListVersion(UInt64(exchange.integer("since") ?? 0)), to: to, form: form, held: held,
      wantsApprovals: exchange.integer("approvals") == 1, reader: try exchange.requirePrincipal().agency.text,
      request: exchange.request)
  }

  private func refuse(_ names: [String], in exchange: Exchange, _ reason: String) throws(Problem) {
    for name in names where exchange.query[name] != nil {
      throw Problem(.invalidParameter, "`\(name)` \(reason).", extras: ["parameter": .string(name)])
    }
  }

  /// What there is to answer: one published state, and the change to send of it.
  private struct Finding: Sendable {
    let state: PublishedState
    let list: PublishedList
    /// The change to send; nil when only the metadata is newer.
    let request: ReleaseUpdates.Request?
    /// The release whose whole list is to be sent, to be resumed: whatever `request` says.
    var whole: ListVersion?
    /// Lists up to this many octets are answered about at once, whatever is asked.
    static let quickOctets = 1 << 20

    /// Whether the answer takes no time to speak of.
    var isQuick: Bool {
      guard let request, list.blocklist.octets.count > Self.quickOctets else { return true }
      return list.updates.ready(request) != nil
    }
  }

  /// Nil when there is nothing newer.
  private func find(_ question: Question) throws(Problem) -> Finding? {
    let state = context.published
    guard let list = state.lists[question.list] else { return nil }
    let answer = list.changes(since: question.since, to: question.to)
    if question.form == .compact, question.since == .unreleased, let to = question.to, to <= list.version {
      return try whole(of: to, state, list)
    }
    switch answer {
    case .current:
      guard question.to == nil, let held = question.held, state.repository.update.isNews(to: held) else {
        return nil
      }
      return Finding(state: state, list: list, request: nil)
    case .aheadOfServer(let latest):
      throw Problem(.versionAhead, extras: ["latest": Render.number(latest)])
    case .historyGone(let oldest):
      // The compact form can bring the whole list instead.
      guard question.form == .compact, question.to == nil else {
        throw Problem(.historyGone, extras: ["oldest": Render.number(oldest)])
      }
      return Finding(
        state: state, list: list,
        request: ReleaseUpdates.Request(since: .unreleased, to: list.version, form: .compact))
    case .changed(let to):
      return Finding(
        state: state, list: list,
        request: ReleaseUpdates.Request(since: question.since, to: to, form: question.form))
    }
  }

  private func whole(of version: ListVersion, _ state: PublishedState, _ list: PublishedList) throws(Problem)
    -> Finding
  {
    guard list.updates.hasWhole(of: version) else {
      let latest = list.version.number
      let recent = latest - min(latest, ReleaseUpdates.recentReleases - 1)
      throw Problem(
        .historyGone, extras: ["oldest": Render.number(max(list.history.oldest, ListVersion(recent)))])
    }
    return Finding(
      state: state, list: list,
      request: ReleaseUpdates.Request(since: .unreleased, to: version, form: .compact), whole: version)
  }

  private func respond(
    _ question: Question, _ finding: Finding, quickly: Bool = false
  ) throws(Problem) -> HTTPResponse {
    guard let request = finding.request else {
      return try update(
        question, finding, change: .none, from: question.since, to: question.since, quickly: quickly)
    }
    guard let change = finding.list.updates.change(request) else { throw Problem(.internalError) }
    guard question.form == .compact, question.to == nil else {
      return try file(question, finding, change)
    }
    var response = try update(
      question, finding, change: change.compact, from: change.compactFrom, to: change.to, quickly: quickly)
    for field in fields(change).lines { response.fields[field.name] = field.value }
    return response
  }

  /// A change that is a file of its own.
  private func file(_ question: Question, _ finding: Finding, _ change: PreparedChange) throws(Problem)
    -> HTTPResponse
  {
    guard let request = finding.request else { throw Problem(.internalError) }
    let shared = finding.state.repository.update.shared.keep(
      change, request, of: question.list, for: question.reader)
    var response = try FileAnswer.answer(
      (shared ?? change).file, to: question.request, isImmutable: question.to != nil,
      varies: "Accept, Accept-Encoding",
      extra: fields(change))
    response.isShared = shared != nil
    return response
  }

  private func fields(_ change: PreparedChange) -> HTTPFields {
    [
      "Cordon-Version": String(change.to.number), "Cordon-Digest": "sha256=\(change.digest.hex)",
    ]
  }

  /// A compact body with the metadata that the reader lacks.
  private func update(
    _ question: Question, _ finding: Finding, change: CompactChange, from: ListVersion, to: ListVersion,
    quickly: Bool
  ) throws(Problem) -> HTTPResponse {
    let approvals =
      question.wantsApprovals && to > from ? finding.list.packedApprovals(since: from, quickly: quickly) : nil
    let content = finding.state.repository.update.body(
      of: question.list, from: from, to: to, change: change, approvals: approvals,
      held: question.held ?? UpdateMetadata.Held(), for: question.reader)
    var response = HTTPResponse(
      status: .ok,
      fields: [
        "Content-Type": CompactUpdate.mediaType, "Cache-Control": "private, no-cache", "Vary": "Accept",
        "Cordon-Version": String(to.number),
      ], body: .octets(content.octets))
    response.isShared = content.isShared
    return response
  }
}
