// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Commands
import ListFollowing
import StrictJSON
import Testing

@Suite struct ReviewCommandTests {
  private let criteria: TransportAnswer = .json([
    "items": [["id": "baseline", "version": 2, "items": [["key": "real"], ["key": "young"]]]]
  ])

  @Test func `approving answers every criterion in the version in force`() {
    let answers = ScriptedTransport([
      "GET v1/criteria": criteria,
      "POST v1/reviews": .json([
        "items": [
          [
            "submission": "sub_1", "state": "listed", "countries": ["TT", "BB"], "entry_id": "ent_1",
            "lease_until": "2026-12-01T00:00:00Z",
          ]
        ]
      ]),
    ])
    let run = CommandRun(
      ["review", "approve", "sub_1", "--criteria-all-met", "--answer", "young=no"], answers)
    #expect(run.status == .success)
    #expect(
      run.output == """
        recorded 1 decisions; 1 names now listed; refused 0
          sub_1: listed, approved by TT, BB, entry ent_1 until 2026-12-01T00:00:00Z

        """)
    let review = answers.lastBody?["reviews"]?.arrayValue?.first
    #expect(review?["decision"] == "approve")
    #expect(review?["criteria"]?["version"] == 2)
    #expect(review?["criteria"]?["answers"] == ["real": true, "young": false])
  }

  @Test func `the next that nobody else holds are claimed, and given back`() {
    let answers = ScriptedTransport([
      "GET v1/reviews/queue": .json(["items": [["id": "sub_1"]], "next": nil]),
      "POST v1/submissions/sub_1/claim": .json([
        "submission": "sub_1", "holder": "a", "country": "TT", "until": "2026-12-01T00:30:00Z",
      ]),
      "DELETE v1/submissions/sub_1/claim": .json(nil),
    ])
    #expect(
      CommandRun(["review", "claim", "--next", "1"], answers).output
        == "sub_1: yours until 2026-12-01T00:30:00Z\n")
    #expect(CommandRun(["review", "unclaim", "sub_1"], answers).output == "sub_1: free again\n")
    #expect(CommandRun(["review", "claim"], answers).status == .failure)
    #expect(CommandRun(["review", "claim", "sub_1", "--next", "1"], answers).status == .failure)
    #expect(CommandRun(["review", "unclaim"], answers).status == .failure)
  }

  @Test func `a chair's word and a reporter's answer are sent as given`() {
    let answers = ScriptedTransport([
      "POST v1/submissions/sub_1/second-look": .json(["panel": "caribbean"], 201),
      "POST v1/submissions/sub_1/information": .json(["review": "rev_7"], 201),
    ])
    let look = CommandRun(
      ["review", "second-look", "sub_1", "--panel", "caribbean", "--reason", "changed hands"], answers)
    #expect(look.output == "sub_1: waits for a second look by caribbean\n")
    #expect(answers.lastBody == ["panel": "caribbean", "reason": "changed hands"])
    #expect(CommandRun(["answer", "sub_1", "--text", "seen"], answers).output == "sub_1: answered rev_7\n")
    #expect(answers.lastBody == ["text": "seen"])
    #expect(CommandRun(["answer", "sub_1"], answers).status == .failure)
    #expect(CommandRun(["review", "second-look", "sub_1", "--panel", "x"], answers).status == .failure)
  }

  @Test func `all that waits is fetched page by page`() {
    let answers = ScriptedTransport([
      "GET v1/reviews/queue": .json(["items": [["id": "sub_1"], ["id": "sub_2"]], "next": nil]),
      "GET v1/criteria": criteria,
      "POST v1/reviews": .json([
        "items": [
          ["submission": "sub_1", "state": "open"],
          [
            "submission": "sub_2",
            "problem": ["type": "/problems/own-submission", "title": "Your own report"],
          ],
        ]
      ]),
    ])
    let run = CommandRun(["review", "approve", "--all", "--criteria-all-met"], answers)
    #expect(run.status == .success)
    #expect(run.complaints == ["cordon: refused (own-submission): Your own report"])
    #expect(answers.lastBody?["reviews"]?.arrayValue?.count == 2)
  }

  @Test func `a single refused decision fails`() {
    let answers = ScriptedTransport([
      "POST v1/reviews": .json([
        "items": [
          ["submission": "sub_1", "problem": ["type": "/problems/already-reviewed", "title": "Done before"]]
        ]
      ])
    ])
    #expect(CommandRun(["review", "reject", "sub_1", "--reason", "shared host"], answers).status == .failure)
  }

  @Test(arguments: [
    (
      ["approve", "sub_1"],
      "--criteria-all-met or --answer KEY=yes is missing; see cordon review approve --help"
    ),
    (
      ["approve", "--criteria-all-met"],
      "ID… or --all (one of the two) is missing; see cordon review approve --help"
    ),
    (["reject", "sub_1"], "--reason is missing; see cordon review reject --help"),
  ])
  func `what a decision needs is asked for`(words: [String], line: String) {
    #expect(CommandRun(["review"] + words).complaints == ["cordon: " + line])
  }

  @Test func `an answer to no criterion names the criteria`() {
    let answers = ScriptedTransport(["GET v1/criteria": criteria])
    let run = CommandRun(["review", "approve", "sub_1", "--answer", "odd=yes"], answers)
    #expect(run.complaints == ["cordon: --answer odd: expected one of real, young"])
  }

  @Test func `the queue shows what the server shows, a line each`() {
    let item: JSONValue = [
      "id": "sub_7", "entry": "b••.example", "scope": "subtree", "agency": "police-jm", "country": "JM",
      "approvals": [["country": "TT"]],
    ]
    let answers = ScriptedTransport(["GET v1/reviews/queue": .json(["items": [item], "next": 7])])
    #expect(
      CommandRun(["review", "list"], answers).output == """
        sub_7  b••.example subtree  from police-jm (JM), approved by TT
        1 shown
        more: cordon review list --after 7

        """)
  }
}
