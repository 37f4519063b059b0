// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Cryptography
import FoundationEssentials
import SignedManifests
import Testing

/// What is known to be good is not computed again, and lets nothing pass that is not.
///
/// Every other attack runs with it as well: `FollowerSimulator` gives all its refreshes the same.
struct VerifiedSignaturesTests {
  let verified = VerifiedSignatures()
  let holders: [KeySigner]
  let role: RoleKeys
  let keys: [String: ManifestKey]
  let signed: UnverifiedMetadata<Timestamp>

  init() throws {
    holders = try [RepositorySimulator.key("one"), RepositorySimulator.key("two")]
    role = RoleKeys(keyids: holders.map(\.keyid), threshold: 2)
    keys = Dictionary(uniqueKeysWithValues: holders.map { ($0.keyid, $0.key) })
    var metadata = try UnverifiedMetadata(Self.timestamp(1))
    for holder in holders { try metadata.sign(with: holder) }
    signed = metadata
  }

  private static func timestamp(_ version: Int64) -> Timestamp {
    Timestamp(
      version: version, expires: RepositorySimulator.start, snapshot: FileDescription(version: version))
  }

  private func valid(_ metadata: UnverifiedMetadata<Timestamp>) throws {
    _ = try metadata.verified(by: role, keys: keys, verified: verified)
  }

  private let notMet = ManifestRefusal.thresholdNotMet(role: "timestamp", valid: 1, needed: 2)

  @Test func `a second poll with nothing new computes no signature`() throws {
    let repository = try RepositorySimulator()
    var follower = FollowerSimulator(repository)
    try follower.refresh(repository)
    let computed = follower.verified.count
    #expect(computed == 5)
    try follower.refresh(repository)
    #expect(follower.verified.count == computed)
  }

  @Test func `a known signature is worth nothing over another message`() throws {
    try valid(signed)
    var other = try UnverifiedMetadata(Self.timestamp(2))
    for signature in signed.signatures { other.add(signature) }
    #expect(throws: ManifestRefusal.thresholdNotMet(role: "timestamp", valid: 0, needed: 2)) {
      try valid(other)
    }
  }

  @Test func `a known signature is worth nothing under another key`() throws {
    try valid(signed)
    var other = signed
    other.add(ManifestSignature(keyid: holders[1].keyid, sig: signed.signatures[0].sig))
    #expect(throws: notMet) { try valid(other) }
  }

  @Test func `another signature by a known key over a known message is computed`() throws {
    try valid(signed)
    var other = signed
    let octets = try PrivateKey.generate(.ed25519).sign(signed.message)
    other.add(ManifestSignature(keyid: holders[1].keyid, octets: octets))
    #expect(throws: notMet) { try valid(other) }
    #expect(throws: notMet) { try valid(other) }
    #expect(verified.count == 2)
  }

  @Test func `a known signature by a key that was replaced since does not count`() throws {
    var repository = try RepositorySimulator()
    var follower = FollowerSimulator(repository)
    try follower.refresh(repository)
    let old = repository.files["timestamp.json"]
    try repository.replaceOnlineKey()
    repository.files["timestamp.json"] = old
    #expect(throws: ManifestRefusal.thresholdNotMet(role: "timestamp", valid: 0, needed: 1)) {
      try follower.refresh(repository)
    }
  }

  @Test func `what is known expires all the same`() throws {
    var repository = try RepositorySimulator()
    var follower = FollowerSimulator(repository)
    try follower.refresh(repository)
    repository.now += 3 * RoleLifetimes.day
    let refusal = #expect(throws: ManifestRefusal.self) { try follower.refresh(repository) }
    #expect(refusal?.check == "expiry")
  }

  @Test(arguments: [VerifiedSignatures.limit, VerifiedSignatures.limit + 1])
  func `so many are kept and no more`(signatures: Int) throws {
    let role = RoleKeys(keyids: [holders[0].keyid], threshold: 1)
    for version in 1...Int64(signatures) {
      var metadata = try UnverifiedMetadata(Self.timestamp(version))
      try metadata.sign(with: holders[0])
      _ = try metadata.verified(by: role, keys: keys, verified: verified)
    }
    #expect(verified.count == VerifiedSignatures.limit)
  }
}
