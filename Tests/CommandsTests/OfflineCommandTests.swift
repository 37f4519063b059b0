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
