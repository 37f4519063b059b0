// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Cryptography
import FoundationEssentials
import SignedManifests
import Testing

/// The attacks of TUF §1.5.2, each by whoever holds the server but not enough keys.
struct AttackTests {
  var repository: RepositorySimulator
  var follower: FollowerSimulator

  init() throws {
    repository = try RepositorySimulator()
    follower = FollowerSimulator(repository)
  }

  @Test mutating func `an honest repository is followed, and a second poll asks for two files`() throws {
    let trusted = try follower.refresh(repository)
    let target = try trusted.target("worst-of/1/entries.txt")
    try trusted.verify(Array("bad.example\n".utf8), as: "worst-of/1/entries.txt", target)
    #expect(
      trusted.location(of: "worst-of/1/entries.txt", target)
        == "worst-of/1/\(target.hashes["sha256"] ?? "").entries.txt")
    try follower.refresh(repository)
    #expect(follower.asked == ["2.root.json", "timestamp.json"])
  }

  @Test mutating func `arbitrary software is refused by length and hash`() throws {
    let trusted = try follower.refresh(repository)
    let target = try trusted.target("worst-of/1/entries.txt")
    #expect(throws: ManifestRefusal.wrongHash(name: "x")) {
      try trusted.verify(Array("bed.example\n".utf8), as: "x", target)
    }
    #expect(throws: ManifestRefusal.wrongLength(name: "x", expected: 12, found: 13)) {
      try trusted.verify(Array("bad.example\n\n".utf8), as: "x", target)
    }
    #expect(throws: ManifestRefusal.unknownTarget("other")) { try trusted.target("other") }
  }

  @Test mutating func `arbitrary metadata signed by a foreign key is refused`() throws {
    let foreign = try RepositorySimulator()
    for name in ["timestamp.json", "1.snapshot.json", "1.targets.json"] {
      var attacked = repository
      attacked.files[name] = foreign.files[name]
      #expect(throws: ManifestRefusal.self) { try follower.refresh(attacked) }
    }
  }

  @Test(arguments: ["timestamp.json", "1.snapshot.json", "1.targets.json", "2.root.json"])
  mutating func `endless data is refused at a named limit`(name: String) throws {
    repository.files[name] = [UInt8](repeating: 0x20, count: 6_000_000)
    let refusal = #expect(throws: ManifestRefusal.self) { try follower.refresh(repository) }
    #expect(refusal?.check == "size-limit")
  }

  @Test mutating func `a fast-forward ends when the stolen key is replaced`() throws {
    var attacker = repository
    for _ in 0..<5 {
      try attacker.publish(
        attacker.builder.renew(.snapshot, of: #require(attacker.current), now: attacker.now))
    }
    try follower.refresh(attacker)
    #expect(throws: ManifestRefusal.rollback(role: "timestamp", trusted: 6, offered: 1)) {
      try follower.refresh(repository)
    }
    try repository.replaceOnlineKey()
    try repository.release(["worst-of/2/entries.txt": []])
    #expect(try follower.refresh(repository).timestamp.signed.version == 2)
  }

  @Test mutating func `an indefinite freeze is noticed when the timestamp expires`() throws {
    try follower.refresh(repository)
    repository.now = RepositorySimulator.start.addingTimeInterval(3 * RoleLifetimes.day)
    let refusal = #expect(throws: ManifestRefusal.self) { try follower.refresh(repository) }
    #expect(refusal?.check == "expiry")
    repository.now = repository.now.addingTimeInterval(-1)
    try follower.refresh(repository)
  }

  @Test(arguments: [(400, "root"), (15, "snapshot"), (91, "targets")])
  mutating func `an expired role is refused though all above it is fresh`(days: Double, role: String) throws {
    repository.now += days * RoleLifetimes.day
    let current = try #require(repository.current)
    if role != "root" {
      try repository.publish(
        repository.builder.renew(role == "targets" ? .snapshot : .timestamp, of: current, now: repository.now)
      )
    }
    let refusal = #expect(throws: ManifestRefusal.self) { try follower.refresh(repository) }
    guard case .expired(role, _) = refusal else {
      Issue.record("refused as \(String(describing: refusal))")
      return
    }
  }

  @Test mutating func `a mirror that lacks a file cannot pass for an empty repository`() throws {
    for name in ["timestamp.json", "1.snapshot.json", "1.targets.json"] {
      var attacked = repository
      attacked.files[name] = nil
      #expect(throws: ManifestRefusal.missing(name: name)) { try follower.refresh(attacked) }
    }
  }

  @Test mutating func `files of different releases do not mix`() throws {
    let old = repository.files
    try repository.release(["worst-of/2/entries.txt": [1]])
    for name in ["snapshot", "targets"] {
      var attacked = repository
      attacked.files["2.\(name).json"] = old["1.\(name).json"]
      let refusal = #expect(throws: ManifestRefusal.self) { try follower.refresh(attacked) }
      #expect(["size-limit", "length", "hash"].contains(refusal?.check))
    }
  }

  @Test mutating func `a rolled back timestamp is refused`() throws {
    let old = repository.files["timestamp.json"]
    try repository.release([:])
    try follower.refresh(repository)
    repository.files["timestamp.json"] = old
    #expect(throws: ManifestRefusal.rollback(role: "timestamp", trusted: 2, offered: 1)) {
      try follower.refresh(repository)
    }
  }

  @Test mutating func `a snapshot rolled back below a newer timestamp is refused`() throws {
    let before = repository.current
    try repository.release([:])
    try follower.refresh(repository)
    let after = try #require(repository.current)
    let mixed = try CurrentRepository(
      targets: #require(before).targets.encoded, snapshot: #require(before).snapshot.encoded,
      timestamp: after.timestamp.encoded)
    try repository.publish(repository.builder.renew(.timestamp, of: mixed, now: repository.now))
    #expect(throws: ManifestRefusal.rollback(role: "snapshot", trusted: 2, offered: 1)) {
      try follower.refresh(repository)
    }
  }

  @Test mutating func `targets rolled back below a newer snapshot are refused`() throws {
    let before = try #require(repository.current)
    try repository.release([:])
    try follower.refresh(repository)
    let after = try #require(repository.current)
    var snapshot = after.snapshot.signed
    snapshot.meta["targets.json"] = before.snapshot.signed.meta["targets.json"]
    let mixed = try CurrentRepository(
      targets: before.targets.encoded, snapshot: UnverifiedMetadata(snapshot).encoded,
      timestamp: after.timestamp.encoded)
    try repository.publish(repository.builder.renew(.snapshot, of: mixed, now: repository.now))
    #expect(throws: ManifestRefusal.rollback(role: "targets.json", trusted: 2, offered: 1)) {
      try follower.refresh(repository)
    }
  }

  @Test mutating func `a target role that vanishes from the snapshot is refused`() throws {
    try follower.refresh(repository)
    let current = try #require(repository.current)
    var snapshot = current.snapshot.signed
    snapshot.meta = ["other.json": FileDescription(version: 1)]
    let mixed = try CurrentRepository(
      targets: current.targets.encoded, snapshot: UnverifiedMetadata(snapshot).encoded,
      timestamp: current.timestamp.encoded)
    try repository.publish(repository.builder.renew(.snapshot, of: mixed, now: repository.now))
    #expect(throws: ManifestRefusal.snapshotLacks(role: "targets.json")) {
      try follower.refresh(repository)
    }
  }

  @Test(arguments: ["1.root.json", "timestamp.json", "1.snapshot.json", "1.targets.json"])
  func `one flipped bit anywhere in a role file is refused, or changes nothing that is signed`(name: String)
    throws
  {
    let octets = try #require(repository.files[name])
    for index in octets.indices {
      var attacked = repository
      var flipped = octets
      flipped[index] ^= 1
      attacked.files[name] = flipped
      var follower = FollowerSimulator(repository)
      if name == "1.root.json" {
        follower.root = flipped
        let root = try? ClientWorkflow(trustedRoot: flipped, now: repository.now).trustedRoot
        #expect(root == nil || root?.metadata.message == repository.root.metadata.message)
        continue
      }
      let trusted = try? follower.refresh(attacked)
      // The timestamp is the one file whose envelope no other file hashes; its signed part must be untouched.
      #expect(
        trusted == nil
          || (name == "timestamp.json"
            && trusted?.timestamp.metadata.message == repository.current?.timestamp.message)
      )
    }
  }
}
