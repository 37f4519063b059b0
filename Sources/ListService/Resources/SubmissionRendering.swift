// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
internal import Ingest
internal import Records
internal import StrictJSON

/// Submissions and what became of their items, as JSON.
enum SubmissionRendering {
  /// The most refused items that a refusal of the whole tells; how many there are, it tells in any case.
  static let toldRefusals = 1_000

  /// The outcome of each item in the order sent, each with its line: written at once, since there may be 100,000.
  static func result(_ list: ListName, _ judged: JudgedItems, _ outcome: SubmissionOutcome) -> [UInt8] {
    var joined = 0
    for item in outcome.items {
      if case .created = item {} else { joined += 1 }
    }
    let head: JSONValue = [
      "list": .string(list.text), "accepted": Render.number(judged.admitted.count),
      "joined": Render.number(joined), "refused": Render.number(judged.refusals.count),
    ]
    var octets: [UInt8] = []
    octets.reserveCapacity(256 + judged.count * 160)
    head.write(to: &octets)
    octets.removeLast()
    octets.append(contentsOf: ",\"items\":[".utf8)
    var refusals = judged.refusals[...]
    var isFirst = true
    func separate() {
      if !isFirst { octets.append(UInt8(ascii: ",")) }
      isFirst = false
    }
    for (item, became) in zip(judged.admitted, outcome.items) {
      while let refusal = refusals.first, refusal.line < item.line {
        separate()
        self.refusal(refusals.removeFirst()).write(to: &octets)
      }
      separate()
      write(item, became, to: &octets)
    }
    for refusal in refusals {
      separate()
      self.refusal(refusal).write(to: &octets)
    }
    octets.append(contentsOf: "]}".utf8)
    return octets
  }

  /// The problem of a batch that is refused: what is wrong, the first of it when there is much; nothing was stored.
  static func refusal(_ list: ListName, _ judged: JudgedItems) -> Problem {
    let count = judged.refusals.count
    let told = judged.refusals.prefix(toldRefusals)
    var detail = "\(count) of \(judged.count) items are refused; nothing was stored."
    if told.count < count { detail += " The first \(told.count) of them are told." }
    return Problem(
      .submissionRefused, detail,
      extras: [
        "list": .string(list.text), "refused": Render.number(count), "items": .array(told.map(refusal)),
      ])
  }

  // Without a value in between: there may be 100,000 of them.
  private static func write(
    _ item: AdmittedItem, _ became: SubmissionOutcome.Item, to octets: inout [UInt8]
  ) {
    func append(_ text: String) { octets.append(contentsOf: text.utf8) }
    append("{\"line\":\(item.line),\"outcome\":")
    switch became {
    case .created(let id): append("\"created\",\"id\":\"\(id.text)\"")
    case .joined(let id): append("\"joined\",\"id\":\"\(id.text)\"")
    case .joinedEntry(let entry, let id):
      append("\"joined\",\"id\":\"\(id.text)\",\"entry_id\":\"\(entry.text)\"")
    }
    append(",\"understood\":")
    JSONValue.string(item.understood).write(to: &octets)
    append(",\"entry\":")
    JSONValue.string(item.entry.text).write(to: &octets)
    append("}")
  }

  private static func refusal(_ refusal: ItemRefusal) -> JSONValue {
    [
      "line": Render.number(refusal.line), "outcome": "refused",
      "refusal": [
        "rule": .string(refusal.rule), "field": .string(refusal.field),
        "column": Render.number(refusal.column),
        "detail": .string(refusal.detail),
      ],
    ]
  }

  static func submission(_ submission: Submission, reviews: [Review]?, isRevealed: Bool) -> JSONValue {
    var object: JSONObject = [
      "id": .string(submission.id.text), "sequence": .integer(submission.id.number),
      "list": .string(submission.list.text), "state": .string(submission.state.rawValue),
      "entry": .string(isRevealed ? submission.entry.text : Render.masked(submission.entry)),
      "scope": .string(submission.entry.scope.rawValue), "is_masked": .bool(!isRevealed),
      "submitted_at": Render.time(submission.createdAt),
      "entry_id": Render.text(submission.entryID?.text),
      "reports": .array(submission.reports.map { report($0, isRevealed: isRevealed) }),
    ]
    if let reviews { object["reviews"] = .array(reviews.map(review)) }
    return .object(object)
  }

  static func report(_ report: Submission.Report, isRevealed: Bool) -> JSONValue {
    var object: JSONObject = [
      "agency": .string(report.agency.text), "country": .string(report.country.text),
      "at": Render.time(report.at),
      "case_reference": Render.text(report.caseReference),
      "evidence_sha256": Render.text(report.evidence?.hex),
      "seen_at": Render.time(report.seenAt), "criteria": answers(report.answers),
    ]
    if isRevealed {
      object["url"] = .string(report.understood)
      object["note"] = Render.text(report.note)
    }
    return .object(object)
  }

  private static func answers(_ answers: ReportedAnswers?) -> JSONValue {
    guard let answers, let criteria = answers.criteria else { return .null }
    var given: JSONObject = [:]
    for (key, answer) in answers.answers { given[key] = .bool(answer) }
    return [
      "id": .string(criteria.id), "version": Render.number(criteria.version), "answers": .object(given),
    ]
  }

  static func review(_ review: Review) -> JSONValue {
    [
      "id": .string(review.id.text), "agency": .string(review.agency.text),
      "country": .string(review.country.text),
      "decision": .string(review.decision.rawValue), "scope": Render.text(review.entry?.scope.rawValue),
      "criteria": review.criteriaID.map {
        ["id": .string($0), "version": Render.number(review.criteriaVersion ?? 0)]
      }
        ?? .null, "reason": Render.text(review.reason), "at": Render.time(review.at),
      "signed_by": Render.text(review.signature?.keyid),
    ]
  }
}
