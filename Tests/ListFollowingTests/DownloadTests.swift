// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import FoundationEssentials
import HTTPMessages
import ListFollowing
import Testing

/// A full list over a link that breaks.
struct DownloadTests {
  /// Breaks an answer with the list after some octets, for as long as there are breaks left.
  final class BreakingLink: Transport {
    let server: SimulatedServer
    /// After how many octets of the answer each break comes.
    var breaks: [Int] = []
    /// Whether the server knows ranges.
    var resumes = true
    private(set) var carried = 0

    init(to server: SimulatedServer) { self.server = server }

    func send(_ request: TransportRequest) throws(TransportFault) -> TransportAnswer {
      guard request.path.contains("entries.txt") else { return try server.send(request) }
      var whole = request
      whole.resumeFrom = nil
      var answer = try server.send(whole)
      var isContinuation = false
      if let start = request.resumeFrom, resumes {
        answer = TransportAnswer(status: 206, body: Array(answer.body[start...]))
        isContinuation = true
      }
      guard !breaks.isEmpty else {
        carried += answer.body.count
        return answer
      }
      let received = Array(answer.body.prefix(breaks.removeFirst()))
      carried += received.count
      throw .interrupted(reason: "reset", received: received, isContinuation: isContinuation, entityTag: nil)
    }
  }

  let server: SimulatedServer
  let follower: Follower
  let link: BreakingLink
  let length: Int

  init() throws {
    server = try SimulatedServer()
    follower = Follower(server)
    link = BreakingLink(to: server)
    try server.publish((0..<100).map { ".name-\($0).example" })
    length = server.releases[1].octets.count
  }

  func round() -> FollowReport {
    FollowRound(
      settings: follower.settings, sources: [FollowSource(name: "server", transport: link, isOrigin: true)],
      files: follower.disk, now: server.now, pause: { _ in }
    ).run()
  }

  let partial = "/state/entries.txt.partial"

  @Test func `a full list broken off five times is resumed and no octet is carried twice`() throws {
    link.breaks = [100, 300, 1, 500, 200]
    #expect(round().summary == "updated 0 1")
    #expect(link.carried == length)
    #expect(follower.disk.files[partial] == nil)
  }

  @Test(arguments: [(2, true), (3, false)])
  func `so many attempts in a row may bring nothing`(_ count: Int, _ comesThrough: Bool) throws {
    link.breaks = [100] + Array(repeating: 0, count: count)
    #expect((round().summary == "updated 0 1") == comesThrough)
    #expect((follower.disk.files[partial] == nil) == comesThrough)
  }

  @Test func `what arrived in one round is not asked for again in the next`() throws {
    link.breaks = [100, 0, 0, 0]
    #expect(round().summary.contains("octets"))
    #expect(round().summary == "updated 0 1")
    #expect(link.carried == length)
  }

  @Test func `a server without ranges is taken from the first octet`() throws {
    link.resumes = false
    link.breaks = [100, 400]
    #expect(round().summary == "updated 0 1")
    #expect(link.carried == length + 500)
  }

  @Test func `a part kept from before that is spoilt does not spoil the list`() throws {
    link.breaks = [100, 0, 0, 0]
    _ = round()
    follower.disk.change(partial) { $0[40] ^= 1 }
    #expect(round().summary == "updated 0 1")
    #expect(follower.disk.files[partial] == nil)
  }

  @Test func `a part of an older list is not continued with a newer one`() throws {
    link.breaks = [100, 0, 0, 0]
    _ = round()
    try server.publish((0..<100).map { ".other-\($0).example" })
    link.breaks = []
    #expect(round().summary == "updated 0 2")
    #expect(link.carried == 100 + server.releases[2].octets.count)
  }
}
