// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import FoundationEssentials
import HTTPMessages
import ListFollowing
import StrictJSON
import Testing

/// What is decided on this machine works on the list held, whatever has become of the sources.
@Suite struct HeldListTests {
  private let server: SimulatedServer
  private var follower: Follower

  init() throws {
    server = try SimulatedServer()
    server.canary = "worst-of.canary.cordon.example"
    follower = Follower(server)
    try server.publish([".old.example"])
    follower.round()
    try server.publish([".bad.example", ".old.example"])
    follower.round()
  }

  private func press(_ request: HoldRequest) {
    follower.disk.put(String(decoding: request.octets, as: UTF8.self), at: HoldRequest.path(in: "/state"))
  }

  private var hold: HoldRequest { .hold(Hold(reason: "mail", date: server.now)) }

  enum Trouble: CaseIterable { case down, leftAlone, expired, forged }

  private func bring(_ trouble: Trouble) throws {
    switch trouble {
    case .down: server.lie("/") { _ in TransportAnswer(status: 503) }
    case .leftAlone:
      server.lie("/") { _ in TransportAnswer(status: 503, fields: ["Retry-After": "3600"]) }
      follower.round()
    case .expired: server.now.addTimeInterval(4 * 86_400)
    case .forged: server.flip("timestamp.json")
    }
  }

  @Test(arguments: Trouble.allCases)
  func `a hold, and its end, need no source`(_ trouble: Trouble) throws {
    try bring(trouble)
    let zone = try #require(follower.disk.text(Follower.rpz))
    press(hold)
    let report = follower.round()
    #expect(follower.output == ".old.example\n")
    #expect(follower.disk.text(Follower.rpz)?.contains("bad.example") == false)
    #expect(follower.disk.text(Follower.rpz)?.contains("worst-of.canary") == true)
    #expect(zone.contains("worst-of.canary"))
    let word = [.down, .leftAlone].contains(trouble) ? "unreachable" : "refused"
    #expect(follower.state?.lastAttempt?.outcome == word, "\(report.lines)")
    #expect(report.notes.filter { $0.hasPrefix("on hold") }.count == 1, "\(report.lines)")
    #expect(follower.state?.hold != nil && follower.state?.applied?.version == 2)
    press(.release)
    follower.round()
    #expect(follower.output == ".bad.example\n.old.example\n")
  }

  @Test func `names allowed here, and an output that is gone, need no source`() throws {
    var follower = follower
    try bring(.down)
    let zone = follower.disk.text(Follower.rpz)
    try follower.disk.remove(Follower.rpz)
    follower.round()
    #expect(follower.disk.text(Follower.rpz) == zone)
    follower.settings.allowFile = "/allow"
    follower.disk.put(".bad.example\n", at: "/allow")
    #expect(follower.round().summary.contains("503"))
    #expect(follower.output == ".old.example\n")
  }

  @Test func `what waits for a signed time waits on without a source: it may have been put off`() throws {
    var follower = follower
    follower.settings.ring = .general
    let until = server.now.addingTimeInterval(600)
    server.settle = ["until": .string(RFC3339.format(until))]
    try server.publish([".bad.example", ".new.example", ".old.example"])
    follower.round()
    try bring(.down)
    server.now = until
    follower.round()
    #expect(follower.output == ".bad.example\n.old.example\n")
    server.lies = []
    follower.round()
    #expect(follower.output == ".bad.example\n.new.example\n.old.example\n")
  }

  @Test func `consent to a large change needs no source`() throws {
    var follower = follower
    follower.settings.brake = BrakeLimits(additions: 0, additionsPercent: 0)
    try server.publish([".bad.example", ".new.example", ".old.example"])
    follower.round()
    try bring(.down)
    follower.round(acceptingLargeChange: true)
    #expect(follower.output == ".bad.example\n.new.example\n.old.example\n")
  }

  @Test func `nothing is shown without a source where it is not known what is proven`() throws {
    var follower = follower
    follower.settings.requiredCountries = 2
    try bring(.down)
    let before = follower.outputs
    #expect(follower.round().notes.contains { $0.hasPrefix("what of the list is proven") })
    #expect(follower.outputs == before)
  }

  /// Presses the button while the whole list is on its way.
  private final class Pressing: Transport {
    let server: SimulatedServer
    let disk: MemoryFileSystem
    let request: HoldRequest
    private var isPressed = false
    private(set) var abandoned = 0
    /// What was shown when the list was asked for again.
    private(set) var shown: String?

    init(_ server: SimulatedServer, _ disk: MemoryFileSystem, _ request: HoldRequest) {
      (self.server, self.disk, self.request) = (server, disk, request)
    }

    func send(_ request: TransportRequest) throws(TransportFault) -> TransportAnswer {
      if request.path.contains("entries.txt"), !isPressed {
        isPressed = true
        disk.put(
          String(decoding: self.request.octets, as: UTF8.self), at: HoldRequest.path(in: "/state"))
      }
      if let path = request.abandonedBy, disk.files[path] != nil {
        abandoned += 1
        throw .unreachable("abandoned")
      }
      if request.path.contains("entries.txt") { shown = disk.text(Follower.entries) }
      return try server.send(request)
    }
  }

  @Test func `a hold does not wait for a download: what was held is shown, then the download goes on`() throws
  {
    try server.publish([".bad.example", ".new.example", ".old.example"])
    server.lie("changes?") { _ in TransportAnswer(status: 410) }
    let disk = follower.disk
    let pressing = Pressing(server, disk, hold)
    let report = FollowRound(
      settings: follower.settings,
      sources: [FollowSource(name: "server", transport: pressing, isOrigin: true)], files: disk,
      now: server.now, pause: { _ in }
    ).run()
    #expect(pressing.abandoned > 0 && report.summary == "updated 2 3", "\(report.lines)")
    #expect(follower.output == ".old.example\n")
    #expect(follower.state?.sources.failed.isEmpty == true)
    // The list held, without what is taken back, was in place before the new one had come.
    #expect(pressing.shown == ".old.example\n")
  }
}
