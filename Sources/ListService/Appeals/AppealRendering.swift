// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import FoundationEssentials
internal import Blocklists
internal import Ingest
internal import Names
internal import Records
internal import StrictJSON

/// Appeals as JSON.
enum AppealRendering {
  static func filed(_ filed: AppealDesk.Filed) -> JSONValue {
    var object = told(AppealStatus(of: filed.appeal)).objectValue ?? [:]
    object["secret"] = .string(filed.secret)
    return .object(object)
  }

  /// What who complained is told: neither whether it was listed nor who looks at it.
  static func told(_ appeal: AppealStatus) -> JSONValue {
    [
      "case": .string(appeal.id.text), "state": .string(isDecided(appeal) ? "decided" : "open"),
      "received_at": Render.time(appeal.receivedAt), "decided_at": Render.time(appeal.decidedAt),
      "answer": Render.text(appeal.answer),
    ]
  }

  static func isDecided(_ appeal: AppealStatus) -> Bool { appeal.state == .decided }

  /// What officers see.
  static func file(_ appeal: Appeal, isRevealed: Bool) -> JSONValue {
    var object: JSONObject = [
      "case": .string(appeal.id.text), "sequence": .integer(appeal.number),
      "state": .string(appeal.state.rawValue),
      "name": .string(
        isRevealed ? appeal.name.text : Render.masked(BlocklistEntry(name: appeal.name, scope: .host))),
      "received_at": Render.time(appeal.receivedAt), "assignee": Render.text(appeal.assignee?.text),
      "entries": .array(appeal.entries.map { .string($0.text) }),
      "suspended": .array(appeal.suspended.map { .string($0.text) }),
      "decision": Render.text(appeal.decision?.rawValue), "decided_at": Render.time(appeal.decidedAt),
    ]
    if isRevealed {
      object["statement"] = .string(appeal.statement)
      object["contact"] = Render.text(appeal.contact)
      object["answer"] = Render.text(appeal.answer)
    }
    return .object(object)
  }

  static func clock(_ clock: AppealClock) -> JSONValue {
    [
      "days": Render.number(AppealDesk.clockDays), "decided": Render.number(clock.decided),
      "open": Render.number(clock.open), "median_seconds": clock.medianSeconds.map { .integer($0) } ?? .null,
      "ninety_fifth_seconds": clock.ninetyFifthSeconds.map { .integer($0) } ?? .null,
    ]
  }
}
