// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Cryptography
import FoundationEssentials
import SignedManifests
import StrictJSON
import Testing

struct ForeignRepositoryTests {
  private static let now = Date(timeIntervalSince1970: 1_800_000_000)
  private let files = ForeignRepository.files.mapValues { Array($0.utf8) }

  private func refresh(_ files: [String: [UInt8]]) throws -> TrustedRepository {
    var workflow = try ClientWorkflow(trustedRoot: files["1.root.json"] ?? [], now: Self.now)
    while true {
      switch workflow.nextAction {
      case .done(let trusted): return trusted
      case .refused(let refusal): throw refusal
      case .fetch(let request):
        if let octets = files[request.path] {
          _ = try workflow.receive(octets)
        } else {
          _ = try workflow.receiveMissing()
        }
      }
    }
  }

  @Test func `what python-tuf signed with Ed25519, ECDSA and RSA-PSS keys is trusted`() throws {
    let trusted = try refresh(files)
    let keys = trusted.root.signed.keys.values
    #expect(Set(keys.compactMap(\.publicKey?.algorithm)) == [.ed25519, .ecdsaP256, .rsaPSS])
    #expect(trusted.root.signed[.timestamp].threshold == 3)
    let target = try trusted.target("worst-of/1/entries.txt")
    try trusted.verify(Array("bad.example\n".utf8), as: "entries", target)
    #expect(throws: ManifestRefusal.wrongHash(name: "entries")) {
      try trusted.verify(Array("bed.example\n".utf8), as: "entries", target)
    }
  }

  @Test(arguments: 0..<3)
  func `without any one of the three signatures it is not`(index: Int) throws {
    for (name, octets) in files {
      var envelope = try #require(JSONValue(parsing: octets).objectValue)
      var signatures = try #require(envelope["signatures"]?.arrayValue)
      var signature = try #require(signatures[index].objectValue)
      let digits = try #require(signature["sig"]?.stringValue)
      signature["sig"] = .string(String(digits.dropLast()) + (digits.hasSuffix("0") ? "1" : "0"))
      signatures[index] = .object(signature)
      envelope["signatures"] = .array(signatures)
      var attacked = files
      attacked[name] = JSONValue.object(envelope).encoded()
      let refusal = #expect(throws: ManifestRefusal.self) { try refresh(attacked) }
      #expect(refusal?.check == "signature-threshold")
    }
  }
}
