// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Cryptography
import FoundationEssentials
import SignedManifests
import StrictJSON
import Testing

struct MetadataTests {
  @Test func `unknown fields survive reading, changing and writing`() throws {
    let simulator = try RepositorySimulator()
    var signed = simulator.root.signed.signed
    signed["x-new"] = ["a": 1]
    var keys = try #require(signed["keys"]?.objectValue)
    let keyid = try #require(keys.keys.first)
    var key = try #require(keys[keyid]?.objectValue)
    key["x-key"] = "kept"
    keys[keyid] = .object(key)
    signed["keys"] = .object(keys)
    var root = try Root(signed: .object(signed))
    root.version = 9
    #expect(root.signed["x-new"] == ["a": 1])
    #expect(root.signed["keys"]?[keyid]?["x-key"] == "kept")
    #expect(root.signed["version"] == 9)
  }

  @Test(arguments: [
    ("version", JSONValue.integer(0)), ("version", "1"), ("version", 1.5), ("expires", "tomorrow"),
    ("spec_version", "2.0.0"), ("spec_version", "1"), ("_type", "targets"), ("meta", .array([])),
    ("meta", .null),
  ])
  func `a field of the wrong shape is refused`(name: String, value: JSONValue) throws {
    let timestamp = Timestamp(
      version: 1, expires: RepositorySimulator.start, snapshot: FileDescription(version: 1))
    var signed = timestamp.signed
    _ = try Timestamp(signed: .object(signed))
    signed[name] = value
    #expect(throws: ManifestRefusal.self) { try Timestamp(signed: .object(signed)) }
  }

  @Test(arguments: [KeyAlgorithm.ed25519, .ecdsaP256])
  func `a role signed by any known algorithm is verified`(algorithm: KeyAlgorithm) throws {
    let signer = KeySigner(try PrivateKey.generate(algorithm))
    var metadata = try UnverifiedMetadata(
      Timestamp(version: 1, expires: RepositorySimulator.start, snapshot: FileDescription(version: 1)))
    try metadata.sign(with: signer)
    let role = RoleKeys(keyids: [signer.keyid], threshold: 1)
    let again = try UnverifiedMetadata<Timestamp>(parsing: metadata.encoded)
    _ = try again.verified(by: role, keys: [signer.keyid: signer.key])
    #expect(throws: ManifestRefusal.self) { try again.verified(by: role, keys: [:]) }
  }

  @Test(arguments: [
    ("worst-of/*/entries.txt", "worst-of/3/entries.txt", true), ("*", "a/b", false), ("*", "ab", true),
    ("a?c", "abc", true), ("a?c", "a/c", false), ("a*b*c", "aXbYbZc", true), ("a*b", "ac", false),
    ("[a-c]x", "bx", true), ("[!a-c]x", "bx", false), ("", "", true),
    ("[]]x", "]x", true), ("[!]]x", "]x", false), ("[!]]x", "ax", true), ("[x", "[x", true), ("[", "[", true),
    ("[!", "[!", true), ("[]", "[]", true),
  ])
  func `a path pattern matches within segments alone`(pattern: String, path: String, expected: Bool) {
    let role = DelegatedRole(
      name: "r", keys: RoleKeys(keyids: [], threshold: 1), paths: .patterns([pattern]))
    #expect(role.covers(path) == expected)
  }

  @Test func `metadata a thousand levels deep or a million octets long is refused`() {
    let deep = String(repeating: "[", count: 1000) + String(repeating: "]", count: 1000)
    #expect(throws: ManifestRefusal.self) { try UnverifiedMetadata<Root>(parsing: Array(deep.utf8)) }
    #expect(throws: ManifestRefusal.tooLarge(name: "root", limit: 512_000)) {
      try UnverifiedMetadata<Root>(
        parsing: [UInt8](repeating: 0x20, count: 1_000_000), maximumOctets: 512_000)
    }
  }
}
