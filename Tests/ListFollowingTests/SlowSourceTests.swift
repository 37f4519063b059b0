// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import FoundationEssentials
import HTTPMessages
import ListFollowing
import Synchronization
import Testing

/// A source that delivers steadily and hardly at all.
struct SlowSourceTests {
  final class Clock: Sendable {
    private let time = Mutex(ContinuousClock.now)
    var now: ContinuousClock.Instant { time.withLock { $0 } }
    func pass(_ duration: Duration) { time.withLock { $0 += duration } }
  }

  /// Takes its time with every answer, and breaks off when it is not given that.
  final class SlowLink: Transport {
    let server: SimulatedServer
    let clock: Clock
    /// What an answer takes.
    var answer: Duration = .zero
    /// What a whole file takes.
    var file: Duration = .zero
    private(set) var asked = 0

    init(to server: SimulatedServer, _ clock: Clock) { (self.server, self.clock) = (server, clock) }

    func send(_ request: TransportRequest) throws(TransportFault) -> TransportAnswer {
      asked += 1
      let needed = request.wholeOctets == nil ? answer : file
      let given = min(needed, request.timeout ?? needed)
      clock.pass(given)
      let answer = try server.send(request)
      guard given < needed else { return answer }
      guard request.wholeOctets != nil else { throw .unreachable("timed out") }
      let part = Double(given.components.seconds) / Double(needed.components.seconds)
      throw .interrupted(
        reason: "timed out", received: Array(answer.body.prefix(Int(Double(answer.body.count) * part))),
        isContinuation: false, entityTag: nil)
    }
  }

  let server: SimulatedServer
  var follower: Follower
  let clock = Clock()
  let mirror: SlowLink
  let origin: SlowLink
  let length: Int

  init() throws {
    server = try SimulatedServer()
    follower = Follower(server)
    follower.settings.asksCompact = false
    (mirror, origin) = (SlowLink(to: server, clock), SlowLink(to: server, clock))
    try server.publish((0..<300).map { ".some-name-of-many-\(1000 + $0).example" })
    length = server.releases[1].octets.count
  }

  private func round(_ names: [String] = ["mirror", "server"]) -> FollowReport {
    var round = FollowRound(
      settings: follower.settings,
      sources: [
        FollowSource(name: "mirror", transport: mirror, isOrigin: false),
        FollowSource(name: "server", transport: origin, isOrigin: true),
      ].filter { names.contains($0.name) }, files: follower.disk, now: server.now, pause: { _ in })
    let clock = clock
    round.clock = { clock.now }
    return round.run()
  }

  // The next root, timestamp, snapshot, targets.
  @Test(arguments: [(75, false), (76, true)])
  func `a mirror has five minutes for its answers, then the next source is asked`(
    seconds: Int, isGivenUp: Bool
  ) {
    mirror.answer = .seconds(seconds)
    let report = round()
    #expect(report.summary == "updated 0 1")
    #expect((origin.asked > 0) == isGivenUp)
    #expect(report.notes.contains { $0.contains("too slow: its answers took more than 300") } == isGivenUp)
  }

  @Test(arguments: [(0, false), (1, true)])
  func `a mirror sends a whole file at 2048 octets a second and a minute besides, or it is given up`(
    more: Int, isGivenUp: Bool
  ) {
    #expect(length > 2 * 2048)
    mirror.file = .seconds(60 + length / 2048 + more)
    let report = round()
    #expect(report.summary == "updated 0 1")
    #expect((origin.asked > 0) == isGivenUp)
    #expect(report.notes.contains { $0.contains("less than 2048 octets a second") } == isGivenUp)
  }

  @Test func `the last source, and the only one, is let through over a line of 9600 bits`() {
    let line = Duration.seconds(length / 1000 + 1)
    (mirror.file, origin.file, origin.answer) = (.seconds(100_000), line, .seconds(500))
    #expect(round().summary == "updated 0 1")
    follower.disk.forget("/state/")
    #expect(round(["server"]).summary == "updated 0 1")
    follower.disk.forget("/state/")
    (mirror.file, mirror.answer) = (line, .seconds(500))
    #expect(round(["mirror"]).summary == "updated 0 1")
  }

  @Test(arguments: [(0, true), (1, false)])
  func `the last source, too, has its time`(more: Int, comesThrough: Bool) {
    origin.file = .seconds(600 + length / 256 + more)
    #expect((round(["server"]).summary == "updated 0 1") == comesThrough)
  }

  @Test func `a mirror asked after the server is waited for no longer than one asked first`() throws {
    mirror.answer = .seconds(76)
    #expect(round().summary == "updated 0 1")
    try server.publish([".one.example"])
    origin.answer = .seconds(400)
    let report = round()
    #expect(report.summary.contains("too slow") && report.notes.filter { $0.contains("too slow") }.count == 2)
  }

  @Test func `who failed last is asked last for an hour`() throws {
    mirror.answer = .seconds(76)
    #expect(round().summary == "updated 0 1")
    mirror.answer = .zero
    var (before, others) = (mirror.asked, origin.asked)
    server.now.addTimeInterval(3599)
    #expect(round().summary == "current 1")
    #expect(mirror.asked == before && origin.asked > others)
    (before, others) = (mirror.asked, origin.asked)
    server.now.addTimeInterval(1)
    #expect(round().summary == "current 1")
    #expect(mirror.asked > before && origin.asked == others)
  }
}
