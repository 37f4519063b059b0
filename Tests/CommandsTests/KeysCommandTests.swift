// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Commands
import Cryptography
import FoundationEssentials
import ListFollowing
import SignedManifests
import StrictJSON
import Testing

@Suite final class KeysCommandTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
    for name in ["one", "two", "three", "four", "online"] {
      let run = CommandRun(["keys", "new", "--out", path(name + ".pem"), "--name", name])
      #expect(run.status == .success)
    }
  }

  private func path(_ name: String) -> String { directory.path + "/" + name }

  private func genesis() throws -> UnverifiedMetadata<Root> {
    let run = CommandRun(
      ["keys", "genesis", "--online", path("online.pub"), "--threshold", "2", "--out", path("root.json")]
        + ["one", "two", "three"].flatMap { ["--holder", path($0 + ".pub")] } + [
          "--sign-with", path("one.pem"),
        ])
    #expect(run.status == .success)
    #expect(CommandRun(["keys", "sign", "--key", path("two.pem"), path("root.json")]).status == .success)
    return try UnverifiedMetadata<Root>(parsing: Array(try directory.text("root.json").utf8))
  }

  @Test func `a private key is its owner's alone and never overwritten`() throws {
    #expect(try directory.permissions("one.pem") == 0o600)
    let before = try directory.text("one.pem")
    let run = CommandRun(["keys", "new", "--out", path("one.pem")])
    #expect(run.complaints == ["cordon: \(path("one.pem")) exists already; a key is never overwritten"])
    #expect(try directory.text("one.pem") == before)
    #expect(!(try directory.text("one.pub")).contains("PRIVATE"))
  }

  @Test func `a passphrase encrypts the key and is needed to sign`() throws {
    try LocalFileSystem().replace(path("phrase"), with: Array("correct horse\n".utf8), permissions: 0o600)
    let made = CommandRun(["keys", "new", "--out", path("five.pem"), "--passphrase-file", path("phrase")])
    #expect(made.status == .success)
    #expect(try directory.text("five.pem").contains("ENCRYPTED"))
    _ = try genesis()
    #expect(CommandRun(["keys", "sign", "--key", path("five.pem"), path("root.json")]).status == .failure)
    let signed = CommandRun(
      ["keys", "sign", "--key", path("five.pem"), "--passphrase-file", path("phrase"), path("root.json")])
    #expect(signed.status == .success)
  }

  @Test func `a first root meets its own threshold`() throws {
    let root = try genesis()
    #expect(try root.verifiedBySelf().signed.version == 1)
    #expect(root.signed[.root].keyids.count == 3)
    let shown = CommandRun(["keys", "show", path("root.json")]).output
    #expect(shown.hasPrefix("root version 1, valid until 2027-"))
    #expect(shown.contains("(one)") && shown.contains("  root: 2 of 3: "))
  }

  private func server(_ root: UnverifiedMetadata<Root>) throws -> ScriptedTransport {
    ScriptedTransport([
      "GET v1/keys/root": .json(["version": 1, "metadata": try JSONValue(parsing: root.encoded)]),
      "POST v1/keys/root/proposals": .json([:], 201),
      "POST v1/keys/root/proposal/publish": .json(["version": 2], 201),
    ])
  }

  @Test func `rotating signs here, says what changes, and meets the old and the new threshold`() throws {
    let root = try genesis()
    let answers = try server(root)
    let run = CommandRun(
      [
        "keys", "rotate", "--sign-with", path("one.pem"), "--sign-with", path("two.pem"), "--replace",
        "\(path("three.pub"))=\(path("four.pub"))", "--root", path("root.json"),
      ], answers)
    #expect(run.status == .success, "\(run.complaints)")
    #expect(run.output.contains("(three) leaves") && run.output.contains("(four) joins"))
    #expect(run.output.hasSuffix("root version 2 is in force\n"))
    let proposed = try #require(answers.requests.dropLast().last?.body)
    let next = try UnverifiedMetadata<Root>(parsing: proposed)
    #expect(try next.verified(following: root.verifiedBySelf()).signed.version == 2)
    #expect(!answers.requests.contains { String(decoding: $0.body ?? [], as: UTF8.self).contains("PRIVATE") })
  }

  @Test func `a rotation short of signatures stays proposed`() throws {
    let answers = try server(try genesis())
    let run = CommandRun(["keys", "rotate", "--sign-with", path("one.pem")], answers)
    #expect(run.output.contains("signed by 1 of 2 needed from the present holders"))
    #expect(run.output.contains("proposed; the other holders go on with"))
    #expect(answers.requests.map(\.path).last == "v1/keys/root/proposals")
  }

  @Test func `a server with a root the holders did not sign is refused`() throws {
    _ = try genesis()
    let stranger = Root.initial(
      root: [KeySigner(try PrivateKey.generate(.ed25519)).key], rootThreshold: 1,
      online: [KeySigner(try PrivateKey.generate(.ed25519)).key], expires: .distantFuture)
    var other = try UnverifiedMetadata(stranger)
    try other.sign(with: KeySigner(try PrivateKey.generate(.ed25519)))
    let answers = try server(other)
    let run = CommandRun(
      ["keys", "rotate", "--sign-with", path("one.pem"), "--root", path("root.json")], answers)
    #expect(run.status == .refused)
  }
}
