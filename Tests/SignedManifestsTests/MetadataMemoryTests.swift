// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Cryptography
import FoundationEssentials
import SignedManifests
import Testing

/// What is known to be good is not computed again, and lets nothing pass that is not.
///
/// Every other attack runs with it as well: `FollowerSimulator` gives all its refreshes the same.
struct MetadataMemoryTests {
  let verified = MetadataMemory()
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
    let computed = follower.verified.signatureCount
    #expect(computed == 5)
    try follower.refresh(repository)
    #expect(follower.verified.signatureCount == computed)
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
    #expect(verified.signatureCount == 2)
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

  @Test(arguments: [MetadataMemory.signatureLimit, MetadataMemory.signatureLimit + 1])
  func `so many signatures are kept and no more`(signatures: Int) throws {
    let role = RoleKeys(keyids: [holders[0].keyid], threshold: 1)
    for version in 1...Int64(signatures) {
      var metadata = try UnverifiedMetadata(Self.timestamp(version))
      try metadata.sign(with: holders[0])
      _ = try metadata.verified(by: role, keys: keys, verified: verified)
    }
    #expect(verified.signatureCount == MetadataMemory.signatureLimit)
  }

  @Test(arguments: [MetadataMemory.fileLimit, MetadataMemory.fileLimit + 1])
  func `so many files are kept and no more`(files: Int) throws {
    var repository = try RepositorySimulator()
    let first = repository.files["timestamp.json"]
    for _ in 0..<files {
      try repository.publish(
        repository.builder.renew(.timestamp, of: #require(repository.current), now: repository.now))
      let octets = try #require(repository.files["timestamp.json"])
      #expect(try offered(octets, to: repository) == repository.current?.timestamp.signed.version)
    }
    #expect(first != repository.files["timestamp.json"])
    #expect(verified.fileCount == min(files + 1, MetadataMemory.fileLimit))
  }

  @Test(arguments: [MetadataMemory.fileOctets, MetadataMemory.fileOctets + 1])
  func `a file of so many octets is kept, and a larger one is not`(octets: Int) throws {
    let repository = try RepositorySimulator()
    var file = repository.firstRoot
    file += [UInt8](repeating: 0x20, count: octets - file.count)
    _ = try ClientWorkflow(
      trustedRoot: file, now: repository.now, limits: limits(octets), verified: verified)
    #expect(verified.fileCount == (octets > MetadataMemory.fileOctets ? 0 : 1))
  }

  @Test func `what is kept of a file is refused where so many octets are too many`() throws {
    let repository = try RepositorySimulator()
    let root = repository.firstRoot
    _ = try ClientWorkflow(trustedRoot: root, now: repository.now, verified: verified)
    #expect(throws: ManifestRefusal.tooLarge(name: "root", limit: root.count - 1)) {
      try ClientWorkflow(
        trustedRoot: root, now: repository.now, limits: limits(root.count - 1),
        verified: verified)
    }
  }

  private func limits(_ rootOctets: Int) -> ManifestLimits {
    var limits = ManifestLimits()
    limits.rootOctets = rootOctets
    return limits
  }

  /// What a follower trusts that is offered a timestamp; the root is one of the files it reads.
  private func offered(_ octets: [UInt8], to repository: RepositorySimulator) throws -> Int64 {
    var workflow = try ClientWorkflow(
      trustedRoot: repository.firstRoot, now: repository.now, verified: verified)
    _ = try workflow.receiveMissing()
    guard case .store(_, let stored)? = try workflow.receive(octets).first else { return 0 }
    return try UnverifiedMetadata<Timestamp>(parsing: stored).signed.version
  }
}
