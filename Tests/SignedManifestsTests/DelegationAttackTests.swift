// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Cryptography
import FoundationEssentials
import SignedManifests
import Testing

/// What a server without enough keys, or a delegated role gone bad, may try.
struct DelegationAttackTests {
  var simulator: DelegationSimulator
  var follower: FollowerSimulator

  init() throws {
    simulator = try DelegationSimulator(
      [
        Edge(from: "targets", to: "A", paths: .patterns(["a/*"])),
        Edge(from: "targets", to: "B", paths: .patterns(["b/*"])),
        Edge(from: "A", to: "C", paths: .patterns(["a/*"])),
        Edge(from: "B", to: "C", paths: .patterns(["b/*"])),
      ], targets: ["a/x": "C", "b/x": "C"])
    follower = FollowerSimulator(simulator.repository)
  }

  @Test mutating func `a delegated role signed by a foreign key is refused`() throws {
    simulator.signers["C"] = try RepositorySimulator.key("thief")
    try simulator.publish()
    #expect(throws: ManifestRefusal.thresholdNotMet(role: "C", valid: 0, needed: 1)) {
      try follower.search("a/x", in: simulator)
    }
    #expect(follower.stored.files["C.json"] == nil)
  }

  @Test mutating func `a role kept on one path has no authority on another`() throws {
    let other = try RepositorySimulator.key("other")
    simulator.roles["B"]?.delegations = Delegations(
      keys: [other.key],
      roles: [
        DelegatedRole(
          name: "C", keys: RoleKeys(keyids: [other.keyid], threshold: 1), paths: .patterns(["b/*"]))
      ])
    try simulator.publish()
    #expect(try follower.search("a/x", in: simulator).role == "C")
    #expect(throws: ManifestRefusal.thresholdNotMet(role: "C", valid: 0, needed: 1)) {
      try follower.search("b/x", in: simulator)
    }
  }

  @Test mutating func `a delegated role that the snapshot does not name is not even fetched`() throws {
    simulator.roles["C"] = nil
    try simulator.publish()
    #expect(throws: ManifestRefusal.snapshotLacks(role: "C.json")) {
      try follower.search("a/x", in: simulator)
    }
    #expect(follower.asked == ["1.A.json"])
  }

  @Test mutating func `a delegated role that vanishes from the snapshot is refused`() throws {
    try follower.search("a/x", in: simulator)
    simulator.roles["C"] = nil
    try simulator.publish()
    #expect(throws: ManifestRefusal.snapshotLacks(role: "C.json")) {
      try follower.search("a/x", in: simulator)
    }
  }

  @Test mutating func `a delegated role rolled back is refused at the snapshot`() throws {
    simulator.roles["C"]?.version = 2
    try simulator.publish()
    try follower.search("a/x", in: simulator)
    simulator.roles["C"]?.version = 1
    try simulator.publish()
    #expect(throws: ManifestRefusal.rollback(role: "C.json", trusted: 2, offered: 1)) {
      try follower.search("a/x", in: simulator)
    }
  }

  @Test(arguments: [true, false])
  mutating func `a delegated file other than the snapshot names is refused`(isDescribed: Bool) throws {
    let old = simulator.repository.files["1.C.json"]
    simulator.isDescribed = isDescribed
    simulator.roles["C"]?.version = 2
    try simulator.publish()
    simulator.repository.files["2.C.json"] = old
    let refusal = #expect(throws: ManifestRefusal.self) { try follower.search("a/x", in: simulator) }
    #expect(refusal?.check == (isDescribed ? "hash" : "version"))
  }

  @Test mutating func `an expired delegated role is refused, kept or fetched`() throws {
    try follower.search("a/x", in: simulator)
    simulator.repository.now += 30 * RoleLifetimes.day
    let current = try #require(simulator.repository.current)
    try simulator.repository.publish(
      simulator.repository.builder.renew(.targets, of: current, now: simulator.repository.now))
    let refusal = #expect(throws: ManifestRefusal.self) { try follower.search("a/x", in: simulator) }
    #expect(refusal?.check == "expiry")
    #expect(follower.asked == ["1.A.json"])
  }

  @Test(arguments: [true, false])
  mutating func `endless data in a delegated role is refused at a limit`(isDescribed: Bool) throws {
    simulator.isDescribed = isDescribed
    try simulator.publish()
    simulator.repository.files["1.C.json"] = [UInt8](repeating: 0x20, count: 6_000_000)
    let refusal = #expect(throws: ManifestRefusal.self) { try follower.search("a/x", in: simulator) }
    #expect(refusal?.check == "size-limit")
  }

  @Test mutating func `a mirror that lacks a delegated role cannot hide its targets`() throws {
    simulator.repository.files["1.C.json"] = nil
    #expect(throws: ManifestRefusal.missing(name: "1.C.json")) {
      try follower.search("a/x", in: simulator)
    }
  }

  /// Extraneous dependencies (TUF §1.5.2): a role gone bad describes targets it was never given.
  @Test mutating func `a role cannot add targets, or delegate any, outside what it was given`() throws {
    let thief = try RepositorySimulator.key("thief")
    simulator.signers["D"] = thief
    simulator.roles["D"] = Targets(
      version: 1, expires: simulator.repository.now + 1e6,
      targets: ["b/extra": TargetDescription(of: [1]), "a/extra": TargetDescription(of: [1])])
    simulator.roles["A"]?.targets["b/extra"] = TargetDescription(of: [1])
    simulator.roles["A"]?.delegations = Delegations(
      keys: [thief.key],
      roles: [
        DelegatedRole(
          name: "D", keys: RoleKeys(keyids: [thief.keyid], threshold: 1), paths: .patterns(["*/*"]))
      ])
    try simulator.publish()
    #expect(try follower.search("a/extra", in: simulator).role == "D")
    #expect(throws: ManifestRefusal.unknownTarget("b/extra")) {
      try follower.search("b/extra", in: simulator)
    }
  }
}
