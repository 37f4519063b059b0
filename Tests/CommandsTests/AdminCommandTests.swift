// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Commands
import ListFollowing
import StrictJSON
import Testing

@Suite struct AdminCommandTests {
  private let release: JSONValue = [
    "list": "worst-of", "version": 4, "added": 3, "removed": 1, "entries": 402, "sha256": "ab",
  ]

  @Test func `publishing says what the release changed`() {
    let answers = ScriptedTransport(["POST v1/lists/worst-of/releases": .json(release, 201)])
    let run = CommandRun(["admin", "publish"], answers)
    #expect(run.output == "published version 4 of worst-of: 3 added, 1 removed, 402 in all, sha256 ab\n")
    #expect(answers.requests[0].path == "v1/lists/worst-of/releases")
    _ = CommandRun(["admin", "publish", "--preview"], answers)
    #expect(answers.requests[1].path == "v1/lists/worst-of/releases?preview=true")
  }

  @Test func `publishing says what was left out`() {
    guard case .object(var made) = release else { return }
    made["withheld"] = ["count": 3, "entries": [".a.example", "b.example"]]
    let answers = ScriptedTransport(["POST v1/lists/worst-of/releases": .json(.object(made), 201)])
    #expect(
      CommandRun(["admin", "publish"], answers).output == """
        published version 4 of worst-of: 3 added, 1 removed, 402 in all, sha256 ab
        left out, since it is guarded meanwhile: 3
          .a.example
          b.example
          …

        """)
  }

  @Test func `guarding says what the next release leaves out`() {
    let hit: JSONValue = ["count": 2, "entries": [["entry_id": "ent_7"], ["entry_id": "ent_9"]]]
    let none: JSONValue = ["count": 0, "entries": []]
    let answers = ScriptedTransport([
      "POST v1/guard": .json(["guarded": 1, "still_listed": none, "withheld": hit], 201)
    ])
    #expect(
      CommandRun(["admin", "guard", "a.example", "--reason", "registry"], answers).output == """
        guarded 1 name(s), never
        approved, and left out of the next release: 2 (ent_7, ent_9)

        """)
  }

  @Test func `a name is looked up before it is suspended`() {
    let answers = ScriptedTransport([
      "GET v1/entries": .json([
        "items": [["id": "ent_1", "state": "suspended"], ["id": "ent_2", "state": "listed"]]
      ]),
      "POST v1/entries/ent_2/suspend": .json(["entry_id": "ent_2", "release": release]),
    ])
    let run = CommandRun(["admin", "suspend", ".bad.example", "--reason", "appeal"], answers)
    #expect(run.output.hasPrefix("suspended ent_2, published version 4"))
    #expect(answers.requests[0].path == "v1/entries?list=worst-of&name=bad.example")
    #expect(answers.lastBody == ["reason": "appeal"])
  }

  @Test func `a name that no entry blocks is no success`() {
    let answers = ScriptedTransport(["GET v1/entries": .json(["items": []])])
    let run = CommandRun(["admin", "suspend", "bad.example", "--reason", "x"], answers)
    #expect(run.status == .failure)
    #expect(run.complaints == ["cordon: no entry for that name"])
  }

  @Test func `reverting wants a number and a reason`() {
    #expect(
      CommandRun(["admin", "revert", "0", "--reason", "x"]).complaints == ["cordon: 0 is no release number"])
    #expect(
      CommandRun(["admin", "revert", "3"]).complaints == [
        "cordon: --reason is missing; see cordon admin revert --help"
      ])
  }

  @Test func `guarding says what stays listed`() {
    let hit: JSONValue = ["count": 1, "entries": [["entry_id": "ent_7", "list": "worst-of"]]]
    let answers = ScriptedTransport(["POST v1/guard": .json(["guarded": 2, "still_listed": hit], 201)])
    let run = CommandRun(
      ["admin", "guard", "a.example", "b.example", "--level", "narrow", "--reason", "registries"], answers)
    #expect(
      run.output == """
        guarded 2 name(s), narrow
        still listed: 1; to take off:
          cordon admin suspend ent_7 --reason …

        """)
    #expect(
      answers.lastBody == [
        "items": [
          ["name": "a.example", "level": "narrow", "reason": "registries"],
          ["name": "b.example", "level": "narrow", "reason": "registries"],
        ]
      ])
    #expect(
      CommandRun(["admin", "guard", "--reason", "x"], answers).complaints == [
        "cordon: NAME is missing; see cordon admin guard --help"
      ])
  }

  @Test func `guards end and credentials are revoked by their name`() {
    let answers = ScriptedTransport([
      "GET v1/guard": .json(["items": [["name": "a.example", "level": "never", "reason": "registry"]]]),
      "DELETE v1/guard/a.example": .json(nil), "DELETE v1/credentials/crd_41": .json(nil),
    ])
    #expect(CommandRun(["admin", "guards"], answers).output == "a.example  never  registry\n")
    #expect(
      CommandRun(["admin", "unguard", "a.example"], answers).output
        == "a.example is guarded no more through the API\n")
    #expect(CommandRun(["admin", "revoke", "crd_41"], answers).output == "revoked crd_41\n")
  }
}
