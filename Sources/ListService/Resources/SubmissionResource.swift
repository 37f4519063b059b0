// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
internal import HTTPMessages
internal import Ingest
internal import Records
internal import StrictJSON

/// Reports of names: sent by submitters, read by them and by reviewers.
struct SubmissionResource: Sendable {
  let context: ServiceContext

  var routes: [Route] {
    [
      Route(
        method: .post, pattern: PathPattern("/v1/submissions"), operation: "submit", summary: "Report URLs",
        access: .roles([.submitter]),
        query: [
          .list(),
          QueryParameter(
            "mode", .choice(SubmissionBody.Mode.allCases.map(\.rawValue)),
            "whether one refused item refuses the whole; all-or-nothing unless given"),
          QueryParameter("case_reference", .text(maximumOctets: 255), "for every item that brings none"),
          QueryParameter(
            "separator", .choice(SubmissionBody.Separator.allCases.map(\.rawValue)),
            "what parts the columns of a CSV body; comma unless given"),
        ],
        content: .init(
          types: SubmissionBody.Format.allCases.map(\.rawValue), schema: "SubmissionRequest",
          maximumOctets: context.configuration.submissions.bodyOctets, isSpooled: true),
        answers: [
          .init(status: .created, schema: "SubmissionResult", meaning: "stored; each item's outcome")
        ],
        problems: [
          .submissionRefused, .listNotFound, .missingParameter, .invalidParameter, .malformedJSON,
          .malformedRequest, .malformedCSVHeader, .unterminatedQuote, .invalidUTF8, .emptySubmission,
          .itemTooLong, .tooManyItems, .rateLimited, .uploadsFull, .idempotencyKeyReused,
          .unsupportedMediaType,
        ], pace: .itsOwn, work: submit),
      Route(
        method: .get, pattern: PathPattern("/v1/submissions"), operation: "submissions",
        summary: "Your reports; for reviewers and auditors, all of them, others' names masked",
        access: .roles([.submitter, .reviewer, .auditor]),
        query: [
          .after, .limit(), .list(),
          QueryParameter("state", .choice(Submission.State.allCases.map(\.rawValue)), "in this state"),
          QueryParameter("mine", .flag, "only your own"),
          QueryParameter("asked", .flag, "only open ones with a reviewer's question that nobody answered"),
          .reveal,
        ],
        answers: [.init(status: .ok, schema: "SubmissionPage", meaning: "one page")],
        problems: [.listNotFound],
        work: Route.later(page)),
      Route(
        method: .get, pattern: PathPattern("/v1/submissions/{submission}"), operation: "submission",
        summary: "One report and the decisions on it", access: .roles([.submitter, .reviewer, .auditor]),
        query: [.reveal], answers: [.init(status: .ok, schema: "Submission", meaning: "the submission")],
        problems: [.submissionNotFound], work: Route.later(one)),
    ]
  }

  private func submit(_ exchange: Exchange) throws(Problem) -> Outcome {
    let principal = try exchange.requirePrincipal()
    try check(exchange.spooled)
    do throws(Problem) { try context.limiter.take(principal.id, now: exchange.now) } catch {
      throw counted(error)
    }
    return .later { () async throws(Problem) in
      try await takeSharedTurn(principal, exchange)
      return try await context.bulk.pass(octets: exchange.contentOctets) { () async throws(Problem) in
        try await store(exchange, principal)
      }
    }
  }

  /// - Throws: `rate-limited` with the seconds to wait; what the store throws.
  private func takeSharedTurn(_ principal: Principal, _ exchange: Exchange) async throws(Problem) {
    let wait: Duration?
    do throws(RecordsError) {
      wait = try await context.sharedPace.take(principal.id, now: exchange.now)
    } catch {
      throw Problem(records: error)
    }
    guard let wait else { return }
    throw counted(Problem(.rateLimited, fields: ["Retry-After": String(max(1, wait.components.seconds + 1))]))
  }

  private func counted(_ problem: Problem) -> Problem {
    if problem.kind == .rateLimited { context.metrics.countLimited("submissions") }
    return problem
  }

  /// Goes through the content to judge the whole, and, when it is to be stored, through the judged items, which need not stand in memory.
  private func store(_ exchange: Exchange, _ principal: Principal) async throws(Problem) -> HTTPResponse {
    var upload = Upload(
      exchange, terms: try terms(exchange),
      admission: admission(for: exchange.query["list"].flatMap { try? ListName($0) }),
      kept: { [context] in
        JudgedItems(folder: context.configuration.data, budget: context.spool, person: principal.id)
      })
    try check(exchange.spooled)
    var judgement = try judge(upload, exchange)
    let list = try list(of: judgement.body, exchange)
    if exchange.query["list"] == nil, judgement.bringsAnswers, context.criteria[list] != nil {
      // Only the end of the content said to which criteria the answers should be.
      upload.admission = admission(for: list)
      judgement = try judge(upload, exchange)
    }
    let asked = exchange.query["mode"].flatMap(SubmissionBody.Mode.init)
    let mode = judgement.body.mode ?? asked ?? .allOrNothing
    guard judgement.refused == 0 || mode == .each && judgement.admitted > 0 else {
      context.metrics.countItems("refused", judgement.refused)
      throw SubmissionRendering.refusal(list, judgement)
    }
    let stored = StoredItems(mode: mode)
    let recorded = try await record(upload, judgement, stored, list, principal, exchange)
    try check(exchange.spooled)
    context.metrics.countItems("accepted", judgement.admitted - stored.refused.count)
    context.metrics.countItems("refused", judgement.refused + stored.refused.count)
    return recorded
  }

  private func record(
    _ upload: Upload, _ judgement: Judgement, _ stored: StoredItems, _ list: ListName,
    _ principal: Principal, _ exchange: Exchange
  ) async throws(Problem) -> HTTPResponse {
    let rendering = Rendering<[UInt8]>(.created, octets: { $0 })
    let answering = try rendering.answering(exchange)
    let batch = SubmissionBatch(
      list: list, submitter: principal, at: exchange.now, count: judgement.admitted,
      mostReportsOfOne: context.configuration.submissions.reportsPerPerson
    ) { store throws(RecordsError) in
      try upload.store(judgement, stored, list: list, store)
    }
    do throws(RecordsError) {
      return rendering.response(try await context.records.submit(batch, answering: answering))
    } catch {
      guard case .refused(.batchRefused) = error else { throw Problem(records: error) }
      let refused = stored.refused
      context.metrics.countItems("refused", judgement.refused + refused.count)
      throw SubmissionRendering.refusal(list, judgement.adding(refused.told, of: refused.count))
    }
  }

  private func admission(for list: ListName?) -> Admission {
    Admission(names: context.rules, guards: context.guards, criteria: list.flatMap { context.criteria[$0] })
  }

  private func judge(_ upload: Upload, _ exchange: Exchange) throws(Problem) -> Judgement {
    let judgement: Judgement
    do throws(SubmissionBodyError) { judgement = try Judgement(upload) } catch {
      try check(exchange.spooled)
      throw Problem(body: error)
    }
    try check(exchange.spooled)
    return judgement
  }

  /// What is not all here counts as nothing, whatever was made of its beginning.
  private func check(_ spooled: SpooledContent?) throws(Problem) {
    switch spooled?.failure {
    case nil: return
    case .noRoom:
      context.metrics.countLimited("uploads")
      throw Problem(.uploadsFull, fields: ["Retry-After": "5"])
    case .disk: throw Problem(.storeUnavailable, fields: ["Retry-After": "5"])
    }
  }

  private func terms(_ exchange: Exchange) throws(Problem) -> SubmissionBody.Terms {
    guard let format = exchange.contentType.flatMap(SubmissionBody.Format.init) else {
      throw Problem(.unsupportedMediaType)
    }
    var terms = SubmissionBody.Terms(format: format, now: exchange.now)
    terms.caseReference = exchange.query["case_reference"]
    terms.maximumItems = context.configuration.submissions.itemsPerRequest
    if let separator = exchange.query["separator"].flatMap(SubmissionBody.Separator.init) {
      guard format == .csv else {
        throw Problem(
          .invalidParameter, "`separator` is for CSV alone.", extras: ["parameter": "separator"])
      }
      terms.separator = separator
    }
    return terms
  }

  private func list(of body: SubmissionBody, _ exchange: Exchange) throws(Problem) -> ListName {
    let asked = exchange.query["list"]
    if let inside = body.list {
      guard asked == nil || asked == inside.text else {
        throw Problem(
          .invalidParameter, "`list` says one thing in the query and another in the body.",
          extras: ["parameter": "list"])
      }
      return try context.list(inside.text).name
    }
    guard let asked else {
      throw Problem(.missingParameter, "Say for which list: `?list=`.", extras: ["parameter": "list"])
    }
    return try context.list(asked).name
  }

  private func page(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    let sight = try SubmissionSight(exchange)
    var filter = SubmissionFilter(state: exchange.query["state"].flatMap(Submission.State.init))
    if let list = exchange.query["list"] { filter.list = try context.list(list).name }
    if !sight.seesAll || exchange.flag("mine") { filter.reporter = sight.person.id }
    filter.isAsked = exchange.flag("asked")
    let limit = exchange.limit()
    let found = try await context.stored { [filter] (records) throws(RecordsError) in
      try await records.submissions(filter, after: exchange.after, limit: limit)
    }
    let revealed = found.count(where: sight.revealsOthers)
    if revealed > 0 {
      try await note(exchange, "submissions-revealed", subject: "after \(exchange.after)", count: revealed)
    }
    let items = found.map { SubmissionRendering.submission($0, reviews: nil, seenBy: sight) }
    return Answers.page(items, limit: limit, last: found.last?.id.number)
  }

  private func one(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    let sight = try SubmissionSight(exchange)
    guard let id = SubmissionID(exchange.pathText("submission")) else { throw Problem(.submissionNotFound) }
    let submission = try await context.stored { (records) throws(RecordsError) in
      try await records.submission(id)
    }
    guard sight.seesAll || sight.isReporter(of: submission) else { throw Problem(.submissionNotFound) }
    if sight.revealsOthers(of: submission) {
      try await note(exchange, "submission-revealed", subject: id.text, count: 1)
    }
    let (reviews, look, told) = try await context.stored { (records) throws(RecordsError) in
      (
        try await records.reviews(of: id), try await records.secondLook(on: id),
        try await records.information(on: id)
      )
    }
    var object =
      SubmissionRendering.submission(submission, reviews: reviews, seenBy: sight).objectValue ?? [:]
    object["second_look"] =
      look.flatMap {
        sight.seesAll
          ? PanelResource.render($0, withReason: sight.showsReason(of: $0, on: submission)) : nil
      } ?? .null
    object["open_question"] = .bool(
      submission.state == .open && Information.openQuestion(reviews, answers: told) != nil)
    object["information"] = .array(
      told.compactMap { answer in
        sight.showsWords(of: answer, on: submission).map {
          InformationResource.render(answer, isRevealed: $0)
        }
      })
    return Answers.json(.object(object))
  }

  private func note(_ exchange: Exchange, _ action: String, subject: String, count: Int) async throws(Problem)
  {
    let act = try exchange.act()
    try await context.stored { (records) throws(RecordsError) in
      try await records.note(action: action, subject: subject, rule: "\(count) revealed", act: act)
    }
  }
}
