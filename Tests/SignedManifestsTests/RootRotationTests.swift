// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Cryptography
import FoundationEssentials
import SignedManifests
import StrictJSON
import Testing

struct RootRotationTests {
  var repository: RepositorySimulator
  var follower: FollowerSimulator

  init() throws {
    repository = try RepositorySimulator()
    follower = FollowerSimulator(repository)
  }

  @Test mutating func `a follower that was off catches up across five rotations`() throws {
    try follower.refresh(repository)
    for index in 0..<5 {
      let next = try RepositorySimulator.key("holder-\(index)")
      let old = repository.holders[0]
      try repository.rotate(
        { _ = $0.replace(old.keyid, with: next.key) },
        newHolders: [repository.holders[1], repository.holders[2], next])
    }
    #expect(try follower.refresh(repository).root.signed.version == 6)
    try follower.refresh(repository)
    #expect(follower.asked == ["7.root.json", "timestamp.json"])
  }

  @Test mutating func `at most the named number of rotations is followed in one refresh`() throws {
    for _ in 0..<5 { try repository.rotate() }
    var limits = ManifestLimits()
    limits.rootRotations = 3
    #expect(try follower.refresh(repository, limits: limits).root.signed.version == 4)
    #expect(try follower.refresh(repository, limits: limits).root.signed.version == 6)
  }

  @Test mutating func `a threshold change is followed, and binds from then on`() throws {
    try repository.rotate { $0[.root].threshold = 3 }
    try follower.refresh(repository)
    var proposal = try RootProposal(following: repository.root, expires: repository.now + 1e6) { _ in }
    for holder in repository.holders.prefix(2) { try proposal.sign(with: holder) }
    #expect(throws: ManifestRefusal.thresholdNotMet(role: "root", valid: 2, needed: 3)) {
      try proposal.completed()
    }
    repository.files["3.root.json"] = proposal.proposed.encoded
    #expect(throws: ManifestRefusal.thresholdNotMet(role: "root", valid: 2, needed: 3)) {
      try follower.refresh(repository)
    }
  }

  @Test mutating func `a root that skips or repeats a version is refused`() throws {
    try repository.rotate()
    try repository.rotate()
    repository.files["2.root.json"] = repository.files["3.root.json"]
    #expect(throws: ManifestRefusal.rootVersionNotNext(expected: 2, found: 3)) {
      try follower.refresh(repository)
    }
    repository.files["2.root.json"] = repository.files["1.root.json"]
    #expect(throws: ManifestRefusal.rootVersionNotNext(expected: 2, found: 1)) {
      try follower.refresh(repository)
    }
  }

  @Test mutating func `stolen keys below the threshold make no root`() throws {
    let thief = try RepositorySimulator.key("thief")
    let stolen = repository.holders[0]
    var proposal = try RootProposal(following: repository.root, expires: repository.now + 1e6) { root in
      root.keys[thief.keyid] = thief.key
      root[.root] = RoleKeys(keyids: [thief.keyid, stolen.keyid], threshold: 2)
    }
    try proposal.sign(with: thief)
    try proposal.sign(with: stolen)
    repository.files["2.root.json"] = proposal.proposed.encoded
    #expect(throws: ManifestRefusal.thresholdNotMet(role: "root", valid: 1, needed: 2)) {
      try follower.refresh(repository)
    }
  }

  @Test mutating func `a revoked online key signs nothing more`() throws {
    let stale = repository.current
    try repository.replaceOnlineKey()
    #expect(throws: ManifestRefusal.thresholdNotMet(role: "timestamp", valid: 0, needed: 1)) {
      try follower.refresh(repository)
    }
    let current = try #require(stale)
    #expect(repository.builder.renewalDue(current, at: repository.now) == .targets)
    try repository.publish(repository.builder.renew(.targets, of: current, now: repository.now))
    #expect(try follower.refresh(repository).targets.signed.version == 2)
  }

  @Test func `one key counts once, under however many signatures or ids`() throws {
    let one = repository.holders[0]
    let metadata = try UnverifiedMetadata(repository.root.signed)
    var signed = metadata
    try signed.sign(with: one)
    try signed.sign(with: one)
    #expect(signed.signatures.count == 1)

    let object = try JSONValue(parsing: signed.encoded)
    let signature = try #require(object["signatures"]?.arrayValue?.first)
    let doubled: JSONValue = ["signatures": [signature, signature], "signed": object["signed"] ?? nil]
    #expect(throws: ManifestRefusal.self) { try UnverifiedMetadata<Root>(parsing: doubled.encoded()) }

    var keyObject = try #require(one.key.fileJSON.objectValue)
    keyObject["keyid"] = "another-name"
    let alias = try ManifestKey(fileJSON: .object(keyObject))
    let first = try #require(signed.signatures.first)
    signed.add(ManifestSignature(keyid: "another-name", sig: first.sig))
    let role = RoleKeys(keyids: [one.keyid, "another-name"], threshold: 2)
    #expect(throws: ManifestRefusal.thresholdNotMet(role: "root", valid: 1, needed: 2)) {
      try signed.verified(by: role, keys: [one.keyid: one.key, "another-name": alias])
    }
  }

  @Test func `signatures gathered apart are merged, and the difference reads in plain words`() throws {
    let next = KeySigner(try PrivateKey.generate(.ed25519), holder: "holder-four")
    let old = repository.holders[2]
    let blank = try RootProposal(following: repository.root, expires: RepositorySimulator.start + 4e7) {
      _ = $0.replace(old.keyid, with: next.key)
    }
    #expect(
      blank.differences.first?.description == "root: key \(old.key.label) replaced by \(next.key.label)")
    #expect(old.key.label.hasSuffix("… (holder-three)"))
    var gathered = blank
    for holder in repository.holders.prefix(2) {
      var copy = try RootProposal(
        following: repository.root, proposed: UnverifiedMetadata(parsing: blank.proposed.encoded))
      try copy.sign(with: holder)
      #expect(!gathered.status.isComplete)
      try gathered.merge(copy.proposed)
    }
    #expect(gathered.status.isComplete)
    #expect(try gathered.completed().signed.version == 2)
    #expect(throws: ManifestRefusal.self) {
      try gathered.add(ManifestSignature(keyid: old.keyid, octets: [UInt8](repeating: 0, count: 64)))
    }
  }

  @Test mutating func `renewal is due from half of a lifetime on, never before`() throws {
    let current = try #require(repository.current)
    let half = RepositorySimulator.start + 1.5 * RoleLifetimes.day
    #expect(repository.builder.renewalDue(current, at: half) == nil)
    #expect(repository.builder.renewalDue(current, at: half + 1) == .timestamp)
    #expect(
      repository.builder.renewalDue(current, at: RepositorySimulator.start + 8 * RoleLifetimes.day)
        == .snapshot)
    #expect(
      repository.builder.renewalDue(current, at: RepositorySimulator.start + 46 * RoleLifetimes.day)
        == .targets)
    try follower.refresh(repository)
    repository.now = half + 1
    try repository.publish(repository.builder.renew(.timestamp, of: current, now: repository.now))
    #expect(try follower.refresh(repository).timestamp.signed.version == 2)
    #expect(follower.asked == ["2.root.json", "timestamp.json"])
  }
}
