// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import FoundationEssentials
import ListFollowing
import SignedManifests
import Testing

/// Following by updates in one body.
@Suite struct CompactTests {
  private func server() throws -> SimulatedServer {
    let server = try SimulatedServer()
    server.speaksCompact = true
    try server.publish([".bad.example", "host.worse.example", "third.test"])
    return server
  }

  @Test func `an update takes one request, metadata and all`() throws {
    let server = try server()
    let follower = Follower(server)
    #expect(follower.round().summary == "updated 0 1")
    try server.publish([".bad.example", ".new.test", "third.test"])
    let asked = server.requests.count
    #expect(follower.round().summary == "updated 1 2")
    #expect(
      server.requests[asked...] == ["GET v1/lists/worst-of/changes?since=1&root=1&timestamp=1&snapshot=1"])
    #expect(follower.output == ".bad.example\n.new.test\nthird.test\n")
  }

  @Test func `a round without news takes one request`() throws {
    let server = try server()
    let follower = Follower(server)
    follower.round()
    let asked = server.requests.count
    #expect(follower.round().summary == "current 1")
    #expect(server.requests.count == asked + 1)
  }

  @Test func `metadata signed afresh comes without a change`() throws {
    let server = try server()
    let follower = Follower(server)
    follower.round()
    server.now = server.now.addingTimeInterval(2 * 86_400)
    try server.renew()
    let asked = server.requests.count
    #expect(follower.round().summary == "current 1")
    #expect(server.requests.count == asked + 1)
    // Past the end of the first timestamp: only the new one still counts.
    server.now = server.now.addingTimeInterval(2 * 86_400)
    #expect(follower.round().summary == "current 1")
  }

  @Test func `new roots come along, and rotation of the online keys with them`() throws {
    let server = try server()
    let follower = Follower(server)
    follower.round()
    try server.rotate()
    try server.rotate(replacingOnline: true)
    try server.publish([".after.example"])
    let asked = server.requests.count
    #expect(follower.round().summary == "updated 1 2")
    #expect(server.requests.count == asked + 1)
    #expect(follower.output == ".after.example\n")
  }

  @Test func `the full list comes in the compact form, and as a file when that is spoilt`() throws {
    let server = try server()
    let follower = Follower(server)
    #expect(follower.round().summary == "updated 0 1")
    #expect(!server.requests.contains { $0.contains("entries.txt") })
    let wary = Follower(server)
    server.flip("&to=")
    #expect(wary.round().summary == "updated 0 1")
    #expect(server.requests.contains { $0.contains("entries.txt") })
    #expect(wary.output == follower.output)
  }

  @Test func `a timestamp that is withheld expires`() throws {
    let server = try server()
    let follower = Follower(server)
    follower.round()
    server.lie("&timestamp=") { _ in TransportAnswer(status: 204) }
    try server.publish([".new.test"])
    #expect(follower.round().summary == "current 1")
    server.now = server.now.addingTimeInterval(3 * 86_400 + 1)
    #expect(follower.round().check == "metadata")
  }

  @Test(arguments: 0..<60)
  func `an octet flipped in the body is refused or harmless, and the list held stays`(_ place: Int) throws {
    let server = try server()
    let follower = Follower(server)
    follower.round()
    let before = follower.output
    try server.publish([".bad.example", ".new.test", "third.test"])
    server.lie("&timestamp=") { answer in
      var answer = answer
      if !answer.body.isEmpty { answer.body[place * (answer.body.count - 1) / 59] ^= 0x20 }
      return answer
    }
    let report = follower.round()
    if case .failed = report.outcome {
      #expect(report.check != nil && follower.output == before)
    } else {
      // A file whose name is another now was fetched by itself.
      #expect(follower.output == ".bad.example\n.new.test\nthird.test\n")
    }
    server.lies = []
    follower.round()
    #expect(follower.output == ".bad.example\n.new.test\nthird.test\n")
  }

  @Test func `a change that leads elsewhere is refused, and the full list follows`() throws {
    let server = try server()
    let follower = Follower(server)
    follower.round()
    try server.publish([".new.test"])
    let honest = server.releases[2]
    server.lie("&timestamp=") { answer in
      guard let update = try? CompactUpdate(parsing: answer.body),
        let files = try? update.metadata(),
        let other = try? Blocklist(entries: [BlocklistEntry(parsing: ".other.test")]),
        let change = try? CompactChange(
          Delta(from: server.releases[1], to: other), from: server.releases[1].entries),
        let spoilt = try? CompactUpdate(
          from: update.from, to: update.to, metadata: PackedMetadata(files), change: change)
      else { return answer }
      return TransportAnswer(status: 200, fields: answer.fields, body: spoilt.octets)
    }
    #expect(follower.round().check == "delta-digest")
    #expect(follower.round().summary == "updated 1 2")
    #expect(follower.output == String(decoding: honest.octets, as: UTF8.self))
  }

  @Test func `a server without the compact form is followed by text, and asked for it once a day`() throws {
    let server = try server()
    server.speaksCompact = false
    let follower = Follower(server)
    #expect(follower.round().summary == "updated 0 1")
    try server.publish([".new.test"])
    let asked = server.requests.count
    #expect(follower.round().summary == "updated 1 2")
    #expect(server.requests[asked...].contains("GET v1/lists/worst-of/changes?since=1"))
    #expect(!server.requests[asked...].contains { $0.contains("&") })
    server.speaksCompact = true
    server.now = server.now.addingTimeInterval(86_399)
    follower.round()
    #expect(!server.requests[asked...].contains { $0.contains("&") })
    server.now = server.now.addingTimeInterval(1)
    follower.round()
    #expect(server.requests.last?.contains("&timestamp=") == true)
  }

  @Test func `with plain settings no compact form is asked for`() throws {
    let server = try server()
    var follower = Follower(server)
    follower.settings.asksCompact = false
    #expect(follower.round().summary == "updated 0 1")
    try server.publish([".new.test"])
    #expect(follower.round().summary == "updated 1 2")
    #expect(!server.requests.contains { $0.contains("&") })
  }
}
