// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import FoundationEssentials
import ListFollowing
import SignedManifests
import Testing

/// The online key was stolen, signed releases of high numbers, and is replaced.
@Suite struct ReplacedKeyTests {
  private static let legitimate = [".bad.example", ".worse.example"]

  /// A follower at a release that a thief signed as number `version`.
  private func robbed(
    version: UInt64 = 1_000_000, isCeremony: Bool, isCompact: Bool = false,
    _ prepare: (inout Follower) -> Void = { _ in }
  ) throws -> (SimulatedServer, Follower) {
    let server = try SimulatedServer(holdersSignTargets: isCeremony)
    server.speaksCompact = isCompact
    try server.publish([".bad.example"])
    var follower = Follower(server)
    prepare(&follower)
    follower.round()
    try server.publish(Self.legitimate)
    #expect(follower.round().summary == "updated 1 2")
    let own = server.targets
    try server.sign(try list([".bad.example", ".bank.example"]), as: version)
    // The service, and the thief's copy of it, have no changes to send.
    server.lie("changes?") { _ in TransportAnswer(status: 409) }
    follower.round()
    #expect(follower.round().summary == "updated 2 \(version)")
    server.lies = []
    server.targets = own
    return (server, follower)
  }

  private func list(_ entries: [String]) throws -> Blocklist {
    try Blocklist(entries: entries.map { try BlocklistEntry(parsing: $0) })
  }

  private func press(_ request: HoldRequest, _ follower: Follower) {
    follower.disk.put(String(decoding: request.octets, as: UTF8.self), at: HoldRequest.path(in: "/state"))
  }

  private func recover(_ server: SimulatedServer, isCeremony: Bool) throws {
    try server.rotate(replacingOnline: true)
    if isCeremony { try server.signStanding(["agencies.json": Array(#"{"version":2}"#.utf8)]) }
    try server.publish(Self.legitimate + [".new.test"])
  }

  @Test(arguments: [(false, false), (false, true), (true, false), (true, true)])
  func `after the key was replaced, followers take the next release whatever the thief had numbered`(
    isCeremony: Bool, isCompact: Bool
  ) throws {
    let (server, follower) = try robbed(isCeremony: isCeremony, isCompact: isCompact)
    #expect(follower.output == ".bad.example\n.bank.example\n")
    try recover(server, isCeremony: isCeremony)
    let report = follower.round()
    #expect(report.summary == "updated 1000000 3")
    #expect(report.lines.joined().contains("was replaced"))
    #expect(follower.output == ".bad.example\n.new.test\n.worse.example\n")
    #expect(follower.round().summary == "current 3")
    try server.publish(Self.legitimate)
    #expect(follower.round().summary == "updated 3 4")
    // Once: what goes back under the new key is refused.
    try server.sign(server.releases[1], as: 3, dropping: 4)
    #expect(follower.round().check == "list-rollback")
  }

  @Test(arguments: [false, true], [false, true])
  func `power may go at any step of the way back, and the list goes on all the same`(
    isCompact: Bool, isHeld: Bool
  ) throws {
    let (server, victim) = try robbed(isCeremony: false, isCompact: isCompact)
    if isHeld {
      press(.hold(Hold(reason: "look into it", date: server.now)), victim)
      victim.round()
    }
    try recover(server, isCeremony: false)
    let before = victim.disk.files
    var follower = victim
    for step in 0... {
      let disk = MemoryFileSystem(files: before)
      disk.cutPower(after: step)
      follower.disk = disk
      follower.round()
      let isOver = disk.steps <= step
      follower.disk = MemoryFileSystem(files: disk.files)
      let summary = follower.round().summary
      #expect(["updated 1000000 3", "current 3"].contains(summary), "step \(step): \(summary)")
      let output = isHeld ? ".bad.example\n" : ".bad.example\n.new.test\n.worse.example\n"
      #expect(follower.output == output, "step \(step)")
      #expect(follower.round().summary == "current 3", "step \(step)")
      if isOver { break }
    }
  }

  @Test func `a number that the thief gave another content is taken as the publisher's`() throws {
    let (server, follower) = try robbed(version: 3, isCeremony: false)
    try recover(server, isCeremony: false)
    #expect(follower.round().summary == "updated 3 3")
    #expect(follower.output == ".bad.example\n.new.test\n.worse.example\n")
  }

  @Test func `a key that is only added, or a root that only renews, lets no list go back`() throws {
    let (server, follower) = try robbed(isCeremony: false)
    try server.rotate()
    try server.addOnline()
    try server.publish(Self.legitimate + [".new.test"])
    #expect(follower.round().check == "list-rollback")
    #expect(follower.output == ".bad.example\n.bank.example\n")
  }

  @Test func `the brake still holds, and what is added is shown when it is agreed to`() throws {
    let (server, held) = try robbed(isCeremony: false)
    var follower = held
    follower.settings.brake = BrakeLimits(additions: 1, additionsPercent: 0)
    try recover(server, isCeremony: false)
    // What the thief added goes at once; what the publisher adds waits for a person.
    #expect(follower.round().leftOut?.check == "brake")
    #expect(follower.output == ".bad.example\n")
    #expect(follower.round(acceptingLargeChange: true).summary == "current 3")
    #expect(follower.output == ".bad.example\n.new.test\n.worse.example\n")
  }

  @Test func `a hold goes on, and what it takes back is counted from the new number`() throws {
    let (server, follower) = try robbed(isCeremony: false)
    press(.hold(Hold(reason: "look into it", date: server.now)), follower)
    follower.round()
    // What the thief's release added is taken back; what it removed stays removed.
    #expect(follower.output == ".bad.example\n")
    try recover(server, isCeremony: false)
    #expect(follower.round().summary == "updated 1000000 3")
    #expect(follower.output == ".bad.example\n")
    #expect(follower.state?.hold?.lastGood == 2)
    // Lost with its notes, it lets nothing through.
    try follower.disk.remove("/state/withheld.txt")
    follower.round()
    #expect(follower.output == ".bad.example\n")
    press(.release, follower)
    follower.round()
    #expect(follower.output == ".bad.example\n.new.test\n.worse.example\n")
  }
}
