// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import FoundationEssentials
import HTTPMessages
import ListFollowing
import ListFormats
import Names
import Testing

@Suite struct RefusalTests {
  /// A follower at version 1 of a server that has gone on to version 2.
  private func behind() throws -> (SimulatedServer, Follower) {
    let server = try SimulatedServer()
    try server.publish([".bad.example", ".worse.example"])
    let follower = Follower(server)
    follower.round()
    try server.publish([".bad.example", ".new.test"])
    return (server, follower)
  }

  /// Runs a round that must be refused by `check` and change no output, then an honest one.
  private func expectRefusal(
    _ check: String, _ server: SimulatedServer, _ follower: Follower, then recovery: String = "updated 1 2"
  ) {
    let before = follower.outputs
    let report = follower.round()
    #expect(report.check == check, "\(report.lines)")
    #expect(follower.outputs == before)
    #expect(follower.state?.lastAttempt?.check == check)
    #expect(FollowStatus(of: follower.state, now: server.now, patience: 60) == .refused)
    #expect(!report.lines.joined().contains(".test") && !report.lines.joined().contains("bad.example"))
    server.lies = []
    #expect(follower.round().summary == recovery)
  }

  @Test(arguments: ["timestamp.json", "snapshot.json", "targets.json", "2.root.json"])
  func `one flipped bit in metadata is refused`(file: String) throws {
    let (server, follower) = try behind()
    try server.rotate()
    server.flip(file)
    expectRefusal("metadata", server, follower)
  }

  @Test func `no bit of a timestamp can be flipped unnoticed`() throws {
    let (server, follower) = try behind()
    let files = follower.disk.files
    let length = try #require(server.files["metadata/timestamp.json"]).count
    for position in 0..<length {
      var victim = follower
      victim.disk = MemoryFileSystem(files: files)
      server.lies = []
      server.flip("timestamp.json", at: position)
      let report = victim.round()
      #expect(report.check == "metadata", "position \(position): \(report.lines)")
    }
  }

  @Test func `one flipped bit in a delta is refused, and the next round takes the full list`() throws {
    let (server, follower) = try behind()
    server.flip("changes?since")
    #expect(["delta-digest", "delta-malformed"].contains(follower.round().check))
    #expect(follower.output == ".bad.example\n.worse.example\n")
    #expect(follower.state?.needsFullList == true)
    let asked = server.requests.count
    #expect(follower.round().summary == "updated 1 2")
    #expect(!server.requests[asked...].contains { $0.contains("changes") })
    #expect(follower.state?.needsFullList == false)
  }

  @Test func `a well formed delta to another list is refused by its digest`() throws {
    let (server, follower) = try behind()
    server.lie("changes?since") { answer in
      var answer = answer
      answer.body = Array("+.elsewhere.test\n".utf8)
      return answer
    }
    expectRefusal("delta-digest", server, follower)
  }

  @Test func `one flipped bit in the full list is refused`() throws {
    let server = try SimulatedServer()
    try server.publish([".bad.example"])
    let follower = Follower(server)
    server.flip("entries.txt")
    #expect(follower.round().check == "list-digest")
    #expect(follower.output == nil)
    #expect(FollowStatus(of: follower.state, now: server.now, patience: 60) == .refused)
    server.lies = []
    #expect(follower.round().summary == "updated 0 1")
  }

  @Test func `a full list that is cut short or goes on is refused`() throws {
    let server = try SimulatedServer()
    try server.publish([".bad.example"])
    let follower = Follower(server)
    for body in [".bad", ".bad.example\n.more.example\n"] {
      server.lies = []
      server.lie("entries.txt") { _ in TransportAnswer(status: 200, body: Array(body.utf8)) }
      #expect(follower.round().check == "list-digest")
    }
  }

  @Test func `a server that claims nothing is newer is refused`() throws {
    let (server, follower) = try behind()
    // In text; in the compact form it would only be metadata withheld, which runs out.
    server.lie("changes?since") { $0.status == 200 ? TransportAnswer(status: 204) : $0 }
    expectRefusal("update-withheld", server, follower)
  }

  @Test func `a server that offers what is not signed is refused`() throws {
    let (server, follower) = try behind()
    server.lie("changes?since") { answer in
      TransportAnswer(status: 200, fields: ["Cordon-Version": "7"], body: answer.body)
    }
    expectRefusal("update-unsigned", server, follower)
  }

  @Test func `a release between the metadata and the changes is no refusal`() throws {
    let (server, follower) = try behind()
    let stale = server.files
    try server.publish([".bad.example", ".newest.test"])
    var isFirst = true
    server.lie("timestamp.json") { answer in
      defer { isFirst = false }
      return isFirst ? TransportAnswer(status: 200, body: stale["metadata/timestamp.json"] ?? []) : answer
    }
    #expect(follower.round().summary == "updated 1 3")
  }

  @Test func `an old timestamp played again is refused`() throws {
    let (server, follower) = try behind()
    let old = server.files["metadata/timestamp.json"]
    try server.renew()
    follower.round()
    server.lie("timestamp.json") { _ in TransportAnswer(status: 200, body: old ?? []) }
    expectRefusal("metadata", server, follower, then: "current 2")
  }

  @Test func `metadata kept from being renewed is refused when it expires`() throws {
    let (server, follower) = try behind()
    follower.round()
    server.now += 4 * 86_400
    let report = follower.round()
    #expect(report.check == "metadata")
    #expect(report.lines[0].contains("expired"))
    try server.renew()
    #expect(follower.round().summary == "current 2")
  }

  @Test func `a list that goes back is refused though it is signed`() throws {
    let (server, follower) = try behind()
    follower.round()
    let before = follower.outputs
    try server.sign(server.releases[1], as: 1, dropping: 2)
    #expect(follower.round().check == "list-rollback")
    #expect(follower.outputs == before)
  }

  @Test func `a version signed with another content is refused`() throws {
    let (server, follower) = try behind()
    follower.round()
    let before = follower.outputs
    try server.sign(server.releases[1], as: 2)
    #expect(follower.round().check == "version-rewritten")
    #expect(follower.outputs == before)
  }

  @Test func `a file that is rendered here other than it is signed is refused, unless it is meant to differ`()
    throws
  {
    let (server, behind) = try behind()
    var follower = behind
    let before = follower.outputs
    server.misrendered = [.rpz]
    try server.publish([".bad.example", ".newer.test"])
    #expect(follower.round().check == "rendered-digest")
    #expect(follower.outputs == before)
    follower.settings.zone = try DomainName(canonical: "own.zone.invalid")
    #expect(follower.round().summary == "current 3")
    #expect(follower.output == ".bad.example\n.newer.test\n")
  }

  @Test func `metadata that does not name the list is refused`() throws {
    let server = try SimulatedServer(list: "other")
    try server.publish([".bad.example"])
    var follower = Follower(server)
    follower.settings.list = try ListName("worst-of")
    #expect(follower.round().check == "list-not-signed")
  }
}
