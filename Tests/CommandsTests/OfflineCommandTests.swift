// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Commands
import Foundation
import ListFollowing
import Testing

@Suite struct OfflineCommandTests {
  @Test func `names are checked a line in, an object out`() {
    let input = "hxxps://www[.]bad[.]example/a\n\n\"bad.test\"\r\nhttp://192.0.2.1/\n"
    let run = CommandRun(["names", "--allow-reserved"], input: input)
    let lines = run.output.split(separator: "\n")
    #expect(run.status == .refused)
    #expect(lines.count == 3)
    #expect(
      lines[0].contains(
        #""host":"www.bad.example","registrable":"bad.example","scope":"subtree","refusal":null"#))
    #expect(lines[1].contains(#""host":"bad.test""#))
    #expect(lines[2].contains(#""rule":"ip-address""#))
  }

  @Test func `a text file is read as the server reads one`() {
    let input =
      "\u{FEFF}bad.example\n# a comment\n  # one more\n \t \n\r\ngood.example\t\r\n\t http://192.0.2.1/  \n"
      + String(repeating: "x", count: 65_536) + "\n#" + String(repeating: "x", count: 65_536) + "\n"
    let lines = CommandRun(["names", "--allow-reserved"], input: input).output.split(separator: "\n")
    #expect(lines.count == 5)
    #expect(lines[0].contains(#""input":"bad.example","host":"bad.example""#))
    #expect(lines[1].contains(#""host":"good.example""#))
    // Columns count from the beginning of the line.
    #expect(lines[2].contains(#""rule":"ip-address","column":10"#))
    #expect(lines[3].contains(#""rule":"field-too-long""#))
    #expect(lines[4].contains(#""rule":"item-too-long""#))
  }

  @Test func `what covers public suffixes is refused, by the list that is given`() throws {
    let directory = try TemporaryDirectory()
    let path = directory.path + "/list.dat"
    try LocalFileSystem().replace(path, with: Array("app.harbour.example\n".utf8), permissions: 0o600)
    let words = ["names", "--allow-reserved", "--public-suffixes", path]
    let run = CommandRun(words, input: "https://www.harbour.example/\nquay.harbour.example\n")
    let lines = run.output.split(separator: "\n")
    #expect(run.status == .refused && lines.count == 2)
    #expect(lines[0].contains(#""host":"www.harbour.example","registrable":"harbour.example","scope":null"#))
    #expect(
      lines[0].contains(#""rule":"scope-covers-public-suffix""#) && lines[0].contains("app.harbour.example"))
    #expect(lines[1].contains(#""scope":"subtree","refusal":null"#))
    let missing = CommandRun(["names", "--public-suffixes", directory.path + "/none"], input: "a.example\n")
    #expect(missing.status == .failure && missing.complaints.joined().contains("package publicsuffix"))
  }

  @Test func `status tells never synced, current, stale and refused apart by exit code`() throws {
    let directory = try TemporaryDirectory()
    func write(_ success: String?, _ outcome: String) throws {
      let applied = #""applied":{"version":3,"length":0,"sha256":"\#(String(repeating: "0", count: 64))"}"#
      let last = success.map { #","last_success":"\#($0)",\#(applied)"# } ?? ""
      let text =
        #"{"format":1,"list":"worst-of"\#(last),"last_attempt":{"at":"2026-09-21T14:00:00Z","outcome":"\#(outcome)","check":"delta-digest"}}"#
      try LocalFileSystem().replace(
        directory.path + "/state.json", with: Array(text.utf8), permissions: 0o600)
    }
    let words = ["status", "--state", directory.path]
    #expect(CommandRun(words).status == .neverSynced)
    // The clock of the runs stands at 2026-09-21T14:13:20Z.
    try write("2026-09-21T14:00:00Z", "current")
    #expect(CommandRun(words).status == .success)
    #expect(CommandRun(words).output.hasPrefix("current: worst-of version 3\n"))
    #expect(CommandRun(words + ["--max-age", "799"]).status == .failure)
    try write("2026-09-21T14:00:00Z", "refused")
    #expect(CommandRun(words).status == .refused)
    #expect(CommandRun(words).output.contains("refused (delta-digest)"))
    try write(nil, "unreachable")
    #expect(CommandRun(words).status == .neverSynced)
  }

  @Test(arguments: [
    (
      ["--state", "s", "--output", "bogus=x"], "--output bogus: expected FORMAT=PATH with one of entries.txt"
    ),
    (["--state", "s", "--output", "rpz.zone"], "--output rpz.zone: expected KEY=VALUE"),
    (["--state", "s", "--list", "No List"], "--list No List: expected a list's name"),
    (["--output", "rpz.zone=x"], "--state is missing"),
    (["--state", "s", "--zone", "Not.A.Zone"], "--zone Not.A.Zone: expected a domain name in lower case"),
    (["--state", "s", "--stop-page", "stop.example"], "--stop-page stop.example: expected NAME,IPV4"),
  ])
  func `follow says which option is wrong before it does anything`(words: [String], line: String) {
    let run = CommandRun(["follow", "--once"] + words)
    #expect(run.status == .failure)
    #expect(run.complaints.count == 1)
    #expect(run.complaints.first?.hasPrefix("cordon: " + line) == true, "\(run.complaints)")
  }

  @Test func `with --splay, follow waits a while at random first, but only a round of its own does`() throws {
    let directory = try TemporaryDirectory()
    let words = ["follow", "--state", directory.path + "/state", "--root", directory.path + "/none.json"]
    var waits: Set<String> = []
    for _ in 0..<40 {
      let run = CommandRun(words + ["--once", "--splay", "3"])
      #expect(run.waits.count == 1)
      waits.formUnion(run.waits)
    }
    #expect(waits.isSubset(of: ["0", "1", "2", "3"]) && waits.count > 1)
    #expect(CommandRun(words + ["--once"]).waits.isEmpty)
    #expect(CommandRun(words + ["--splay", "3"]).complaints.joined().contains("--splay goes with --once"))
    #expect(CommandRun(words + ["--once", "--splay", "86401"]).waits.isEmpty)
  }

  @Test func `follow ends with 1 when the server cannot be reached`() throws {
    let directory = try TemporaryDirectory()
    try LocalFileSystem().replace(directory.path + "/root.json", with: Array("{}".utf8), permissions: 0o600)
    let run = CommandRun([
      "follow", "--once", "--state", directory.path + "/state", "--root", directory.path + "/none.json",
    ])
    #expect(run.status == .failure)
    #expect(run.complaints == ["cordon: worst-of: cannot read \(directory.path)/none.json: no such file"])
    let bad = CommandRun([
      "follow", "--once", "--state", directory.path + "/state", "--root", directory.path + "/root.json",
    ])
    #expect(bad.status == .refused)
  }
}
