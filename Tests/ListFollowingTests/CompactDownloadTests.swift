// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import FoundationEssentials
import HTTPMessages
import ListFollowing
import Testing

/// A full list in the compact form over a link that breaks, while releases come out and servers are restarted.
struct CompactDownloadTests {
  /// Breaks answers with the whole list after some octets, for as long as there are breaks left, and serves ranges as a server does.
  final class BreakingLink: Transport {
    let server: SimulatedServer
    /// After how many octets of the answer each break comes, and what happens then.
    var breaks: [(octets: Int, then: () throws -> Void)] = []
    private(set) var carried = 0

    init(to server: SimulatedServer) { self.server = server }

    func send(_ request: TransportRequest) throws(TransportFault) -> TransportAnswer {
      guard request.path.contains("since=0&to=") else { return try server.send(request) }
      var whole = request
      whole.resumeFrom = nil
      var answer = try server.send(whole)
      let tag = answer.fields["ETag"]
      if let start = request.resumeFrom, request.fields["If-Range"].map({ $0 == tag }) ?? true {
        guard start < answer.body.count else { return TransportAnswer(status: 416) }
        answer = TransportAnswer(status: 206, body: Array(answer.body[start...]))
      }
      guard !breaks.isEmpty else {
        carried += answer.body.count
        return answer
      }
      let next = breaks.removeFirst()
      let received = Array(answer.body.prefix(next.octets))
      carried += received.count
      try? next.then()
      throw .interrupted(
        reason: "reset", received: received, isContinuation: answer.status == 206, entityTag: tag)
    }
  }

  let server: SimulatedServer
  let follower: Follower
  let link: BreakingLink
  let names: [String]

  init() throws {
    server = try SimulatedServer()
    server.speaksCompact = true
    follower = Follower(server)
    link = BreakingLink(to: server)
    var state: UInt64 = 7
    names = (0..<3000).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return ".\(String(state >> 20, radix: 36)).example"
    }
    try server.publish(names)
  }

  private func round() -> FollowReport {
    FollowRound(
      settings: follower.settings, sources: [FollowSource(name: "server", transport: link, isOrigin: true)],
      files: follower.disk, now: server.now, pause: { _ in }
    ).run()
  }

  /// The whole list's body.
  private func length(_ version: Int = 1) throws -> Int {
    try server.send(
      TransportRequest(
        path: "v1/lists/worst-of/changes?since=0&to=\(version)", fields: ["Accept": CompactUpdate.mediaType],
        maximumOctets: 1 << 20)
    ).body.count
  }

  private let partial = "/state/entries.txt.partial.compact"

  @Test func `broken off five times, with releases in between and in several rounds, it wastes nothing`()
    throws
  {
    let whole = try length()
    link.breaks = [
      (whole / 6, {}), (whole / 6, { try server.publish(names + [".one.test"]) }), (0, {}), (0, {}), (0, {}),
    ]
    #expect(round().summary.contains("connection broke"))
    link.breaks = [
      (whole / 6, {}), (whole / 6, { try server.publish(names + [".one.test", ".two.test"]) }), (1, {}),
      (0, {}), (0, {}),
      (0, {}),
    ]
    #expect(round().summary.contains("connection broke"))
    #expect(round().summary == "updated 0 3")
    #expect(link.carried == whole)
    #expect(follower.disk.files[partial] == nil)
    #expect(follower.output == (names + [".one.test", ".two.test"]).sorted().joined(separator: "\n") + "\n")
  }

  @Test func `octets of another packing are not put behind those held`() throws {
    let first = try length()
    link.breaks = [(first / 2, { server.level = 1 })]
    #expect(round().summary == "updated 0 1")
    let second = try length()
    #expect(first != second && link.carried == first / 2 + second)
  }

  @Test func `a shorter part of another packing takes the place of the one held`() throws {
    let first = try length()
    link.breaks = [(first / 2, { server.level = 1 }), (first / 4, {})]
    #expect(round().summary == "updated 0 1")
    #expect(link.carried == first / 2 + (try length()))
  }

  @Test func `what has arrived whole is not asked for again when what follows it fails`() throws {
    let whole = try length()
    link.breaks = [(whole / 2, { try server.publish(names + [".one.test"]) }), (0, {}), (0, {}), (0, {})]
    _ = round()
    server.lie("since=1&to=2") { _ in TransportAnswer(status: 0) }
    #expect(round().summary.contains("no route"))
    server.lies = []
    #expect(round().summary == "updated 0 2")
    #expect(link.carried == whole)
  }

  @Test func `a part that was spoilt on disk, or that the server knows no more, does not keep the list away`()
    throws
  {
    let whole = try length()
    for spoil in [true, false] {
      follower.disk.forget("/state/")
      link.breaks = [(whole / 2, {}), (0, {}), (0, {}), (0, {})]
      _ = round()
      if spoil {
        follower.disk.change(partial) { $0[$0.count - 20] ^= 1 }
      } else {
        try server.publish(names + [".one.test"])
        server.lie("since=0&to=1") { _ in TransportAnswer(status: 410) }
      }
      #expect(round().summary == "updated 0 \(server.version)")
    }
  }
}
