// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Commands
import Foundation
import ListFollowing
import StrictJSON
import Testing

@Suite struct GuardCommandTests {
  private func check(_ text: String, _ words: [String] = []) -> CommandRun {
    CommandRun(["admin", "import-guards", "--check"] + words + ["-"], input: text)
  }

  @Test func `a file in form is counted and nothing is sent`() {
    let run = check(
      "# of the desk\nname,level,reason\r\n\nbank.example,never,a bank, and more\nshared.example,narrow\n")
    #expect(run.status == .success)
    #expect(run.output == "-: 2 names, 1 never and 1 narrow\n")
    let ranking = check("rank,name\n1,a.example\n2,b.example\n", ["--top-sites", "narrow"])
    #expect(ranking.output == "-: 2 names, 0 never and 2 narrow\n")
  }

  @Test(arguments: [
    ("bank.example,never,x\n", "line 1: the first line says name,level,reason"),
    (
      "name,level,reason\nbank.example,often,x\n",
      "line 2: name,level,reason is wanted, level never or narrow"
    ),
    ("name,level,reason\nbank.example\n", "line 2: name,level,reason is wanted, level never or narrow"),
    ("name,level,reason\n\nBank.example,never,x\n", "line 3: The canonical spelling is bank.example."),
    ("name,level,reason\nexample,never,x\n", "line 2: a guard on a top-level name would guard all below it"),
    ("name,level\na.example,never\na.example,narrow\n", "line 3: a.example stands in line 2 already"),
    ("name,level\n", "holds no name"),
  ]) func `the first line of another form refuses the file`(text: String, words: String) {
    let run = check(text)
    #expect(run.status == .failure && run.output.isEmpty)
    #expect(run.complaints.first?.contains(words) == true, "\(run.complaints)")
  }

  @Test(arguments: [
    ("1,a.example\nx,b.example\n", "line 2: before the comma stands a rank in digits"),
    ("1,a.example\n2,example\n", "line 2: a guard on a top-level name would guard all below it"),
  ]) func `a ranking too`(text: String, words: String) {
    let run = check(text, ["--top-sites", "never"])
    #expect(run.status == .failure)
    #expect(run.complaints.first?.contains(words) == true, "\(run.complaints)")
    #expect(check(text, ["--top-sites", "often"]).complaints.first?.contains("never or narrow") == true)
  }

  @Test func `the limit of one import holds at its edge, before anything is sent`() {
    func ranking(_ count: Int) -> String { (1...count).map { "\($0),s\($0).example\n" }.joined() }
    let over = CommandRun(["admin", "import-guards", "--top-sites", "narrow", "-"], input: ranking(100_001))
    #expect(over.status == .failure)
    #expect(over.complaints.first?.contains("guard.top_sites") == true)
  }

  @Test func `an import lowers no guard unless told to`() {
    let answers = ScriptedTransport([
      "GET v1/guard": .json([
        "items": [
          ["name": "a.example", "level": "never", "reason": "registry"],
          ["name": "b.example", "level": "narrow", "reason": "shared"],
        ]
      ]), "POST v1/guard": .json(["guarded": 2, "still_listed": ["count": 0, "entries": []]], 201),
    ])
    let words = ["admin", "import-guards", "--top-sites", "narrow", "-"]
    let ranking = "1,a.example\n2,b.example\n"
    let refused = CommandRun(words, answers, input: ranking)
    #expect(refused.status == .failure && answers.lastBody == nil)
    #expect(refused.complaints.first?.contains("lower 1 name(s) from never to narrow: a.example;") == true)
    #expect(CommandRun(words + ["--lower"], answers, input: ranking).status == .success)
    #expect(answers.lastBody != nil)
  }
}
