// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import FoundationEssentials
import ListFollowing
import StrictJSON
import Testing

/// Subscribers hold a release while what earlier ones added settles.
@Suite struct FreezeTests {
  private let server: SimulatedServer
  private var follower: Follower

  /// Bad names came 10 minutes before the newest release, which is frozen 10 minutes later.
  init() throws {
    server = try SimulatedServer()
    follower = Follower(server)
    follower.settings.ring = .general
    try server.publish([".old.example"])
    follower.round()
    server.settle = until(3600)
    try server.publish([".bad.example", ".old.example"])
    follower.round()
    server.now.addTimeInterval(600)
    server.settle = until(3600)
    try server.publish([".bad.example", ".later.example", ".old.example"])
    follower.round()
    server.now.addTimeInterval(600)
    try sign(["until": nil])
  }

  private func until(_ seconds: TimeInterval) -> JSONValue {
    ["until": .string(RFC3339.format(server.now.addingTimeInterval(seconds)))]
  }

  private func sign(_ settle: JSONValue?) throws {
    server.settle = settle
    try server.sign(server.releases[3], as: 3)
    follower.round()
  }

  private func expectNothingAdded() { #expect(follower.output == ".old.example\n") }

  @Test func `a freeze stops what earlier releases added as well`() throws {
    for _ in 0..<3 {
      server.now.addTimeInterval(1800)
      follower.round()
      expectNothingAdded()
    }
  }

  @Test func `after the thaw all that waited takes the newest time, not one of its own`() throws {
    server.now.addTimeInterval(7200)
    try sign(until(300))
    server.now.addTimeInterval(299)
    follower.round()
    expectNothingAdded()
    server.now.addTimeInterval(1)
    follower.round()
    #expect(follower.output == ".bad.example\n.later.example\n.old.example\n")
  }

  @Test func `a thaw of a list that settles no more shows all at once`() throws {
    try sign(nil)
    #expect(follower.output == ".bad.example\n.later.example\n.old.example\n")
  }

  @Test func `what freezes while this machine holds is frozen when it no longer does`() throws {
    let request = HoldRequest.hold(Hold(reason: "mail", date: server.now))
    follower.disk.put(String(decoding: request.octets, as: UTF8.self), at: HoldRequest.path(in: "/state"))
    follower.round()
    server.now.addTimeInterval(7200)
    follower.round()
    follower.disk.put(
      String(decoding: HoldRequest.release.octets, as: UTF8.self), at: HoldRequest.path(in: "/state"))
    follower.round()
    expectNothingAdded()
    try sign(until(-1))
    #expect(follower.output == ".bad.example\n.later.example\n.old.example\n")
  }

  @Test func `removals come through a freeze`() throws {
    try server.publish([".bad.example"])
    follower.round()
    #expect(follower.output == "")
  }
}
