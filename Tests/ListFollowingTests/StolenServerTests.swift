// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import FoundationEssentials
import ListFollowing
import SignedManifests
import Testing

/// A server stolen with its online keys, where holders sign the targets: what follows of `agencies.json`.
@Suite struct StolenServerTests {
  private static let name = "agencies.json"

  private func followed() throws -> (SimulatedServer, Follower) {
    let server = try SimulatedServer(holdersSignTargets: true)
    try server.publish([".bad.example"])
    let follower = Follower(server)
    #expect(follower.round().summary == "updated 0 1")
    return (server, follower)
  }

  /// The refreshed repository, as the follower's state has it.
  private func refresh(_ server: SimulatedServer, _ follower: Follower) throws -> TrustedRepository {
    let directory = try MetadataDirectory(path: "/state/metadata", files: follower.disk)
    return try MetadataRefresh(transport: server, directory: directory, now: server.now).run(
      firstRoot: directory.trustedRoot(handedOver: "/root.json"))
  }

  @Test func `releases signed by delegation are followed, three files a poll and four with a release`() throws
  {
    let (server, follower) = try followed()
    try server.publish([".bad.example", ".new.test"])
    let asked = server.requests.count
    #expect(follower.round().summary == "updated 1 2")
    #expect(
      server.requests[asked...].map { $0.split(separator: "/").last.map(String.init) ?? "" }
        == ["2.root.json", "timestamp.json", "3.snapshot.json", "3.releases.json", "changes?since=1"])
    let again = server.requests.count
    #expect(follower.round().summary == "current 2")
    #expect(server.requests.count - again == 2)
  }

  @Test func `the online key cannot sign the targets of holders`() throws {
    let (server, follower) = try followed()
    try server.forge("targets") { $0.targets[Self.name] = TargetDescription(of: Array("forged".utf8)) }
    #expect(follower.round().check == "metadata")
    #expect(throws: FollowFailure.self) { try refresh(server, follower) }
  }

  @Test func `the releases role does not speak for a target of holders, nor for one they do not have`() throws
  {
    let (server, follower) = try followed()
    let before = try refresh(server, follower).describedTargets[Self.name]
    try server.forge(TargetsBundle.releases) { role in
      role.targets[Self.name] = TargetDescription(of: Array("forged".utf8))
      role.targets["other.json"] = TargetDescription(of: Array("forged".utf8))
      role.targets["signing-keys/files.pem"] = TargetDescription(of: Array("forged".utf8))
    }
    let after = try refresh(server, follower)
    #expect(after.delegated[TargetsBundle.releases]?.signed.targets[Self.name] != nil)
    #expect(before != nil && after.describedTargets[Self.name] == before)
    #expect(try after.target(Self.name) == before)
    #expect(
      after.describedTargets["other.json"] == nil && after.describedTargets["signing-keys/files.pem"] == nil)
  }

  @Test func `the targets of holders cannot be rolled back or left out`() throws {
    let (server, follower) = try followed()
    let old = try #require(server.current?.snapshot.signed.meta["targets.json"])
    try server.signStanding([Self.name: Array(#"{"version":2}"#.utf8)])
    follower.round()
    try server.forgeSnapshot { $0["targets.json"] = old }
    #expect(follower.round().check == "metadata")
    try server.forgeSnapshot { $0["targets.json"] = nil }
    #expect(follower.round().check == "metadata")
  }

  @Test func `a releases role of another key, rolled back, vanished or cut short is refused`() throws {
    let (server, follower) = try followed()
    try server.publish([".bad.example", ".new.test"])
    let file = "releases.json"
    let before = follower.outputs
    for lie: (TransportAnswer) -> TransportAnswer in [
      { TransportAnswer(status: 200, body: Array($0.body.dropLast(1))) },
      { _ in TransportAnswer(status: 404) },
      { TransportAnswer(status: 200, body: $0.body + Array(" ".utf8)) },
    ] {
      server.lies = []
      server.lie(file, lie)
      #expect(follower.round().check == "metadata")
    }
    server.lies = []
    #expect(follower.outputs == before)
    #expect(follower.round().summary == "updated 1 2")
    let last = follower.outputs
    try server.forgeSnapshot { $0[file] = nil }
    #expect(follower.round().check == "metadata")
    #expect(follower.outputs == last)
  }

  @Test func `an expired releases role is refused though all above it is fresh`() throws {
    let (server, follower) = try followed()
    server.now = server.now.addingTimeInterval(91 * 86_400)
    try server.renew(.snapshot)
    let report = follower.round()
    #expect(report.check == "metadata" && report.lines.joined().contains("releases metadata expired"))
    try server.renew(.targets)
    #expect(follower.round().summary == "current 1")
  }
}
