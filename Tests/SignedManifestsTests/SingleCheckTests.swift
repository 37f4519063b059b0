// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Cryptography
import FoundationEssentials
import SignedManifests
import StrictJSON
import Testing

/// Attacks that only one check stands against: where two would refuse, the other is out of the way.
struct SingleCheckTests {
  var repository: RepositorySimulator
  var follower: FollowerSimulator

  init() throws {
    repository = try RepositorySimulator()
    follower = FollowerSimulator(repository)
  }

  /// Puts a timestamp signed by the online key in place.
  private mutating func publish(_ snapshot: FileDescription, version: Int64) throws {
    var timestamp = try UnverifiedMetadata(
      Timestamp(version: version, expires: repository.now + RoleLifetimes.day, snapshot: snapshot))
    try timestamp.sign(with: repository.online)
    repository.files["timestamp.json"] = timestamp.encoded
  }

  @Test mutating func `a root that its own new keys did not sign is refused`() throws {
    let (one, two) = (try RepositorySimulator.key("new-one"), try RepositorySimulator.key("new-two"))
    var proposal = try RootProposal(following: repository.root, expires: repository.now + 1e6) { root in
      for signer in [one, two] { root.keys[signer.keyid] = signer.key }
      root[.root] = RoleKeys(keyids: [one.keyid, two.keyid], threshold: 2)
    }
    for holder in repository.holders.prefix(2) { try proposal.sign(with: holder) }
    repository.files["2.root.json"] = proposal.proposed.encoded
    #expect(throws: ManifestRefusal.thresholdNotMet(role: "root", valid: 0, needed: 2)) {
      try follower.refresh(repository)
    }
  }

  @Test mutating func `a trusted key of another role does not count`() throws {
    var timestamp = try UnverifiedMetadata(#require(repository.current).timestamp.signed)
    for holder in repository.holders { try timestamp.sign(with: holder) }
    repository.files["timestamp.json"] = timestamp.encoded
    #expect(throws: ManifestRefusal.thresholdNotMet(role: "timestamp", valid: 0, needed: 1)) {
      try follower.refresh(repository)
    }
  }

  @Test func `a role that names one key twice is refused`() throws {
    var root = repository.root.signed
    root[.timestamp] = RoleKeys(keyids: [repository.online.keyid, repository.online.keyid], threshold: 2)
    let octets = try UnverifiedMetadata(root).encoded
    #expect(throws: ManifestRefusal.malformed(role: "root", detail: "a key id is repeated")) {
      try UnverifiedMetadata<Root>(parsing: octets)
    }
  }

  @Test mutating func `a root alone past its expiry stops the refresh before anything else is asked`() throws
  {
    repository.now = repository.root.signed.expires
    #expect(throws: ManifestRefusal.expired(role: "root", at: repository.now)) {
      try follower.refresh(repository)
    }
    #expect(follower.asked == ["2.root.json"])
  }

  @Test func `a role may not vanish from the snapshot, though nobody asks for it`() throws {
    var simulator = try DelegationSimulator([Edge(from: "targets", to: "A")])
    var follower = FollowerSimulator(simulator.repository)
    try follower.refresh(simulator.repository)
    let kept = follower.stored.files["snapshot.json"]
    simulator.roles["A"] = nil
    try simulator.publish()
    #expect(throws: ManifestRefusal.snapshotLacks(role: "A.json")) {
      try follower.refresh(simulator.repository)
    }
    #expect(follower.stored.files["snapshot.json"] == kept)
  }

  @Test mutating func `another timestamp under the same version changes nothing`() throws {
    try follower.refresh(repository)
    try publish(FileDescription(version: 100), version: 1)
    #expect(try follower.refresh(repository).timestamp.signed.snapshot.version == 1)
    #expect(follower.asked == ["2.root.json", "timestamp.json"])
  }

  @Test mutating func `an older snapshot under a newer name is refused without a hash too`() throws {
    try publish(FileDescription(version: 2), version: 2)
    repository.files["2.snapshot.json"] = repository.files["1.snapshot.json"]
    #expect(throws: ManifestRefusal.wrongVersion(role: "snapshot", expected: 2, found: 1)) {
      try follower.refresh(repository)
    }
  }

  @Test mutating func `a snapshot that names no targets is refused at the first refresh`() throws {
    var snapshot = try #require(repository.current).snapshot.signed
    snapshot.meta = [:]
    var metadata = try UnverifiedMetadata(snapshot)
    try metadata.sign(with: repository.online)
    repository.files["1.snapshot.json"] = metadata.encoded
    try publish(FileDescription(version: 1), version: 1)
    #expect(throws: ManifestRefusal.snapshotLacks(role: "targets.json")) {
      try follower.refresh(repository)
    }
  }

  @Test mutating func `a SHA-512 hash is checked, and a hash of another kind is none`() throws {
    let octets = try #require(repository.files["1.snapshot.json"])
    let right = sha512(octets).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    try publish(FileDescription(version: 1, hashes: ["sha512": right]), version: 1)
    try follower.refresh(repository)
    let wrong = (right.hasPrefix("0") ? "1" : "0") + right.dropFirst()
    for (hashes, refusal) in [
      (["sha512": wrong], ManifestRefusal.wrongHash(name: "snapshot.json")),
      (["md5": "00"], .noUsableHash(name: "snapshot.json")),
    ] {
      follower = FollowerSimulator(repository)
      try publish(FileDescription(version: 1, hashes: hashes), version: 1)
      #expect(throws: refusal) { try follower.refresh(repository) }
    }
  }

  @Test mutating func `replacing the snapshot key alone undoes what it drove up in the timestamp`() throws {
    for _ in 0..<5 {
      try repository.publish(
        repository.builder.renew(.snapshot, of: #require(repository.current), now: repository.now))
    }
    try follower.refresh(repository)
    let next = try RepositorySimulator.key("snapshot-next")
    try repository.rotate { root in
      root.keys[next.keyid] = next.key
      root[.snapshot] = RoleKeys(keyids: [next.keyid], threshold: 1)
    }
    var snapshot = try #require(repository.current).snapshot.signed
    snapshot.version = 1
    var metadata = try UnverifiedMetadata(snapshot)
    try metadata.sign(with: next)
    repository.files["1.snapshot.json"] = metadata.encoded
    try publish(FileDescription(version: 1), version: 7)
    #expect(try follower.refresh(repository).snapshot.signed.version == 1)
  }

  @Test mutating func `a kept file that no trusted key signed binds nobody`() throws {
    try follower.refresh(repository)
    var forged = try UnverifiedMetadata(
      Timestamp(version: 99, expires: repository.now + 1e6, snapshot: FileDescription(version: 99)))
    try forged.sign(with: RepositorySimulator.key("foreign"))
    follower.stored.files["timestamp.json"] = forged.encoded
    #expect(try follower.refresh(repository).timestamp.signed.version == 1)
  }

  @Test(arguments: [(64, false), (65, true)])
  func `metadata is read to the named depth and no deeper`(depth: Int, isTooDeep: Bool) throws {
    #expect(ManifestLimits.depth == 64)
    let text = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    let refusal = #expect(throws: ManifestRefusal.self) {
      try UnverifiedMetadata<Root>(parsing: Array(text.utf8))
    }
    #expect(refusal?.description.contains("nesting") == isTooDeep)
  }

  @Test(arguments: ["[", "{\"a\":", "[{\"\":", "\"\\u0061", "1", " ", "\u{e9}", "{\"a\":1,"])
  func `a million octets of anything are refused in bounded time`(part: String) throws {
    let unit = Array(part.utf8)
    let octets = Array(repeatElement(unit, count: 1_000_000 / unit.count).joined())
    let elapsed = ContinuousClock().measure {
      #expect(throws: ManifestRefusal.self) { try UnverifiedMetadata<Targets>(parsing: octets) }
    }
    #expect(elapsed < .seconds(60))
  }
}
