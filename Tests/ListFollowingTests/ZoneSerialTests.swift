// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import FoundationEssentials
import ListFollowing
import Testing

/// The serial of a policy zone that secondaries transfer: it grows with every other text, and only then.
struct ZoneSerialTests {
  let server: SimulatedServer
  var follower: Follower

  init() throws {
    server = try SimulatedServer()
    follower = Follower(server)
    follower.settings.allowFile = "/allow"
    follower.disk.put("", at: "/allow")
    try server.publish([".bad.example", ".worse.example"])
  }

  private var serial: Int? {
    let line = follower.disk.text(Follower.rpz)?.split(separator: "\n").first { $0.hasPrefix("@ SOA ") }
    return line.flatMap { Int($0.split(separator: " ")[4]) }
  }

  private func allow(_ text: String) { follower.disk.put(text, at: "/allow") }

  @Test func `without anything set differently it is the release's number`() throws {
    follower.round()
    #expect(serial == 1)
    try server.publish([".bad.example"])
    follower.round()
    #expect(serial == 2)
  }

  @Test func `another override in the same release makes it grow, and it never goes back`() throws {
    follower.round()
    for (text, expected) in [("worse.example\n", 2), ("", 3)] {
      allow(text)
      #expect(follower.round().summary == "current 1")
      #expect(serial == expected)
    }
    try server.publish([".bad.example"])
    follower.round()
    #expect(serial == 4)
    try server.publish([".bad.example", ".new.test"])
    follower.round()
    #expect(serial == 5)
    follower.round()
    #expect(serial == 5)
  }

  @Test func `an override that changes no text changes no serial, and writes nothing`() throws {
    follower.round()
    let writes = follower.disk.writes.filter { $0 == Follower.rpz }.count
    allow("elsewhere.test\n")
    #expect(follower.round().summary == "current 1")
    #expect(serial == 1 && follower.disk.writes.filter { $0 == Follower.rpz }.count == writes)
  }

  @Test func `a hold and its end make it grow`() throws {
    follower.round()
    try server.publish([".bad.example", ".new.test", ".worse.example"])
    follower.round()
    #expect(serial == 2)
    for (request, expected) in [(HoldRequest.hold(Hold(reason: "look", date: server.now)), 3), (.release, 4)]
    {
      follower.disk.put(
        String(decoding: request.octets, as: UTF8.self), at: HoldRequest.path(in: "/state"))
      follower.round()
      #expect(serial == expected)
    }
  }

  @Test func `what the file says counts where the state is lost`() throws {
    follower.round()
    allow("worse.example\n")
    follower.round()
    #expect(serial == 2)
    follower.disk.forget("/state/")
    follower.round()
    #expect(serial == 2)
    follower.disk.forget("/state/")
    allow("")
    follower.round()
    #expect(serial == 3)
  }

  @Test func `a file that was removed comes back under the serial it had`() throws {
    follower.round()
    allow("worse.example\n")
    follower.round()
    try follower.disk.remove(Follower.rpz)
    follower.round()
    #expect(serial == 2)
  }

  @Test func `an output that is taken back has a serial beyond the one that was taken back`() throws {
    server.canary = "worst-of.canary.cordon.example"
    let resolver = CanaryVerificationTests.Resolver(follower.disk)
    try server.publish([".bad.example"])
    let round = {
      var settings = follower.settings
      settings.verified = [try #require(ResolverAddress("127.0.0.1:53"))]
      settings.verifyPatience = .milliseconds(1)
      var round = FollowRound(settings: settings, transport: server, files: follower.disk, now: server.now)
      round.probe = resolver
      _ = round.run()
    }
    try round()
    #expect(serial == 2)
    resolver.spoiling = "new.test"
    try server.publish([".bad.example", ".new.test"])
    try round()
    #expect(follower.disk.text(Follower.rpz)?.contains("new.test") == false)
    #expect(serial == 4)
    resolver.spoiling = nil
    server.now.addTimeInterval(900)
    try round()
    #expect(follower.disk.text(Follower.rpz)?.contains("new.test") == true)
    #expect(serial == 5)
  }
}
