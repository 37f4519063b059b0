// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import FoundationEssentials
import ListFollowing
import ListFormats
import StrictJSON
import Testing

@Suite struct HonestRoundTests {
  @Test func `the first round takes the full list and later ones its changes`() throws {
    let server = try SimulatedServer()
    try server.publish([".bad.example", "host.worse.example"])
    let follower = Follower(server)
    #expect(follower.round().summary == "updated 0 1")
    #expect(follower.output == ".bad.example\nhost.worse.example\n")
    try server.publish([".bad.example", ".new.test"])
    #expect(follower.round().summary == "updated 1 2")
    #expect(follower.output == ".bad.example\n.new.test\n")
    #expect(server.requests.contains("GET v1/lists/worst-of/changes?since=1"))
    #expect(server.requests.filter { $0.contains("entries.txt") }.count == 1)
    #expect(follower.round().summary == "current 2")
  }

  @Test func `nothing is written again when nothing is new`() throws {
    let server = try SimulatedServer()
    try server.publish([".bad.example"])
    let follower = Follower(server)
    follower.round()
    let written = follower.disk.writes.count
    #expect(follower.round().summary == "current 1")
    #expect(follower.disk.writes[written...] == ["/state/.state.json.new"])
  }

  @Test func `an output that was lost is written again`() throws {
    let server = try SimulatedServer()
    try server.publish([".bad.example"])
    let follower = Follower(server)
    follower.round()
    try follower.disk.remove(Follower.rpz)
    #expect(follower.round().summary == "current 1")
    #expect(follower.disk.text(Follower.rpz)?.contains("bad.example") == true)
  }

  @Test func `the root is needed once and kept`() throws {
    let server = try SimulatedServer()
    try server.publish([".bad.example"])
    var follower = Follower(server)
    follower.round()
    follower.settings.rootFile = nil
    #expect(follower.round().summary == "current 1")
    let other = Follower(server)
    try other.disk.remove("/root.json")
    #expect(other.round().summary == "cannot read /root.json: no such file")
  }

  @Test func `two rotations and new online keys while off change nothing for the follower`() throws {
    let server = try SimulatedServer()
    try server.publish([".bad.example"])
    let follower = Follower(server)
    follower.round()
    try server.rotate()
    try server.rotate(replacingOnline: true)
    try server.publish([".bad.example", ".new.test"])
    #expect(follower.round().summary == "updated 1 2")
    #expect(follower.output == ".bad.example\n.new.test\n")
    try server.rotate()
    #expect(follower.round().summary == "current 2")
  }

  @Test func `history too old to be kept is bridged by the full list`() throws {
    let server = try SimulatedServer()
    try server.publish([".bad.example"])
    let follower = Follower(server)
    follower.round()
    try server.publish([".new.test"])
    server.lie("changes?since") { _ in TransportAnswer(status: 410) }
    #expect(follower.round().summary == "updated 1 2")
    #expect(follower.output == ".new.test\n")
  }

  @Test func `a receipt is sent once for a version, and its failure only noted`() throws {
    let server = try SimulatedServer()
    try server.publish([".bad.example"])
    var follower = Follower(server)
    follower.settings.sendsReceipts = true
    server.lie("receipts") { _ in TransportAnswer(status: 503) }
    let report = follower.round()
    #expect(report.summary == "updated 0 1")
    #expect(report.notes.count == 1)
    server.lies = []
    #expect(follower.round().notes.isEmpty)
    follower.round()
    #expect(server.receipts.count == 2)
    #expect(server.receipts.last?["version"] == 1)
  }

  @Test func `a server that cannot be reached is no refusal`() throws {
    let server = try SimulatedServer()
    try server.publish([".bad.example"])
    let follower = Follower(server)
    follower.round()
    server.lie("timestamp") { _ in TransportAnswer(status: 0) }
    let report = follower.round()
    #expect(report.check == nil)
    #expect(report.summary == "cannot reach the server: no route")
    #expect(FollowStatus(of: follower.state, now: server.now, patience: 60) == .current)
    #expect(FollowStatus(of: follower.state, now: server.now + 61, patience: 60) == .stale)
  }
}
