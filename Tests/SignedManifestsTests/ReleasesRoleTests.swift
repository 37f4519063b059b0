// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import FoundationEssentials
import SignedManifests
import Testing

/// Attacks on the one delegated role that a follower brings up to date, whose key is online.
struct ReleasesRoleTests {
  private static let name = TargetsBundle.releases
  var simulator: DelegationSimulator
  var follower: FollowerSimulator

  init() throws {
    simulator = try DelegationSimulator(
      [
        Edge(
          from: "targets", to: Self.name, paths: .patterns(TargetsBundle.releasePaths), isTerminating: true)
      ],
      targets: ["list/1/entries.txt": Self.name])
    simulator["targets"]?.targets["agencies.json"] = TargetDescription(of: [1])
    simulator.roles[Self.name]?.version = 2
    try simulator.publish()
    follower = FollowerSimulator(simulator.repository)
  }

  /// What a follower makes of the repository, the delegated role included.
  private mutating func refresh() throws -> TrustedRepository {
    let repository = try follower.refresh(simulator.repository)
    guard let role = try RoleRefresh(Self.name, of: repository, now: simulator.repository.now) else {
      return repository
    }
    guard let octets = simulator.repository.files[role.request.path] else {
      throw ManifestRefusal.missing(name: role.request.path)
    }
    return repository.adding(try role.receive(octets), named: Self.name)
  }

  @Test mutating func `what it describes within its paths is trusted, and the kept copy is taken again`()
    throws
  {
    let trusted = try refresh()
    #expect(trusted.describedTargets.keys.sorted() == ["agencies.json", "list/1/entries.txt"])
    let role = try #require(
      try RoleRefresh(Self.name, of: trusted, now: simulator.repository.now))
    let octets = try #require(simulator.repository.files["2.releases.json"])
    #expect(role.reuse(octets) != nil && role.reuse(octets.dropLast()) == nil)
    #expect(role.file == "releases.json" && role.request.path == "2.releases.json")
  }

  @Test mutating func `it describes nothing outside its paths, nor anew what the top level describes`() throws
  {
    simulator["targets"]?.targets["list/1/hosts.txt"] = TargetDescription(of: [1])
    for path in ["agencies.json", "other.json", "list/1/hosts.txt", "list/1/csv.csv"] {
      simulator.roles[Self.name]?.targets[path] = TargetDescription(of: [2])
    }
    try simulator.publish()
    let described = try refresh().describedTargets
    #expect(described["agencies.json"] == TargetDescription(of: [1]))
    #expect(described["list/1/hosts.txt"] == TargetDescription(of: [1]))
    #expect(described["list/1/csv.csv"] == TargetDescription(of: [2]))
    #expect(described["other.json"] == nil)
  }

  @Test mutating func `a role named before it speaks first for the paths of both`() throws {
    var delegations = try #require(simulator["targets"]?.delegations)
    delegations.roles.insert(
      DelegatedRole(
        name: "before", keys: delegations.roles[0].keys, paths: .patterns(["list/*/*"])), at: 0)
    simulator["targets"]?.delegations = delegations
    try simulator.publish()
    #expect(try refresh().describedTargets["list/1/entries.txt"] == nil)
  }

  @Test mutating func `signed by a foreign key it is refused`() throws {
    simulator.signers[Self.name] = try RepositorySimulator.key("thief")
    try simulator.publish()
    #expect(throws: ManifestRefusal.thresholdNotMet(role: Self.name, valid: 0, needed: 1)) { try refresh() }
  }

  @Test mutating func `one that the snapshot does not name is refused`() throws {
    simulator.roles = [:]
    simulator.repository.current = nil
    try simulator.publish()
    #expect(throws: ManifestRefusal.snapshotLacks(role: "releases.json")) { try refresh() }
  }

  @Test mutating func `an older one under a newer name is refused without a hash too`() throws {
    simulator.isDescribed = false
    try simulator.publish()
    simulator.roles[Self.name]?.version = 3
    try simulator.publish()
    simulator.repository.files["3.releases.json"] = simulator.repository.files["2.releases.json"]
    #expect(throws: ManifestRefusal.wrongVersion(role: Self.name, expected: 3, found: 2)) { try refresh() }
  }

  @Test mutating func `an expired one is refused`() throws {
    simulator.roles[Self.name]?.expires = simulator.repository.now
    try simulator.publish()
    #expect(throws: ManifestRefusal.expired(role: Self.name, at: simulator.repository.now)) { try refresh() }
  }

  @Test(arguments: [true, false])
  mutating func `endless data is refused at a limit`(isDescribed: Bool) throws {
    simulator.isDescribed = isDescribed
    try simulator.publish()
    simulator.repository.files["2.releases.json"] = [UInt8](repeating: 0x20, count: 5_000_001)
    let refusal = #expect(throws: ManifestRefusal.self) { try refresh() }
    #expect(refusal?.check == "size-limit")
  }
}
