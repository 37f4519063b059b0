// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
internal import FoundationEssentials
internal import HTTPMessages
internal import Ingest
internal import Records
internal import StrictJSON

/// The review queue and the decisions.
struct ReviewResource: Sendable {
  let context: ServiceContext

  static let maximumReviews = 1000

  var routes: [Route] {
    [
      Route(
        method: .get, pattern: PathPattern("/v1/criteria"), operation: "criteria",
        summary: "The criteria that reviews answer", access: .signedIn, query: [.list()],
        answers: [.init(status: .ok, schema: "CriteriaPage", meaning: "the criteria in force")],
        problems: [.listNotFound], work: Route.ready(criteria)),
      Route(
        method: .get, pattern: PathPattern("/v1/reviews/queue"), operation: "reviewQueue",
        summary: "Open submissions that you may decide on, oldest first", access: .roles([.reviewer]),
        query: [
          .list(), .after, .limit(), .reveal,
          QueryParameter("country", .text(maximumOctets: 2), "first reported by this country (ISO 3166-1)"),
          QueryParameter(
            "min_age_hours", .integer(0...87_600), "first reported at least so many hours ago"),
          QueryParameter(
            "claim", .choice(QueueFilter.ClaimFilter.allCases.map(\.rawValue)),
            "`free`: nobody else holds a claim on it; `mine`: you hold one"),
        ],
        answers: [.init(status: .ok, schema: "QueuePage", meaning: "one page")],
        problems: [.listNotFound, .invalidParameter],
        work: Route.later(queue)),
      Route(
        method: .post, pattern: PathPattern("/v1/submissions/{submission}/reviews"), operation: "review",
        summary: "Decide on a submission", access: .roles([.reviewer]),
        content: .init(types: ["application/json"], schema: "ReviewRequest"),
        answers: [.init(status: .created, schema: "ReviewResult", meaning: "on record")],
        problems: Self.refusals + [.submissionNotFound, .listNotFound, .idempotencyKeyReused],
        work: Route.later(review)),
      Route(
        method: .post, pattern: PathPattern("/v1/reviews"), operation: "reviews",
        summary: "Decide on many submissions of one list, each by itself", access: .roles([.reviewer]),
        content: .init(types: ["application/json"], schema: "ReviewsRequest", maximumOctets: 4 << 20),
        answers: [.init(status: .ok, schema: "ReviewResults", meaning: "each decision's outcome or problem")],
        problems: [
          .malformedBody, .invalidField, .unknownField, .tooManyItems, .listNotFound,
          .idempotencyKeyReused, .embeddedContent,
        ],
        work: Route.later(reviews)),
    ]
  }

  private static let refusals: [ProblemKind] =
    [
      .malformedBody, .invalidField, .unknownField, .ownSubmission, .alreadyReviewed, .countryAlreadyApproved,
      .notReviewable, .criteriaVersionSuperseded, .criteriaIncomplete, .criteriaNotMet, .reasonRequired,
      .scopeWiderThanRegistrable,
      .scopeOutsideReport, .scopeCoversPublicSuffix, .guardedName, .guardedNameNeedsHostScope,
      .claimedByAnother,
      .embeddedContent,
    ] + signatures

  /// What can be wrong with a signature.
  static let signatures: [ProblemKind] = [
    .signatureRequired, .signatureTimeOutOfRange, .signatureKeyUnknown, .signatureKeyOfAnotherAgency,
    .signatureKeyNotYetValid, .signatureKeyEnded, .signatureInvalid,
  ]

  private func criteria(_ exchange: Exchange) throws(Problem) -> HTTPResponse {
    var lists = context.configuration.lists
    if let name = exchange.query["list"] { lists = [try context.list(name)] }
    var items: [Criteria] = []
    for list in lists {
      if let criteria = context.criteria[list.name], !items.contains(criteria) { items.append(criteria) }
    }
    return Answers.json(["items": .array(items.map(Render.criteria))])
  }

  private func queue(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    let principal = try exchange.requirePrincipal()
    var filter = QueueFilter(
      reviewer: principal,
      reportedBy: exchange.integer("min_age_hours").map {
        exchange.now.addingTimeInterval(Double($0) * -3600)
      },
      claims: exchange.query["claim"].flatMap(QueueFilter.ClaimFilter.init), now: exchange.now)
    if let country = exchange.query["country"] {
      guard let code = CountryCode(country) else {
        throw Problem(
          .invalidParameter, "`country`: two capital letters are wanted.", extras: ["parameter": "country"])
      }
      filter.country = code
    }
    if let list = exchange.query["list"] { filter.list = try context.list(list).name }
    filter.terms = try context.queueTerms()
    let limit = exchange.limit()
    let found = try await context.stored { [filter] (records) throws(RecordsError) in
      try await records.reviewQueue(filter, after: exchange.after, limit: limit)
    }
    let isRevealed = exchange.flag("reveal")
    if isRevealed, let first = found.first, let last = found.last {
      let act = try exchange.act()
      try await context.stored { (records) throws(RecordsError) in
        try await records.note(
          action: "queue-revealed", subject: "\(first.submission.id)..\(last.submission.id)",
          rule: "\(found.count) revealed", act: act)
      }
    }
    let items = found.map { item in row(item, isRevealed: isRevealed) }
    return Answers.page(items, limit: limit, last: found.last?.submission.id.number)
  }

  private func row(_ item: QueueItem, isRevealed: Bool) -> JSONValue {
    let submission = item.submission
    let first = submission.reporters.first
    var object: JSONObject = [
      "id": .string(submission.id.text), "sequence": .integer(submission.id.number),
      "list": .string(submission.list.text),
      "entry": .string(isRevealed ? submission.entry.text : Render.masked(submission.entry)),
      "scope": .string(submission.entry.scope.rawValue), "submitted_at": Render.time(submission.createdAt),
      "agency": Render.text(first?.agency.text), "country": Render.text(first?.country.text),
      "report_count": Render.number(submission.reporters.reduce(0) { $0 + $1.count }),
      "approvals": .array(
        item.reviews.filter { $0.decision == .approve }.map {
          [
            "country": .string($0.country.text), "agency": .string($0.agency.text),
            "scope": Render.text($0.entry?.scope.rawValue),
          ]
        }),
      "claim": item.claim.map(ClaimResource.render) ?? .null,
      "second_look": item.secondLook.map { PanelResource.render($0, withReason: isRevealed) } ?? .null,
      "open_question": .bool(Information.openQuestion(item.reviews, answers: item.information) != nil),
      "information": .array(
        item.information.map { InformationResource.render($0, isRevealed: isRevealed) }),
    ]
    if let criteria = context.criteria[submission.list] {
      object["criteria"] = ["id": .string(criteria.id), "version": Render.number(criteria.version)]
    }
    if isRevealed { object["urls"] = .array(submission.reports.map { .string($0.understood) }) }
    return .object(object)
  }

  private func review(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    let id = try exchange.submissionID()
    let body = try BodyMembers(try exchange.json(), only: ReviewReading.members)
    let request = try ReviewReading.request(
      body, on: id, by: try exchange.requirePrincipal(), now: exchange.now)
    let submission = try await context.stored { (records) throws(RecordsError) in
      try await records.outline(of: id)
    }
    let policy = try context.policy(submission.list)
    let rendering = Rendering<ReviewOutcome>(.created) { outcome in
      if case .refused = outcome.verdict { nil } else { Self.result(outcome) }
    }
    let answering = try rendering.answering(exchange)
    let recorded = try await context.stored { (records) throws(RecordsError) in
      try await records.addReview(request, policy: policy, answering: answering)
    }
    if case .refused(let refusal)? = recorded.outcome?.verdict { throw Problem(review: refusal) }
    return rendering.response(recorded)
  }

  private func reviews(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    let reviewer = try exchange.requirePrincipal()
    let body = try BodyMembers(try exchange.json(), only: ["reviews"])
    var requests: [ReviewRequest] = []
    for (index, value) in try body.array("reviews", maximum: Self.maximumReviews).enumerated() {
      let members = try BodyMembers(
        value, at: "/reviews/\(index)", only: ["submission"] + ReviewReading.members)
      let id = try members.parsed("submission", "an identifier like sub_1 is wanted") { SubmissionID($0) }
      requests.append(try ReviewReading.request(members, on: id, by: reviewer, now: exchange.now))
    }
    let lists = try await lists(of: requests)
    guard Set(lists.values).count <= 1 else {
      throw Problem(
        .invalidField, "The reviews of one request are of one list.", extras: ["pointer": "/reviews"])
    }
    let known = requests.filter { lists[$0.submission] != nil }
    let rendering = Rendering<[ReviewOutcome]>(.ok) { [requests] outcomes in
      Self.results(of: requests, known: lists, outcomes)
    }
    guard let list = lists.values.first else {
      return Answers.json(octets: rendering.octets([]) ?? [], status: rendering.status)
    }
    let policy = try context.policy(list)
    let answering = try rendering.answering(exchange)
    return rendering.response(
      try await context.stored { (records) throws(RecordsError) in
        try await records.addReviews(known, policy: policy, answering: answering)
      })
  }

  /// The list of each submission that there is.
  private func lists(of requests: [ReviewRequest]) async throws(Problem) -> [SubmissionID: ListName] {
    var lists: [SubmissionID: ListName] = [:]
    for request in requests where lists[request.submission] == nil {
      do throws(RecordsError) {
        lists[request.submission] = try await context.records.outline(of: request.submission).list
      } catch .refused(.notFound) {
        continue
      } catch { throw Problem(records: error) }
    }
    return lists
  }

  private static func results(
    of requests: [ReviewRequest], known: [SubmissionID: ListName], _ outcomes: [ReviewOutcome]
  ) -> JSONValue {
    var remaining = outcomes.makeIterator()
    let items: [JSONValue] = requests.map { request in
      var object: JSONObject = ["submission": .string(request.submission.text)]
      guard known[request.submission] != nil, let outcome = remaining.next() else {
        object["problem"] = Problem(.submissionNotFound).json
        return .object(object)
      }
      if case .refused(let refusal) = outcome.verdict {
        object["problem"] = Problem(review: refusal).json
      } else if let members = result(outcome).objectValue {
        for (key, value) in members.members { object[key] = value }
      }
      return .object(object)
    }
    return ["items": .array(items)]
  }

  private static func result(_ outcome: ReviewOutcome) -> JSONValue {
    var object: JSONObject = [
      "review": Render.text(outcome.review?.id.text), "state": .string(outcome.submission.state.rawValue),
      "approvals": Render.number(outcome.approvals.count),
      "countries": .array(Set(outcome.approvals.map(\.country)).sorted().map { .string($0.text) }),
    ]
    if let entry = outcome.entry {
      object["entry_id"] = .string(entry.id.text)
      object["lease_until"] = Render.time(entry.lease.until)
    }
    if let look = outcome.secondLook, outcome.submission.state == .open {
      object["second_look"] = PanelResource.render(look, withReason: false)
    }
    return .object(object)
  }
}
