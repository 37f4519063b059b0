// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Ingest
internal import StrictJSON

/// The JSON Schemas of requests and answers, by name.
enum Schemas {
  static let text: JSONValue = ["type": "string"]
  static let optionalText: JSONValue = ["type": ["string", "null"]]
  static let number: JSONValue = ["type": "integer"]
  static let optionalNumber: JSONValue = ["type": ["integer", "null"]]
  static let flag: JSONValue = ["type": "boolean"]
  static let time: JSONValue = ["type": "string", "format": "date-time"]
  static let optionalTime: JSONValue = ["type": ["string", "null"], "format": "date-time"]

  /// An object whose members are all there; those in `optional` may be missing; none besides.
  static func object(_ members: JSONObject, optional: Set<String> = []) -> JSONValue {
    [
      "type": "object", "additionalProperties": false, "properties": .object(members),
      "required": .array(members.keys.filter { !optional.contains($0) }.map { .string($0) }),
    ]
  }

  static func array(_ items: JSONValue) -> JSONValue { ["type": "array", "items": items] }
  static func named(_ name: String) -> JSONValue { ["$ref": .string("#/components/schemas/" + name)] }
  static func words(_ words: [String]) -> JSONValue {
    ["type": "string", "enum": .array(words.map { .string($0) })]
  }

  /// `items`, and the `after` of the next page.
  static func page(_ name: String) -> JSONValue {
    object(["items": array(named(name)), "next": optionalNumber])
  }

  static func orNull(_ name: String) -> JSONValue { ["anyOf": [named(name), ["type": "null"]]] }

  /// `items`, all at once.
  static func whole(_ name: String) -> JSONValue { object(["items": array(named(name))]) }

  static let all: JSONObject = {
    var all = JSONObject()
    for part in [general, lists, submissions, reviews, appeals, releases, readers, keys, people] {
      for (name, schema) in part.members { all[name] = schema }
    }
    return all
  }()

  private static let general: JSONObject = [
    "Problem": [
      "type": "object", "required": ["type", "title", "status", "detail"],
      "properties": ["type": text, "title": text, "status": number, "detail": text],
    ],
    "Status": object(["status": text]),
    "Readiness": object(
      [
        "status": words(["ok", "alarm", "unavailable"]), "reason": text,
        "alarms": array(
          object([
            "role": text,
            "cause": words([
              "signing-overdue", "renewal-due", "expired", "clock-ahead", "disk-nearly-full",
            ]),
            "expires_at": optionalTime, "seconds_left": optionalNumber,
          ])),
      ], optional: ["reason"]),
    "Description": ["type": "object"],
    "EmptyRequest": object([:]),
    "ReasonRequest": object(["reason": text]),
  ]

  private static let lists: JSONObject = [
    "List": object([
      "list": text, "title": text, "version": number, "entries": number, "sha256": optionalText,
      "length": number,
      "published_at": optionalTime, "poll_interval_seconds": number, "settle_seconds": number,
      "frozen": flag,
      "links": object([
        "self": text, "changes": text, "latest": ["type": "object", "additionalProperties": text],
      ]),
    ]),
    "Lists": object(["lists": array(named("List"))]),
    "Changes": object([
      "list": text, "from": number, "to": number, "removed": array(text), "added": array(text),
      "sha256": text,
      "length": number,
    ]),
    "SignedMetadata": [
      "type": "object", "required": ["signed", "signatures"],
      "properties": [
        "signed": ["type": "object"], "signatures": array(["type": "object"]),
      ],
    ],
  ]

  private static let releases: JSONObject = [
    "Release": object([
      "list": text, "version": number, "added": number, "removed": number, "entries": number, "sha256": text,
      "length": number, "published_at": time, "cause": text,
    ]),
    "MadeRelease": object([
      "list": text, "version": number, "added": number, "removed": number, "entries": number, "sha256": text,
      "length": number, "published_at": time, "cause": text, "withheld": named("Withheld"),
    ]),
    "Withheld": object(["count": number, "entries": array(text)]),
    "ReleasePage": page("Release"),
    "ReleasePreview": object([
      "list": text, "version": number, "added": number, "removed": number, "entries": number,
      "added_entries": array(text), "removed_entries": array(text), "withheld": named("Withheld"),
    ]),
    "Suspension": object(["entry_id": text, "release": ["anyOf": [named("Release"), ["type": "null"]]]]),
    "Entry": object([
      "id": text, "list": text, "entry": text, "state": words(ListedEntry.State.allCases.map(\.rawValue)),
      "submission": text, "listed_at": time, "lease_until": time,
    ]),
    "EntryPage": page("Entry"),
    "RenewRequest": object(
      ["days": number, "signature": named("Signature")], optional: ["days", "signature"]),
  ]

  private static let readers: JSONObject = [
    "ReceiptRequest": object(
      ["version": number, "sha256": text, "applied_at": time, "overrides": flag],
      optional: ["sha256", "applied_at", "overrides"]),
    "Receipt": object(["list": text, "version": number, "at": time]),
    "HoldRequest": object(["version": number, "reason": text]),
    "Hold": object([
      "list": text, "reader": text, "version": number, "reason": text, "at": time, "lifted_at": optionalTime,
    ]),
    "HoldPage": whole("Hold"),
    "HoldsLifted": object(["list": text, "lifted": number]),
    "Coverage": object([
      "reader": text, "agency": text, "country": text, "list": text, "version": optionalNumber,
      "latest": number,
      "behind": optionalNumber, "at": optionalTime,
    ]),
    "CoveragePage": whole("Coverage"),
  ]
}
