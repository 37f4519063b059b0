// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
internal import HTTPMessages
internal import Ingest
internal import Records
internal import StrictJSON

/// Panels of reviewers, and the second looks their chairs require.
struct PanelResource: Sendable {
  let context: ServiceContext

  var routes: [Route] {
    [
      Route(
        method: .get, pattern: PathPattern("/v1/panels"), operation: "panels",
        summary: "The panels of reviewers",
        access: .roles([.reviewer, .admin, .auditor]),
        answers: [.init(status: .ok, schema: "PanelPage", meaning: "all of them")], work: Route.later(panels)),
      Route(
        method: .post, pattern: PathPattern("/v1/panels"), operation: "savePanel",
        summary: "Add a panel, or replace the one of that id", access: .roles([.admin]),
        content: .init(types: ["application/json"], schema: "Panel"),
        answers: [.init(status: .created, schema: "Panel", meaning: "in force")],
        problems: [
          .listNotFound, .principalNotFound, .panelMemberNotReviewer, .tooManyItems, .embeddedContent,
        ],
        work: Route.later(save)),
      Route(
        method: .delete, pattern: PathPattern("/v1/panels/{panel}"), operation: "removePanel",
        summary: "Remove a panel that nothing waits for", access: .roles([.admin]),
        answers: [.init(status: .noContent, types: [], meaning: "removed")],
        problems: [.panelNotFound, .panelInUse], work: Route.later(remove)),
      Route(
        method: .post, pattern: PathPattern("/v1/submissions/{submission}/second-look"),
        operation: "requireSecondLook",
        summary:
          "As the chair of a panel: ask for one country more, and a member of the panel among those who approve",
        access: .roles([.reviewer]),
        content: .init(types: ["application/json"], schema: "SecondLookRequest"),
        answers: [.init(status: .created, schema: "SecondLook", meaning: "required from now on")],
        problems: [
          .submissionNotFound, .panelNotFound, .panelChairRequired, .notReviewable,
          .secondLookAlreadyRequired,
          .embeddedContent,
        ], work: Route.later(require)),
    ]
  }

  private func panels(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    let found = try await context.stored { (records) throws(RecordsError) in try await records.panels() }
    return Answers.json(["items": .array(found.map(Self.render))])
  }

  private func save(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    let body = try BodyMembers(try exchange.json(), only: ["id", "name", "list", "chair", "members"])
    let list = try context.list(try body.text("list")).name
    var members: Set<PrincipalID> = []
    for value in try body.array("members", maximum: Panel.size.upperBound) {
      guard let member = value.stringValue.flatMap(PrincipalID.init) else {
        throw body.refusal("members", "handles of principals are wanted")
      }
      members.insert(member)
    }
    let panel = Panel(
      id: try body.parsed("id", PeopleResource.handle) { PanelID($0) },
      name: try body.remark("name", maximum: 255),
      list: list,
      chair: try body.parsed("chair", PeopleResource.handle) { PrincipalID($0) }, members: members)
    guard Panel.size.contains(panel.members.count) else {
      throw body.refusal(
        "members", "\(Panel.size.lowerBound) to \(Panel.size.upperBound) with the chair are wanted")
    }
    let act = try exchange.act()
    let rendering = Rendering<PanelOutcome>(.created) { (try? $0.get()).map(Self.render) }
    let answering = try rendering.answering(exchange)
    let recorded = try await context.stored { (records) throws(RecordsError) in
      try await records.savePanel(panel, act: act, answering: answering)
    }
    if case .failure(let refusal)? = recorded.outcome { throw Problem(desk: refusal) }
    return rendering.response(recorded)
  }

  private func remove(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    guard let id = PanelID(exchange.pathText("panel")) else { throw Problem(.panelNotFound) }
    let act = try exchange.act()
    let rendering = Rendering<PanelOutcome>(.noContent) { (try? $0.get()).map { _ in .null } }
    let answering = try rendering.answering(exchange)
    let recorded = try await context.stored { (records) throws(RecordsError) in
      try await records.removePanel(id, act: act, answering: answering)
    }
    if case .failure(let refusal)? = recorded.outcome { throw Problem(desk: refusal) }
    return rendering.response(recorded)
  }

  private func require(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    let id = try exchange.submissionID()
    let body = try BodyMembers(try exchange.json(), only: ["panel", "reason"])
    let request = SecondLookRequest(
      submission: id, panel: try body.parsed("panel", PeopleResource.handle) { PanelID($0) },
      chair: try exchange.requirePrincipal(), reason: try body.remark("reason", maximum: 1000),
      at: exchange.now)
    let rendering = Rendering<SecondLookOutcome>(.created) {
      (try? $0.get()).map { Self.render($0, withReason: true) }
    }
    let answering = try rendering.answering(exchange)
    let recorded = try await context.stored { (records) throws(RecordsError) in
      try await records.requireSecondLook(request, answering: answering)
    }
    if case .failure(let refusal)? = recorded.outcome { throw Problem(desk: refusal) }
    return rendering.response(recorded)
  }

  private static func render(_ panel: Panel) -> JSONValue {
    [
      "id": .string(panel.id.text), "name": .string(panel.name), "list": .string(panel.list.text),
      "chair": .string(panel.chair.text), "members": .array(panel.members.sorted().map { .string($0.text) }),
    ]
  }

  /// - Parameter withReason: whether the chair's words are told; like all that is written of a submission they are masked by default.
  static func render(_ look: SecondLook, withReason: Bool) -> JSONValue {
    [
      "panel": .string(look.panel.text), "chair": .string(look.chair.text),
      "reason": withReason ? .string(look.reason) : .null,
      "at": Render.time(look.at),
    ]
  }
}
