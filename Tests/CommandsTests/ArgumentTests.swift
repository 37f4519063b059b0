// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Commands
import StrictJSON
import Synchronization
import Testing

@Suite struct ArgumentTests {
  private let options: [OptionSpecification] = [
    .value("list", "NAME", "a list"), .value("output", "F=P", "an output", repeats: true),
    .flag("once", "once"),
  ]

  private func parse(_ words: [String]) throws -> Arguments {
    try Arguments(words, options: options, command: "follow")
  }

  @Test func `options and operands come in any order and both spellings`() throws {
    let arguments = try parse([
      "a", "--list", "x", "--output=p=q", "--once", "--output", "r", "-", "--", "--list",
    ])
    #expect(arguments.value("list") == "x")
    #expect(arguments.all("output") == ["p=q", "r"])
    #expect(arguments.has("once"))
    #expect(arguments.operands == ["a", "-", "--list"])
  }

  @Test(arguments: [
    (["--nope"], "unknown option --nope; see cordon follow --help"),
    (["-x"], "unknown option -x; see cordon follow --help"),
    (["--list"], "--list needs a value"),
    (["--once=yes"], "--once takes no value"),
    (["--list", "a", "--list", "b"], "--list may be given once only"),
    (["--once", "--once"], "--once may be given once only"),
  ])
  func `a wrong command line is refused in one line that names the part`(words: [String], line: String) {
    #expect(throws: CommandFailure(line)) { try parse(words) }
  }

  @Test func `numbers and pairs are checked`() throws {
    let arguments = try parse(["--list", "7", "--output", "nothing"])
    #expect(try arguments.integer("list", in: 0...7) == 7)
    #expect(throws: CommandFailure("--list 7: expected a whole number from 0 to 6")) {
      try arguments.integer("list", in: 0...6)
    }
    #expect(throws: CommandFailure("--output nothing: expected KEY=VALUE")) { try arguments.pairs("output") }
  }

  @Test func `unknown commands name the known ones`() {
    #expect(
      CommandRun(["bogus"]).complaints == [
        "cordon: unknown command \"bogus\"; known here: submit, answer, review, admin, follow, hold, status, bundle, mirror, names, tuf, login, keys"
      ])
    #expect(
      CommandRun(["review"]).complaints == [
        "cordon: review needs one of: list, claim, unclaim, second-look, due, renew, approve, reject, needs-information"
      ])
    #expect(CommandRun(["review", "frob"]).status == .failure)
  }

  @Test(arguments: Program.commands.map(\.path))
  func `every command explains itself with an example`(path: [String]) {
    let run = CommandRun(path + ["--help"])
    #expect(run.status == .success)
    #expect(run.output.hasPrefix("usage: cordon \(path.joined(separator: " "))"))
    #expect(run.output.contains("examples:\n  cordon ") || run.output.contains("examples:\n  printf "))
  }

  @Test func `options outrank the environment, and a named credential any in it`() {
    let seen = Mutex<ConnectionSettings?>(nil)
    let answers = ScriptedTransport(["GET v1/audit": .json(["items": []])])
    let run = CommandRun(
      ["admin", "audit", "--server", "https://other.test", "--cert", "c", "--key", "k"], answers
    ) { settings in seen.withLock { $0 = settings } }
    #expect(run.status == .success)
    let settings = seen.withLock { $0 }
    #expect(settings?.server == "https://other.test")
    #expect(settings?.authorityFile == "/ca.pem")
    #expect(settings?.certificateFile == "c" && settings?.tokenFile == nil)
  }

  @Test(arguments: [
    ("http://127.0.0.1:80", true), ("http://localhost/x", true), ("http://[::1]:8443", true),
    ("http://localhost.evil.example", false), ("http://127.0.0.1@evil.example", false),
    ("http://10.0.0.1", false),
  ])
  func `only this very machine counts as loopback`(server: String, expected: Bool) {
    #expect(ConnectionSettings(server: server).isLoopback == expected)
  }

  @Test func `a server is needed, and a certificate its key`() {
    #expect(
      CommandRun(["admin", "audit"], environment: [:]).complaints == [
        "cordon: --server (or CORDON_SERVER) is missing; see cordon admin audit --help"
      ])
    #expect(
      CommandRun(["admin", "audit", "--cert", "c"]).complaints == [
        "cordon: --cert and --key (CORDON_CERT and CORDON_KEY) go together"
      ])
  }
}
