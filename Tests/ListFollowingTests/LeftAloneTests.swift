// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import FoundationEssentials
import HTTPMessages
import ListFollowing
import Testing

/// A source that asks to be left alone, by `Retry-After`.
struct LeftAloneTests {
  let server: SimulatedServer
  let follower: Follower
  let mirror: SourceTests.Mirror

  init() throws {
    server = try SimulatedServer()
    follower = Follower(server)
    mirror = SourceTests.Mirror(of: server)
    try server.publish([".one.example"])
  }

  private func round(with mirror: SourceTests.Mirror? = nil) -> FollowReport {
    let mirrors = mirror.map { [FollowSource(name: "mirror", transport: $0, isOrigin: false)] } ?? []
    var round = FollowRound(
      settings: follower.settings,
      sources: mirrors + [FollowSource(name: "server", transport: server, isOrigin: true)],
      files: follower.disk, now: server.now, pause: { _ in })
    let begun = ContinuousClock.now
    round.clock = { begun }
    return round.run()
  }

  private func refuse(_ wish: String, status: Int = 429) {
    server.lies = []
    server.lie("/") { _ in TransportAnswer(status: status, fields: ["Retry-After": wish]) }
  }

  /// The clock of the server begins at 14:13:20.
  @Test(arguments: [
    ("1800", 1800), ("Mon, 21 Sep 2026 14:43:20 GMT", 1800), ("Monday, 21-Sep-26 14:43:20 GMT", 1800),
    ("Mon Sep 21 14:43:20 2026", 1800), ("86400", 86_400), ("86401", 86_400),
    ("99999999999999999999", 86_400), ("Mon, 21 Sep 2027 14:43:20 GMT", 86_400),
  ])
  func `is left alone as long, through rounds that each begin anew`(wish: String, seconds: Int) {
    for status in [429, 503] {
      follower.disk.forget("/state/")
      refuse(wish, status: status)
      server.now = SimulatedServer.start
      _ = round()
      server.lies = []
      let asked = server.requests.count
      server.now.addTimeInterval(Double(seconds) - 1)
      let report = round()
      #expect(report.summary.hasPrefix("it asked to be left alone until 2026-09-2"))
      #expect(server.requests.count == asked && report.leftAlone.keys.sorted() == ["server"])
      server.now.addTimeInterval(1)
      #expect(round().summary == "updated 0 1")
      #expect(follower.state?.sources.leftAlone.isEmpty == true)
    }
  }

  @Test(arguments: [
    "", "soon", "-5", "0", "Mon, 21 Sep 2026 14:13:20 GMT",
  ])
  func `what is no wish is none`(wish: String) {
    refuse(wish)
    _ = round()
    server.lies = []
    #expect(round().summary == "updated 0 1")
  }

  @Test func `a mirror that asks to be left alone is left out, and the next source asked`() {
    mirror.answer = { _ throws(TransportFault) in
      TransportAnswer(status: 503, fields: ["Retry-After": "3600"])
    }
    #expect(round(with: mirror).summary == "updated 0 1")
    #expect(mirror.asked == 1)
    #expect(round(with: mirror).summary == "current 1")
    #expect(mirror.asked == 1)
    server.now.addTimeInterval(3600)
    _ = round(with: mirror)
    #expect(mirror.asked == 2)
  }

  @Test func `a clock set back does not keep it from being asked for long`() {
    refuse("86400")
    _ = round()
    server.lies = []
    server.now.addTimeInterval(-10)
    #expect(round().summary == "updated 0 1")
  }
}
