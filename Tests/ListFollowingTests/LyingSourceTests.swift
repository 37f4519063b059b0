// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import HTTPMessages
import ListFollowing
import Testing

/// A source without any key that sends more than there can be.
struct LyingSourceTests {
  let server: SimulatedServer
  let follower: Follower
  /// What changes in text may have for the lists here.
  static let limit = 64 << 10

  init() throws {
    server = try SimulatedServer()
    try server.publish([".bad.example"])
    follower = Follower(server)
    follower.round()
    try server.publish([".bad.example", ".new.test"])
  }

  private func changes(octets: Int) -> [UInt8] {
    let line = { (number: Int) in "+.name-\(1_000_000 + number).example\n" }
    let count = octets / line(0).utf8.count
    let text = (0..<count).map(line).joined()
    let rest = octets - text.utf8.count
    return Array(text.utf8) + Array("+.name-\(String(repeating: "9", count: rest)).test\n".utf8)
  }

  @Test func `changes longer than is worth taking are not taken, and the list signed is`() {
    let body = changes(octets: Self.limit)
    server.lie("changes?since") { _ in TransportAnswer(status: 200, body: body) }
    let asked = server.requests.count
    #expect(follower.round().summary == "updated 1 2")
    #expect(server.requests[asked...].contains { $0.contains("entries.txt") })
    #expect(follower.output == ".bad.example\n.new.test\n")
  }

  @Test func `changes as long as is worth taking are read, and refused for what they lead to`() {
    let body = changes(octets: 2 * Self.limit).prefix(Self.limit)
    let whole = Array(body[...(body.lastIndex(of: 10) ?? 0)])
    server.lie("changes?since") { _ in TransportAnswer(status: 200, body: whole) }
    #expect(follower.round().check == "delta-digest")
  }

  @Test func `a compact body longer than any is not taken, and the files are asked for`() throws {
    let server = try SimulatedServer()
    server.speaksCompact = true
    try server.publish([".bad.example"])
    let follower = Follower(server)
    follower.round()
    try server.publish([".bad.example", ".new.test"])
    let body = [UInt8](repeating: 0, count: (8 << 20) + 1)
    server.lie("&timestamp=") { answer in TransportAnswer(status: 200, fields: answer.fields, body: body) }
    let asked = server.requests.count
    #expect(follower.round().summary == "updated 1 2")
    #expect(server.requests[asked...].contains { $0.contains("&timestamp=") })
  }

  @Test func `a compact body of a whole list that is longer than half of it is not taken`() throws {
    server.speaksCompact = true
    let body = [UInt8](repeating: 0, count: Self.limit + 1)
    server.lie("since=0&to=") { answer in TransportAnswer(status: 200, fields: answer.fields, body: body) }
    let fresh = Follower(server)
    let asked = server.requests.count
    #expect(fresh.round().summary == "updated 0 2")
    #expect(server.requests[asked...].contains { $0.contains("entries.txt") })
  }
}
