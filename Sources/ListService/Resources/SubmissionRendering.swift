// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
internal import Ingest
internal import Records
internal import StrictJSON

/// Submissions and what became of their items, as JSON.
enum SubmissionRendering {
  /// The problem of a batch that is refused: what is wrong, the first of it when there is much; nothing was stored.
  static func refusal(_ list: ListName, _ judgement: Judgement) -> Problem {
    var detail = "\(judgement.refused) of \(judgement.count) items are refused; nothing was stored."
    if judgement.told.count < judgement.refused {
      detail += " The first \(judgement.told.count) of them are told."
    }
    return Problem(
      .submissionRefused, detail,
      extras: [
        "list": .string(list.text), "refused": Render.number(judgement.refused),
        "items": .array(judgement.told.map(refusal)),
      ])
  }

  static func refusal(_ refusal: ItemRefusal) -> JSONValue {
    [
      "line": Render.number(refusal.line), "outcome": "refused",
      "refusal": [
        "rule": .string(refusal.rule), "field": .string(refusal.field),
        "column": Render.number(refusal.column),
        "detail": .string(refusal.detail),
      ],
    ]
  }

  static func submission(
    _ submission: Submission, reviews: [Review]?, seenBy sight: SubmissionSight
  ) -> JSONValue {
    let reports = sight.reports(of: submission).map {
      report($0, isRevealed: sight.isRevealed || sight.isOwn($0, of: submission))
    }
    var object: JSONObject = [
      "id": .string(submission.id.text), "sequence": .integer(submission.id.number),
      "list": .string(submission.list.text), "state": .string(submission.state.rawValue),
      "entry": .string(
        sight.showsName(of: submission) ? submission.entry.text : Render.masked(submission.entry)),
      "scope": .string(submission.entry.scope.rawValue), "is_masked": .bool(sight.isMasked(submission)),
      "submitted_at": Render.time(submission.createdAt),
      "entry_id": Render.text(submission.entryID?.text),
      "reports": .array(reports), "report_count": Render.number(sight.reportCount(of: submission)),
    ]
    if let reviews {
      object["reviews"] = .array(
        reviews.map { review($0, withReason: sight.showsReason(of: $0, on: submission)) })
    }
    return .object(object)
  }

  private static func report(_ report: Submission.Report, isRevealed: Bool) -> JSONValue {
    var object: JSONObject = [
      "agency": .string(report.agency.text), "country": .string(report.country.text),
      "at": Render.time(report.at),
      "evidence_sha256": Render.text(report.evidence?.hex),
      "seen_at": Render.time(report.seenAt), "criteria": answers(report.answers),
    ]
    if isRevealed {
      object["url"] = .string(report.understood)
      object["case_reference"] = Render.text(report.caseReference)
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

  private static func review(_ review: Review, withReason: Bool) -> JSONValue {
    [
      "id": .string(review.id.text), "agency": .string(review.agency.text),
      "country": .string(review.country.text),
      "decision": .string(review.decision.rawValue), "scope": Render.text(review.entry?.scope.rawValue),
      "criteria": review.criteriaID.map {
        ["id": .string($0), "version": Render.number(review.criteriaVersion ?? 0)]
      }
        ?? .null, "reason": Render.text(withReason ? review.reason : nil), "at": Render.time(review.at),
      "signed_by": Render.text(review.signature?.keyid),
    ]
  }
}
