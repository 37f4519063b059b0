// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Foundation
import HTTPMessages
import HTTPServing
import ListService
import StrictJSON
import Testing

/// The content of submissions is put aside as it arrives.
@Suite struct SpoolTests {
  private static func sheet(_ rows: Int, _ tag: String) -> [UInt8] {
    let note = String(repeating: "seen twice ", count: 40)
    let lines = (0..<rows).map { "https://h\($0).\(tag).example/,\(note)" }
    return Array((["url,note"] + lines).joined(separator: "\n").utf8)
  }

  private static func head(
    _ person: String, _ path: String = "/v1/submissions", _ type: String = "text/csv",
    announced: String? = nil
  ) throws -> HTTPRequest {
    var fields: HTTPFields = ["Authorization": "Bearer \(World.token(person))", "Content-Type": type]
    if let announced { fields["Content-Length"] = announced }
    return HTTPRequest(
      method: try #require(HTTPMethod("POST")), path: path, query: "list=worst-of",
      fields: fields,
      connection: ConnectionFacts(peerAddress: "192.0.2.1", isLoopback: false, tls: true))
  }

  private static func untilNotFull(_ receiver: any ContentReceiver) async {
    await withCheckedContinuation { continuation in receiver.whenNotFull { continuation.resume() } }
  }

  @Test func `what is announced and finds no room is refused before it comes`() async throws {
    let world = try await World([("submissions.spool_mebibytes", "1")])
    func appetite(_ announced: String) throws -> ContentAppetite? {
      world.responder.receiver(for: try Self.head("police-jm", announced: announced))?.appetite
    }
    #expect(try appetite("1048576") == .hungry)
    #expect(try appetite("1048577") == .sated)
    // Little stays in memory.
    let slow = try #require(world.responder.receiver(for: try Self.head("police-tt")))
    let piece = [UInt8](repeating: 0x61, count: 1 << 16)
    for _ in 0..<16 { slow.take(piece.span) }
    #expect(try appetite("65537") == .sated)
    #expect(try appetite("65536") == .hungry)
    withExtendedLifetime(slow) {}
  }

  @Test func `content that comes on beyond the room, or meets a disk that fails, is wanted no more`()
    async throws
  {
    let world = try await World([("submissions.spool_mebibytes", "1")])
    let piece = [UInt8](repeating: 0x61, count: 1 << 16)
    let large = try #require(world.responder.receiver(for: try Self.head("police-jm")))
    for _ in 0..<16 { large.take(piece.span) }
    #expect(large.appetite != .sated)
    large.take([0x61].span)
    #expect(large.appetite == .sated)
    try FileManager.default.removeItem(atPath: world.dataFolder)
    let lost = try #require(world.responder.receiver(for: try Self.head("police-tt")))
    for _ in 0..<2 { lost.take(piece.span) }
    await Self.untilNotFull(lost)
    for _ in 0..<500 where lost.appetite != .sated { try await Task.sleep(for: .milliseconds(10)) }
    #expect(lost.appetite == .sated)
  }

  @Test func `only who may submit has much put aside, and holds little memory for it`() async throws {
    let world = try await World()
    #expect(world.responder.receiver(for: try Self.head("nobody")) == nil)
    #expect(world.responder.bodyLimit(for: try Self.head("nobody")) == 1 << 16)
    let dropping = try #require(world.responder.receiver(for: try Self.head("isp-coral")))
    dropping.take([UInt8](repeating: 0x61, count: 16_384).span)
    #expect(dropping.octetsHeld == 0)
    let refused = try await world.ask(
      "POST", "/v1/submissions?list=worst-of", as: "isp-coral", body: Self.sheet(600, "no"), type: "text/csv")
    #expect(refused.status == 403 && refused.problem == "role-required")
    #expect(world.responder.receiver(for: try Self.head("police-jm", "/v1/submissions", "image/png")) == nil)
    let receiver = try #require(world.responder.receiver(for: try Self.head("police-jm")))
    let piece = [UInt8](repeating: 0x61, count: 16_384)
    for _ in 0..<4 { receiver.take(piece.span) }
    // What an array takes at most, which the allocator rounds up by some octets.
    #expect((1 << 16...(2 << 16) + 64).contains(receiver.octetsHeld))
    for _ in 0..<64 {
      receiver.take(piece.span)
      await Self.untilNotFull(receiver)
      // One piece that is being written, and room for the next.
      #expect(receiver.octetsHeld <= 4 << 16)
    }
  }

  @Test
  func
    `content beyond the memory of one request is read from the disk, leaves no name there, and its key counts`()
    async throws
  {
    let world = try await World()
    let body = Self.sheet(600, "s")
    #expect(body.count > 4 << 16)
    func send(_ body: [UInt8]) async throws -> Reply {
      try await world.ask(
        "POST", "/v1/submissions?list=worst-of", as: "police-jm", body: body, type: "text/csv",
        fields: ["Idempotency-Key": "one"])
    }
    let first = try await send(body)
    #expect(first.status == 201 && first.json["accepted"] == 600)
    let again = try await send(body)
    #expect(again.status == 201 && again.octets == first.octets)
    var other = body
    other[other.count - 1] = UInt8(ascii: "!")
    #expect(try await send(other).problem == "idempotency-key-reused")
    #expect(try FileManager.default.contentsOfDirectory(atPath: world.dataFolder) == [])
  }

  @Test
  func `all requests together take no more of the disk than is said, and what is over is refused whole`()
    async throws
  {
    let world = try await World([("submissions.spool_mebibytes", "1")])
    // One that is still arriving holds all but a little.
    let slow = try #require(world.responder.receiver(for: try Self.head("police-tt")))
    let piece = [UInt8](repeating: 0x61, count: 1 << 16)
    for _ in 0..<14 { slow.take(piece.span) }
    let body = Self.sheet(600, "t")
    let refused = try await world.ask(
      "POST", "/v1/submissions?list=worst-of", as: "police-jm", body: body, type: "text/csv")
    #expect(refused.status == 503 && refused.problem == "uploads-full" && refused["Retry-After"] == "5")
    let little = try await world.ask(
      "POST", "/v1/submissions?list=worst-of", as: "police-jm", body: Self.sheet(100, "u"), type: "text/csv")
    #expect(little.status == 201)
    let metrics = try await world.get("/metrics", as: "watcher").text
    #expect(metrics.contains("cordon_rate_limited_total{limit=\"uploads\"} 1\n"))
    withExtendedLifetime(slow) {}
  }

  @Test func `one person takes a quarter of the disk's room at most, and leaves the rest to others`()
    async throws
  {
    let world = try await World([
      ("submissions.spool_mebibytes", "4"), ("submissions.body_octets", "1048576"),
    ])
    let piece = [UInt8](repeating: 0x61, count: 1 << 16)
    // Many that do not end: together a mebibyte, then no more of this person's.
    let slow = try (0..<8).map { _ in try #require(world.responder.receiver(for: try Self.head("police-tt")))
    }
    for receiver in slow { for _ in 0..<15 { receiver.take(piece.span) } }
    func send(_ person: String, _ tag: String) async throws -> Reply {
      try await world.ask(
        "POST", "/v1/submissions?list=worst-of", as: person, body: Self.sheet(600, tag), type: "text/csv")
    }
    let refused = try await send("police-tt", "v")
    #expect(refused.status == 503 && refused.problem == "uploads-full")
    #expect(try await send("police-jm", "w").status == 201)
    withExtendedLifetime(slow) {}
  }

  @Test func `judged items that find no room beside their content are judged again, to the same answer`()
    async throws
  {
    // 1,400 rows are more than half a mebibyte, and so are the items.
    let body = Self.sheet(1_400, "twice") + Array("\nhttps://bad_host.example/,\n".utf8)
    #expect((600_000..<1_000_000).contains(body.count))
    var answers: [[UInt8]] = []
    for room in ["1", "512"] {
      let world = try await World([("submissions.spool_mebibytes", room)])
      let reply = try await world.ask(
        "POST", "/v1/submissions?list=worst-of&mode=each", as: "police-jm", body: body, type: "text/csv")
      #expect(reply.status == 201 && reply.json["accepted"] == 1_400 && reply.json["refused"] == 1)
      #expect(try FileManager.default.contentsOfDirectory(atPath: world.dataFolder) == [])
      answers.append(reply.octets)
    }
    #expect(answers[0] == answers[1])
  }

  @Test func `what was put aside gives its room back when its request is over`() async throws {
    let world = try await World([("submissions.spool_mebibytes", "1")])
    for round in 0..<6 {
      let reply = try await world.ask(
        "POST", "/v1/submissions?list=worst-of", as: "police-jm", body: Self.sheet(600, "r\(round)"),
        type: "text/csv")
      #expect(reply.status == 201)
    }
  }
}
