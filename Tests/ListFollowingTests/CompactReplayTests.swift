// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import HTTPMessages
import ListFollowing
import SignedManifests
import Testing

/// Update bodies of another day, each honest once, and bodies whose parts do not belong together.
@Suite struct CompactReplayTests {
  /// A follower at release 2, and the body that brought it there.
  private func followed() throws -> (SimulatedServer, Follower, old: TransportAnswer) {
    let server = try SimulatedServer()
    server.speaksCompact = true
    try server.publish([".bad.example"])
    let follower = Follower(server)
    follower.round()
    try server.publish([".bad.example", ".new.test"])
    var old: TransportAnswer?
    server.lie("&timestamp=") { answer in
      old = answer
      return answer
    }
    #expect(follower.round().summary == "updated 1 2")
    server.lies = []
    return (server, follower, try #require(old))
  }

  @Test func `yesterday's body is refused, and the list held stays`() throws {
    let (server, follower, old) = try followed()
    try server.publish([".newest.test"])
    #expect(follower.round().summary == "updated 2 3")
    server.lie("&timestamp=") { _ in old }
    let report = follower.round()
    #expect(report.check == "metadata" && report.lines.joined().contains("timestamp"))
    #expect(follower.output == ".newest.test\n")
    server.lies = []
    #expect(follower.round().summary == "current 3")
  }

  @Test func `the body just taken brings nothing a second time`() throws {
    let (server, follower, old) = try followed()
    server.lie("&timestamp=") { _ in old }
    #expect(follower.round().summary == "current 2")
    #expect(follower.output == ".bad.example\n.new.test\n")
  }

  @Test(arguments: [(1, 1, "update-withheld"), (2, 3, "update-unsigned")])
  func `a body without metadata that leads elsewhere than what is signed is refused`(
    _ from: UInt64, _ to: UInt64, _ check: String
  ) throws {
    let (server, follower, _) = try followed()
    let body = CompactUpdate(from: ListVersion(from), to: ListVersion(to), change: .none).octets
    server.lie("&timestamp=") { answer in
      TransportAnswer(status: 200, fields: ["Content-Type": CompactUpdate.mediaType], body: body)
    }
    #expect(follower.round().check == check)
    #expect(follower.output == ".bad.example\n.new.test\n")
    server.lies = []
    try server.publish([".newest.test"])
    #expect(follower.round().summary == "updated 2 3")
  }

  @Test
  func
    `after metadata spoilt in one body the next round looks at the files, and the one after asks for one body`()
    throws
  {
    let (server, follower, _) = try followed()
    try server.publish([".newest.test"])
    let targets = try #require(server.current?.snapshot.signed.meta["targets.json"]?.version)
    server.lie("&timestamp=") { answer in
      guard let update = try? CompactUpdate(parsing: answer.body), let files = try? update.metadata(),
        let spoilt = try? CompactUpdate(
          from: update.from, to: update.to,
          metadata: PackedMetadata(
            files.map { $0.name == "\(targets).targets.json" ? .init(name: $0.name, octets: [0x7b]) : $0 }),
          change: update.change)
      else { return answer }
      return TransportAnswer(status: 200, fields: answer.fields, body: spoilt.octets)
    }
    #expect(follower.round().check == "metadata")
    server.lies = []
    var asked = server.requests.count
    #expect(follower.round().summary == "updated 2 3")
    #expect(!server.requests.dropFirst(asked).contains { $0.contains("&timestamp=") })
    try server.publish([".later.test"])
    asked = server.requests.count
    #expect(follower.round().summary == "updated 3 4")
    #expect(server.requests.count == asked + 1)
  }
}
