// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Commands
import HTTPMessages
import ListFollowing
import StrictJSON
import Testing

@Suite struct SubmitCommandTests {
  @Test func `standard input goes as it is, and the result is summed up`() {
    let answers = ScriptedTransport([
      "POST v1/submissions": .json(
        [
          "list": "worst-of", "accepted": 2, "joined": 1, "refused": 1,
          "items": [
            ["line": 1, "outcome": "created", "id": "sub_1"],
            ["line": 2, "outcome": "joined", "id": "sub_2"],
            [
              "line": 4, "outcome": "refused",
              "refusal": ["rule": "ip-address", "column": 8, "detail": "No addresses."],
            ],
          ],
        ], 201)
    ])
    let run = CommandRun(
      ["submit", "-", "--mode", "each", "--case-reference", "A 1"], answers, input: "x\ny\n")
    #expect(run.status == .success)
    #expect(
      run.output == """
        accepted 2: 1 new, 1 joined to earlier reports; refused 1
          line 1: created sub_1
          line 2: joined sub_2
          line 4, column 8: ip-address: No addresses.

        """)
    let request = answers.requests[0]
    #expect(request.path == "v1/submissions?list=worst-of&mode=each&case_reference=A%201")
    #expect(request.body == Array("x\ny\n".utf8))
    #expect(request.fields["content-type"] == "text/plain")
    #expect(request.fields["idempotency-key"]?.count == 32)
  }

  @Test func `a refused batch names every line, column and rule`() {
    let answers = ScriptedTransport([
      "POST v1/submissions": .json(
        [
          "type": "/problems/submission-refused", "title": "The submission is refused", "status": 422,
          "items": [
            ["line": 3, "outcome": "refused", "refusal": ["rule": "onion", "column": 1, "detail": ""]]
          ],
        ], 422)
    ])
    let run = CommandRun(["submit", "-"], answers)
    #expect(run.status == .failure)
    #expect(
      run.complaints == [
        "cordon: refused (submission-refused): The submission is refused",
        "cordon:   line 3, column 1: onion",
      ])
  }

  @Test(arguments: [
    ("a.csv", nil, "text/csv"), ("a.json", nil, "application/json"), ("a.txt", "csv", "text/csv"),
  ])
  func `the type goes by the ending unless it is given`(name: String, type: String?, expected: String) throws
  {
    let directory = try TemporaryDirectory()
    try LocalFileSystem().replace(directory.path + "/" + name, with: [], permissions: 0o600)
    let answers = ScriptedTransport(["POST v1/submissions": .json([:], 201)])
    let words = ["submit", directory.path + "/" + name] + (type.map { ["--type", $0] } ?? [])
    #expect(CommandRun(words, answers).status == .success)
    #expect(answers.requests[0].fields["content-type"] == expected)
  }

  @Test func `a missing file and an unreachable server each take one line`() {
    #expect(
      CommandRun(["submit", "/nowhere/x.csv"]).complaints == [
        "cordon: cannot read /nowhere/x.csv: no such file"
      ])
    #expect(
      CommandRun(["submit", "-"]).complaints == ["cordon: cannot reach the server: nothing listens there"])
  }
}
