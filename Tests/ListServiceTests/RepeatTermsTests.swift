// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import FoundationEssentials
import HTTPMessages
import HTTPServing
import ListService
import Publication
import StrictJSON
import Testing

/// On what terms the engine may give an answer again: never past what it was made of.
@Suite struct RepeatTermsTests {
  private static let poll = "/v1/lists/worst-of/changes"

  /// The terms of a poll's answer; nil if it may not be given again.
  private func terms(
    _ world: World, since: Int, token: String = World.token("isp-coral")
  ) throws -> RepeatTerms? {
    var terms: RepeatTerms?
    let request = HTTPRequest(
      method: .get, path: Self.poll, query: "since=\(since)", fields: ["Authorization": "Bearer \(token)"],
      body: [], connection: ConnectionFacts(peerAddress: "192.0.2.1", isLoopback: false, tls: true))
    _ = world.responder.answer(request, terms: &terms)
    return terms
  }

  @Test func `a release voids what was answered before it`() async throws {
    let world = try await World()
    try await world.list("https://a.example/")
    // Packing what is shown voids answers as well: from then on they are shorter.
    await world.publisher.packed()
    let before = try #require(try terms(world, since: 1))
    #expect(before.epoch == world.responder.epoch)
    try await world.list("https://b.example/")
    #expect(before.epoch != world.responder.epoch)
    await world.publisher.packed()
    #expect(try terms(world, since: 1)?.epoch == world.responder.epoch)
  }

  @Test func `a credential issued or revoked voids what was answered before it`() async throws {
    let world = try await World()
    try await world.list("https://a.example/")
    let first = try #require(try terms(world, since: 0))
    let issued = try await world.post("/v1/credentials", ["principal": "isp-coral"], as: "admin-one")
    #expect(first.epoch != world.responder.epoch)
    let token = try #require(issued.json["token"]?.stringValue)
    let second = try #require(try terms(world, since: 0, token: token))
    let id = try #require(issued.json["id"])
    let revoked = try await world.ask("DELETE", "/v1/credentials/\(Self.text(id))", as: "admin-one")
    #expect(revoked.status < 300)
    #expect(second.epoch != world.responder.epoch)
    #expect(try terms(world, since: 0, token: token) == nil)
  }

  @Test func `an answer counts no longer than the credential it was given for`() async throws {
    let world = try await World()
    try await world.list("https://a.example/")
    let end = World.start.addingTimeInterval(100)
    let issued = try await world.post(
      "/v1/credentials", ["principal": "isp-coral", "expires_at": "2026-11-18T11:08:20Z"], as: "admin-one")
    #expect(issued.status == 201, "\(issued.text)")
    let token = try #require(issued.json["token"]?.stringValue)
    let granted = try #require(try terms(world, since: 0, token: token))
    #expect(granted.expiresAt == Int64(end.timeIntervalSince1970))
    world.clock.pass(100)
    #expect(world.responder.second >= Int64(end.timeIntervalSince1970))
    #expect(try terms(world, since: 0, token: token) == nil)
  }

  @Test func `answers given again are logged with the time they took`() async throws {
    let world = try await World()
    try await world.list("https://a.example/")
    let granted = try #require(try terms(world, since: 0))
    let before = world.log.all.count
    granted.tally(2, 1_795_000_000, .microseconds(3))
    let lines = world.log.all.dropFirst(before)
    #expect(lines.count == 2)
    #expect(lines.allSatisfy { $0.hasSuffix(" 0.001ms isp-coral") }, "\(lines)")
  }

  private static func text(_ value: JSONValue) -> String {
    value.stringValue ?? String(decoding: value.encoded(), as: UTF8.self)
  }
}
