// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Ingest
internal import StrictJSON

extension Schemas {
  static let submissions: JSONObject = [
    "SubmissionRequest": object(
      [
        "list": text, "mode": words(SubmissionBody.Mode.allCases.map(\.rawValue)),
        "items": array(
          object(
            [
              "url": text, "case_reference": text, "evidence_sha256": text, "seen_at": time, "scope": text,
              "note": text, "criteria": named("CriteriaAnswers"),
            ], optional: ["case_reference", "evidence_sha256", "seen_at", "scope", "note", "criteria"])),
      ], optional: ["list", "mode"]),
    "ItemResult": object(
      [
        "line": number, "outcome": words(["created", "joined", "refused"]), "id": text, "entry_id": text,
        "understood": text, "entry": text,
        "refusal": object(["rule": text, "field": text, "column": number, "detail": text]),
      ], optional: ["id", "entry_id", "understood", "entry", "refusal"]),
    "SubmissionResult": object([
      "list": text, "accepted": number, "joined": number, "refused": number,
      "items": array(named("ItemResult")),
    ]),
    "Report": object(
      [
        "agency": text, "country": text, "at": time, "case_reference": optionalText,
        "evidence_sha256": optionalText, "seen_at": optionalTime, "url": text, "note": optionalText,
        "criteria": orNull("CriteriaAnswers"),
      ], optional: ["url", "case_reference", "note"]),
    "Review": object([
      "id": text, "agency": text, "country": text, "decision": words(ReviewDecision.allCases.map(\.rawValue)),
      "scope": optionalText, "criteria": ["anyOf": [named("CriteriaVersion"), ["type": "null"]]],
      "reason": optionalText, "at": time, "signed_by": optionalText,
    ]),
    "Submission": object(
      [
        "id": text, "sequence": number, "list": text,
        "state": words(Submission.State.allCases.map(\.rawValue)),
        "entry": text, "scope": text, "is_masked": flag, "submitted_at": time, "entry_id": optionalText,
        "reports": array(named("Report")), "report_count": number, "reviews": array(named("Review")),
        "second_look": orNull("SecondLook"), "open_question": flag,
        "information": array(named("Information")),
      ], optional: ["reviews", "second_look", "open_question", "information"]),
    "SubmissionPage": page("Submission"),
  ]

  static let reviews: JSONObject = [
    "CriteriaAnswers": object([
      "id": text, "version": number, "answers": ["type": "object", "additionalProperties": flag],
    ]),
    "CriteriaVersion": object(["id": text, "version": number]),
    "Criteria": object([
      "id": text, "version": number, "title": text, "countries": number,
      "items": array(object(["key": text, "text": text])),
    ]),
    "CriteriaPage": whole("Criteria"),
    "QueueItem": object(
      [
        "id": text, "sequence": number, "list": text, "entry": text, "scope": text, "submitted_at": time,
        "agency": optionalText, "country": optionalText, "report_count": number, "urls": array(text),
        "approvals": array(object(["country": text, "agency": text, "scope": optionalText])),
        "criteria": named("CriteriaVersion"), "claim": orNull("Claim"),
        "second_look": orNull("SecondLook"), "open_question": flag,
        "information": array(named("Information")),
      ], optional: ["urls", "criteria"]),
    "Information": object(["review": text, "at": time, "text": text], optional: ["text"]),
    "InformationRequest": object(["text": text]),
    "Panel": object(["id": text, "name": text, "list": text, "chair": text, "members": array(text)]),
    "PanelPage": whole("Panel"),
    "SecondLook": object(["panel": text, "chair": text, "reason": optionalText, "at": time]),
    "SecondLookRequest": object(["panel": text, "reason": text]),
    "Claim": object(["submission": text, "holder": text, "country": text, "until": time]),
    "QueuePage": page("QueueItem"),
    "Signature": object(["keyid": text, "sig": text, "decided_at": time], optional: ["keyid"]),
    "ApprovalText": object(approvalText, optional: ["submission", "entry_id"]),
    "ApprovalTextPage": page("ApprovalText"),
    "DueEntry": object([
      "id": text, "sequence": number, "list": text, "entry": text, "scope": text, "is_masked": flag,
      "listed_at": time, "lease_until": time,
    ]),
    "DuePage": page("DueEntry"),
    "ReviewRequest": object(review, optional: ["scope", "criteria", "reason", "signature"]),
    "ReviewsRequest": object([
      "reviews": array(object(reviewOfOne, optional: ["scope", "criteria", "reason", "signature"]))
    ]),
    "ReviewResult": object(result, optional: ["entry_id", "lease_until", "second_look"]),
    "ReviewResults": object([
      "items": array(
        object(
          resultOfOne,
          optional: [
            "review", "state", "approvals", "countries", "entry_id", "lease_until", "second_look", "problem",
          ]))
    ]),
  ]

  private static let review: JSONObject = [
    "decision": words(ReviewDecision.allCases.map(\.rawValue)), "scope": text,
    "criteria": named("CriteriaAnswers"), "reason": text, "signature": named("Signature"),
  ]

  private static let approvalText: JSONObject = [
    "submission": text, "entry_id": text, "sequence": number, "list": text, "entry": text,
    "criteria": named("CriteriaVersion"), "submitted_at": time, "decided_at": time, "agency": text,
    "country": text, "text": text,
  ]

  private static let result: JSONObject = [
    "review": text, "state": text, "approvals": number, "countries": array(text), "entry_id": text,
    "lease_until": time, "second_look": named("SecondLook"),
  ]

  private static var reviewOfOne: JSONObject {
    var members = review
    members["submission"] = text
    return members
  }

  private static var resultOfOne: JSONObject {
    var members = result
    members["submission"] = text
    members["problem"] = named("Problem")
    return members
  }
}
