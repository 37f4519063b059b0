// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import HTTPMessages
internal import Ingest
internal import Records
internal import StrictJSON

/// Appeals as officers decide them.
struct AppealOfficeResource: Sendable {
  let context: ServiceContext

  private var desk: AppealDesk { AppealDesk(context: context) }

  var routes: [Route] {
    [
      Route(
        method: .get, pattern: PathPattern("/v1/appeals"), operation: "appeals",
        summary: "Appeals in order of arrival: a reviewer's own; for administrators and auditors all",
        access: .roles([.reviewer, .admin, .auditor]),
        query: [
          .after, .limit(), .reveal,
          QueryParameter("state", .choice(Appeal.State.allCases.map(\.rawValue)), "in this state"),
        ],
        answers: [.init(status: .ok, schema: "AppealPage", meaning: "one page")], work: Route.later(page)),
      Route(
        method: .post, pattern: PathPattern("/v1/appeals/{case}/suspend"), operation: "suspendForAppeal",
        summary: "Take what is appealed off until it is decided, and release the lists without it at once",
        access: .roles([.reviewer]),
        answers: [.init(status: .ok, schema: "AppealFile", meaning: "off the lists")],
        problems: refusals + [
          .appealCountryInvolved, .appealNothingListed, .releaseConflict, .publishingUnavailable,
        ],
        keepsAnswer: false, work: Route.later(suspend)),
      Route(
        method: .post, pattern: PathPattern("/v1/appeals/{case}/decision"), operation: "decideAppeal",
        summary:
          "Decide an appeal; `remove` takes the name off, `keep` lists again what was suspended for it",
        access: .roles([.reviewer]),
        content: .init(types: ["application/json"], schema: "AppealDecision"),
        answers: [.init(status: .ok, schema: "AppealFile", meaning: "decided")],
        problems: refusals + [
          .appealCountryInvolved, .appealNameListed, .appealNothingListed, .embeddedContent,
          .releaseConflict, .publishingUnavailable,
        ], work: Route.later(decide)),
      Route(
        method: .post, pattern: PathPattern("/v1/appeals/{case}/assignment"), operation: "assignAppeal",
        summary: "Give an appeal to another reviewer", access: .roles([.admin]),
        content: .init(types: ["application/json"], schema: "AppealAssignment"),
        answers: [.init(status: .ok, schema: "AppealFile", meaning: "theirs from now on")],
        problems: [
          .appealNotFound, .appealAlreadyDecided, .appealCountryInvolved, .appealAssigneeNotReviewer,
          .principalNotFound,
        ],
        work: Route.later(assign)),
    ]
  }

  private var refusals: [ProblemKind] { [.appealNotFound, .appealNotAssignedToYou, .appealAlreadyDecided] }

  private func page(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    let principal = try exchange.requirePrincipal()
    var filter = AppealFilter(state: exchange.query["state"].flatMap(Appeal.State.init))
    if principal.roles.isDisjoint(with: [.admin, .auditor]) { filter.assignee = principal.id }
    let limit = exchange.limit()
    let found = try await context.stored { [filter] (records) throws(RecordsError) in
      try await records.appeals(filter, after: exchange.after, limit: limit)
    }
    let isRevealed = exchange.flag("reveal")
    if isRevealed, let first = found.first, let last = found.last {
      let act = try exchange.act()
      try await context.stored { (records) throws(RecordsError) in
        try await records.note(
          action: "appeals-revealed", subject: "\(first.id)..\(last.id)", rule: "\(found.count) revealed",
          act: act)
      }
    }
    return Answers.page(
      found.map { AppealRendering.file($0, isRevealed: isRevealed) }, limit: limit, last: found.last?.number)
  }

  private func suspend(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    let id = try Self.id(exchange)
    let appeal = try await prepared(id, for: try exchange.requirePrincipal(), deciding: nil)
    try await desk.suspend(appeal, act: try exchange.act())
    let after = try await context.stored { (records) throws(RecordsError) in
      try await records.appeal(appeal.id)
    }
    return Answers.json(AppealRendering.file(after, isRevealed: false))
  }

  private func decide(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    let body = try BodyMembers(try exchange.json(), only: ["decision", "answer", "reason"])
    let words = Appeal.Decision.allCases.map(\.rawValue).joined(separator: ", ")
    let decision = try body.parsed("decision", "one of \(words) is wanted") { Appeal.Decision(rawValue: $0) }
    let answer = try body.remark("answer", maximum: Appeal.maximumStatement, allowsLines: true)
    let reason = try body.remark("reason", maximum: 1000)
    let request = AppealDecisionRequest(
      id: try Self.id(exchange), officer: try exchange.requirePrincipal(), decision: decision, answer: answer,
      reason: reason, at: exchange.now)
    if decision == .remove { try await takeOff(request, act: try exchange.act()) }
    let rendering = Self.rendering
    let answering = try rendering.answering(exchange)
    let recorded = try await context.withGuardsStill { () throws(Problem) in
      let terms = try await context.reinstatementTerms()
      return try await context.stored { (records) throws(RecordsError) in
        try await records.decideAppeal(request, terms: terms, answering: answering)
      }
    }
    if case .failure(let refusal)? = recorded.outcome { throw Problem(appeal: refusal) }
    return rendering.response(recorded)
  }

  private func assign(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    let body = try BodyMembers(try exchange.json(), only: ["reviewer"])
    let named = try body.parsed("reviewer", PeopleResource.handle) { PrincipalID($0) }
    let id = try Self.id(exchange)
    let people = try await context.stored { (records) throws(RecordsError) in try await records.people() }
    guard let reviewer = people.principals.first(where: { $0.id == named }) else {
      throw Problem(.principalNotFound)
    }
    let act = try exchange.act()
    let rendering = Self.rendering
    let answering = try rendering.answering(exchange)
    let recorded = try await context.stored { (records) throws(RecordsError) in
      try await records.assignAppeal(id, among: [reviewer], isNamed: true, act: act, answering: answering)
    }
    if case .failure(let refusal)? = recorded.outcome { throw Problem(appeal: refusal) }
    return rendering.response(recorded)
  }

  private static var rendering: Rendering<AppealOutcome> {
    Rendering(.ok) { (try? $0.get()).map { AppealRendering.file($0, isRevealed: false) } }
  }

  /// Takes what is appealed off the lists, unless the decision would be refused afterwards.
  private func takeOff(_ request: AppealDecisionRequest, act: Act) async throws(Problem) {
    let appeal = try await context.stored { (records) throws(RecordsError) in
      try await records.appeal(request.id)
    }
    // What is decided may be asked for again, and gets the answer kept for it.
    guard appeal.state != .decided else { return }
    let found = try await prepared(request.id, for: request.officer, deciding: request)
    try await desk.suspend(found, act: act)
  }

  /// The appeal with all that covers its name now, which `officer` may take off.
  private func prepared(
    _ id: AppealCase, for officer: Principal, deciding request: AppealDecisionRequest?
  ) async throws(Problem) -> Appeal {
    let outcome = try await context.stored { (records) throws(RecordsError) in
      try await records.prepareAppeal(id, for: officer, deciding: request)
    }
    switch outcome {
    case .success(let appeal): return appeal
    case .failure(let refusal): throw Problem(appeal: refusal)
    }
  }

  private static func id(_ exchange: Exchange) throws(Problem) -> AppealCase {
    guard let id = AppealCase(exchange.pathText("case")) else { throw Problem(.appealNotFound) }
    return id
  }
}
