// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Commands
import Cryptography
import Foundation
import HTTPMessages
import ListFollowing
import SignedManifests
import StrictJSON
import Testing

/// Approvals and renewals signed on the reviewer's machine.
@Suite struct SignedReviewCommandTests {
  private let directory: TemporaryDirectory
  private let key: PrivateKey

  init() throws {
    directory = try TemporaryDirectory()
    key = try PrivateKey(ed25519Seed: [UInt8](repeating: 5, count: 32))
    try key.pem().write(toFile: directory.path + "/tt.pem", atomically: true, encoding: .utf8)
    try key.pem(passphrase: "sesame").write(
      toFile: directory.path + "/locked.pem", atomically: true, encoding: .utf8)
    try "sesame\n".write(toFile: directory.path + "/passphrase", atomically: true, encoding: .utf8)
  }

  private static let decided = "2026-09-21T14:13:20Z"
  private static let text = """
    cordon-approval 1
    list worst-of
    entry .bad.example
    criteria baseline/2
    submitted 2026-09-20T00:00:00Z
    decided \(decided)
    agency police-tt
    country TT

    """

  private static func parts(_ text: String = text, submission: String = "sub_1") -> JSONValue {
    [
      "submission": .string(submission), "sequence": 1, "list": "worst-of", "entry": ".bad.example",
      "criteria": ["id": "baseline", "version": 2], "submitted_at": "2026-09-20T00:00:00Z",
      "decided_at": .string(decided), "agency": "police-tt", "country": "TT", "text": .string(text),
    ]
  }

  private static func answers(_ text: String = text) -> ScriptedTransport {
    ScriptedTransport([
      "GET v1/criteria": .json([
        "items": [["id": "baseline", "version": 2, "items": [["key": "real"]]]]
      ]),
      "GET v1/submissions/sub_1/approval-text": .json(parts(text)),
      "GET v1/reviews/approval-texts": .json(["items": [parts(text)], "next": nil]),
      "GET v1/entries/ent_1/approval-text": .json(parts(text)),
      "GET v1/reviews/due": .json(["items": [["id": "ent_1"]], "next": nil]),
      "POST v1/reviews": .json(["items": [["submission": "sub_1", "state": "open"]]]),
      "POST v1/entries/ent_1/renew": .json(["id": "ent_1", "lease_until": "2026-12-20T00:00:00Z"]),
    ])
  }

  private func expectSigned(_ signature: JSONValue?) throws {
    let octets = try #require(Data(base64Encoded: signature?["sig"]?.stringValue ?? ""))
    #expect(key.publicKey.verify(signature: Array(octets), message: Array(Self.text.utf8)))
    #expect(signature?["decided_at"] == .string(Self.decided))
    #expect(signature?["keyid"] == .string(ManifestKey(key.publicKey).keyid))
  }

  @Test(arguments: [
    ["sub_1", "--sign-with", "tt.pem"], ["--all", "--sign-with", "tt.pem"],
    ["sub_1", "--sign-with", "locked.pem", "--passphrase-file", "passphrase"],
  ])
  func `an approval is signed with the agency's key, also an encrypted one`(words: [String]) throws {
    let paths = words.map { $0.hasSuffix(".pem") || $0 == "passphrase" ? directory.path + "/" + $0 : $0 }
    let answers = Self.answers()
    let run = CommandRun(["review", "approve", "--criteria-all-met"] + paths, answers)
    #expect(run.status == .success, "\(run.complaints)")
    let review = answers.lastBody?["reviews"]?.arrayValue?.first
    #expect(review?["submission"] == "sub_1")
    try expectSigned(review?["signature"])
    #expect(run.output.contains("signed for .bad.example") == words.contains("sub_1"))
  }

  @Test func `a text that is not made of the parts shown is not signed, and nothing is sent`() throws {
    let other = Self.text.replacing(".bad.example", with: ".victim.example")
    let answers = Self.answers(other)
    let run = CommandRun(
      ["review", "approve", "sub_1", "--criteria-all-met", "--sign-with", directory.path + "/tt.pem"], answers
    )
    #expect(run.status == .failure)
    #expect(run.complaints.joined().contains("nothing was signed"))
    #expect(!answers.requests.contains { $0.method == .post })
  }

  @Test func `a text for other criteria or another list than asked for is not signed`() throws {
    let path = directory.path + "/tt.pem"
    let run = CommandRun(
      ["review", "approve", "sub_1", "--criteria-all-met", "--list", "other", "--sign-with", path],
      Self.answers())
    #expect(run.status == .failure && run.complaints.joined().contains("another list"))
  }

  @Test func `a renewal is signed too, one by one or all that are due`() throws {
    let path = directory.path + "/tt.pem"
    for words in [["ent_1"], ["--due"]] {
      let answers = Self.answers()
      let run = CommandRun(["review", "renew", "--days", "30", "--sign-with", path] + words, answers)
      #expect(run.output == "ent_1: signed for .bad.example\nent_1: until 2026-12-20T00:00:00Z\n")
      #expect(answers.lastBody?["days"] == 30)
      try expectSigned(answers.lastBody?["signature"])
    }
    let plain = Self.answers()
    #expect(CommandRun(["review", "renew", "ent_1"], plain).output == "ent_1: until 2026-12-20T00:00:00Z\n")
    #expect(plain.lastBody == [:])
    #expect(CommandRun(["review", "renew"], plain).status == .failure)
  }

  @Test func `what is due is shown`() {
    let answers = ScriptedTransport([
      "GET v1/reviews/due": .json([
        "items": [
          ["id": "ent_1", "entry": ".b••.example", "scope": "subtree", "lease_until": "2026-12-20T00:00:00Z"]
        ], "next": nil,
      ])
    ])
    #expect(
      CommandRun(["review", "due"], answers).output
        == "ent_1  .b••.example  subtree  until 2026-12-20T00:00:00Z\n1 shown\n")
  }

  @Test func `an agency's key is put on record from PEM, and ended`() throws {
    let pem = directory.path + "/public.pem"
    try key.publicKey.pem.write(toFile: pem, atomically: true, encoding: .utf8)
    let keyid = ManifestKey(key.publicKey).keyid
    let record: JSONValue = [
      "keyid": .string(keyid), "agency": "police-tt", "public_key": "", "valid_from": "2026-01-01T00:00:00Z",
      "valid_until": nil,
    ]
    let answers = ScriptedTransport([
      "POST v1/agency-keys": .json(record, 201), "POST v1/agency-keys/\(keyid)/end": .json(record),
    ])
    let added = CommandRun(["admin", "add-agency-key", "--agency", "police-tt", "--public", pem], answers)
    #expect(added.output == "\(keyid)  police-tt  from 2026-01-01T00:00:00Z\n", "\(added.complaints)")
    #expect(
      answers.lastBody?["public_key"] == .string(Hex.encode(try #require(key.publicKey.ed25519Octets))))
    let ended = CommandRun(
      ["admin", "end-agency-key", keyid, "--reason", "stolen", "--from", "2026-01-01T00:00:00Z"], answers)
    #expect(ended.status == .success)
    #expect(answers.lastBody == ["reason": "stolen", "from": "2026-01-01T00:00:00Z"])
  }
}
