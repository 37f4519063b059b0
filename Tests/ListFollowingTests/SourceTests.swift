// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import FoundationEssentials
import HTTPMessages
import ListFollowing
import Testing

struct SourceTests {
  /// What of a mirror's answers is no longer, or never was, the server's.
  final class Mirror: Transport {
    let server: SimulatedServer
    var answer: (TransportRequest) throws(TransportFault) -> TransportAnswer
    private(set) var asked = 0

    init(of server: SimulatedServer) {
      self.server = server
      answer = { request throws(TransportFault) in try server.send(request) }
    }

    func send(_ request: TransportRequest) throws(TransportFault) -> TransportAnswer {
      asked += 1
      return try answer(request)
    }

    /// From now on answers with the repository as it is at this moment.
    func standStill() {
      let (files, version) = (server.files, server.version)
      answer = { request throws(TransportFault) in
        if request.path.hasPrefix("repository/") {
          let found = files[String(request.path.dropFirst("repository/".count))]
          return found.map { TransportAnswer(status: 200, body: $0) } ?? TransportAnswer(status: 404)
        }
        return TransportAnswer(status: request.path.hasSuffix("=\(version)") ? 204 : 404)
      }
    }
  }

  let server: SimulatedServer
  let follower: Follower
  let mirror: Mirror

  init() throws {
    server = try SimulatedServer()
    follower = Follower(server)
    mirror = Mirror(of: server)
    try server.publish([".one.example"])
  }

  func round() -> FollowReport {
    FollowRound(
      settings: follower.settings,
      sources: [
        FollowSource(name: "mirror", transport: mirror, isOrigin: false),
        FollowSource(name: "server", transport: server, isOrigin: true),
      ], files: follower.disk, now: server.now, pause: { _ in }
    ).run()
  }

  @Test func `a mirror that answers well spares the server`() throws {
    mirror.answer = { [server] request throws(TransportFault) in try server.send(request) }
    #expect(round().summary == "updated 0 1")
    #expect(mirror.asked == server.requests.count)
  }

  @Test func `when a mirror cannot be reached the next source is asked`() throws {
    mirror.answer = { _ throws(TransportFault) in throw .unreachable("no route") }
    let report = round()
    #expect(report.summary == "updated 0 1")
    #expect(report.notes.contains { $0.hasPrefix("mirror: ") })
    #expect(follower.output == ".one.example\n")
  }

  @Test func `a mirror that lies is passed over, and its lie told`() throws {
    mirror.answer = { [server] request throws(TransportFault) in
      var answer = try server.send(request)
      if request.path.contains("entries.txt"), !answer.body.isEmpty { answer.body[0] ^= 1 }
      return answer
    }
    let report = round()
    #expect(report.summary == "updated 0 1")
    #expect(report.notes.contains { $0.contains("list-digest") })
  }

  @Test func `a delta spoilt by a mirror still comes as a delta from the server`() throws {
    _ = round()
    try server.publish([".one.example", ".two.example"])
    mirror.answer = { [server] request throws(TransportFault) in
      var answer = try server.send(request)
      if request.path.contains("changes"), !answer.body.isEmpty { answer.body[1] ^= 1 }
      return answer
    }
    let before = server.requests.count
    #expect(round().summary == "updated 1 2")
    #expect(!server.requests[before...].contains { $0.contains("entries.txt") })
    #expect(follower.state?.needsFullList == false)
  }

  @Test func `a mirror that stands still is found out within its rounds, not a round later`() throws {
    #expect(round().summary == "updated 0 1")
    mirror.standStill()
    try server.publish([".one.example", ".two.example"])
    for _ in 1..<FollowRound.roundsBetweenChecks { #expect(round().summary == "current 1") }
    let report = round()
    #expect(report.summary == "updated 1 2")
    #expect(report.notes.contains("mirror is stale: server has a newer release"))
    // Once the newer release is held, the old one is a rollback, at once.
    let later = round()
    #expect(later.summary == "current 2")
    #expect(later.notes.contains { $0.hasPrefix("mirror: refused") })
  }

  @Test func `when every source fails a refusal outranks a failure`() throws {
    mirror.answer = { [server] request throws(TransportFault) in
      var answer = try server.send(request)
      if request.path.contains("entries.txt"), !answer.body.isEmpty { answer.body[0] ^= 1 }
      return answer
    }
    server.lie("entries.txt") { _ in TransportAnswer(status: 0) }
    mirror.answer = { [server] request throws(TransportFault) in
      guard request.path.contains("entries.txt"), let body = server.files[String(request.path.dropFirst(11))]
      else { return try server.send(request) }
      return TransportAnswer(status: 200, body: body.reversed())
    }
    #expect(round().check == "list-digest")
    #expect(follower.output == nil)
  }

  @Test func `receipts go to the server and not to a mirror`() throws {
    var follower = follower
    follower.settings.sendsReceipts = true
    let report = FollowRound(
      settings: follower.settings,
      sources: [
        FollowSource(name: "mirror", transport: mirror, isOrigin: false),
        FollowSource(name: "server", transport: server, isOrigin: true),
      ], files: follower.disk, now: server.now, pause: { _ in }
    ).run()
    #expect(report.summary == "updated 0 1")
    #expect(server.receipts.count == 1)
    #expect(server.requests.count == mirror.asked + 1)
  }
}
