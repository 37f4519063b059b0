// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Ingest
internal import StrictJSON

extension Schemas {
  static let appeals: JSONObject = [
    "AppealRequest": object(["name": text, "statement": text, "contact": text], optional: ["contact"]),
    "FiledAppeal": object(filed),
    "AppealStatus": object(told),
    "AppealClock": object([
      "days": number, "decided": number, "open": number, "median_seconds": optionalNumber,
      "ninety_fifth_seconds": optionalNumber,
    ]),
    "AppealFile": object(
      [
        "case": text, "sequence": number, "state": words(Appeal.State.allCases.map(\.rawValue)), "name": text,
        "received_at": time, "assignee": optionalText, "entries": array(text), "suspended": array(text),
        "decision": optionalText, "decided_at": optionalTime, "statement": text, "contact": optionalText,
        "answer": optionalText,
      ], optional: ["statement", "contact", "answer"]),
    "AppealPage": page("AppealFile"),
    "AppealDecision": object([
      "decision": words(Appeal.Decision.allCases.map(\.rawValue)), "answer": text, "reason": text,
    ]),
    "AppealAssignment": object(["reviewer": text]),
  ]

  private static let told: JSONObject = [
    "case": text, "state": words(["open", "decided"]), "received_at": time, "decided_at": optionalTime,
    "answer": optionalText,
  ]

  private static var filed: JSONObject {
    var members = told
    members["secret"] = text
    return members
  }
}
