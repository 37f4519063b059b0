// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
internal import Ingest
internal import Records
internal import StrictJSON

/// Submissions and what became of their items, as JSON.
enum SubmissionRendering {
  typealias Item = Result<AdmittedItem, ItemRefusal>

  /// `items` in the order sent, each with its line.
  static func result(_ list: ListName, _ items: [Item], _ outcome: SubmissionOutcome) -> JSONValue {
    var stored = outcome.items.makeIterator()
    var joined = 0
    var accepted = 0
    let rows: [JSONValue] = items.map { item in
      switch item {
      case .failure(let refusal): return self.refusal(refusal)
      case .success(let admitted):
        guard let became = stored.next() else { return .null }
        accepted += 1
        if case .created = became {} else { joined += 1 }
        return row(admitted, became)
      }
    }
    return [
      "list": .string(list.text), "accepted": Render.number(accepted), "joined": Render.number(joined),
      "refused": Render.number(items.count - accepted), "items": .array(rows),
    ]
  }

  /// The problem of a batch that is refused: only what is wrong, nothing was stored.
  static func refusal(_ list: ListName, _ items: [Item]) -> Problem {
    let refusals: [JSONValue] = items.compactMap { item in
      if case .failure(let refusal) = item { self.refusal(refusal) } else { nil }
    }
    return Problem(
      .submissionRefused, "\(refusals.count) of \(items.count) items are refused; nothing was stored.",
      extras: [
        "list": .string(list.text), "refused": Render.number(refusals.count), "items": .array(refusals),
      ])
  }

  private static func row(_ item: AdmittedItem, _ became: SubmissionOutcome.Item) -> JSONValue {
    var object: JSONObject = ["line": Render.number(item.line)]
    switch became {
    case .created(let id):
      object["outcome"] = "created"
      object["id"] = .string(id.text)
    case .joined(let id):
      object["outcome"] = "joined"
      object["id"] = .string(id.text)
    case .joinedEntry(let entry, let id):
      object["outcome"] = "joined"
      object["id"] = .string(id.text)
      object["entry_id"] = .string(entry.text)
    }
    object["understood"] = .string(item.understood)
    object["entry"] = .string(item.entry.text)
    return .object(object)
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
      "seen_at": Render.time(report.seenAt),
    ]
    if isRevealed {
      object["url"] = .string(report.understood)
      object["note"] = Render.text(report.note)
    }
    return .object(object)
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
    ]
  }
}
