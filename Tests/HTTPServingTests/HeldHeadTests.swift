// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import HTTP2Frames
import HTTPServing
import Testing

/// Heads of requests count towards the memory held for single peers as long as they are there: while their content is awaited, and
/// while their answer waits.
struct HeldHeadTests {
  private static let long = String(repeating: "a", count: 15_000)

  private func limits(_ change: (inout ServerLimits) -> Void) -> ServerLimits {
    var limits = ServerLimits()
    change(&limits)
    return limits
  }

  /// A POST that refers four times to one field of 4,000 octets, which `isFirst` puts into the table of fields.
  private static func head(_ stream: UInt32, isFirst: Bool, ends: Bool = false) -> [UInt8] {
    var block = Frames.block(Frames.request("POST", "/x"))
    if isFirst {
      // As the block has it, but to be remembered (RFC 7541 §6.2.1).
      let line = Frames.block([("x", String(repeating: "a", count: 4000))])
      block += [0x40] + line.dropFirst()
    }
    block += [UInt8](repeating: 0x80 | 62, count: isFirst ? 3 : 4)
    return Frames.frame(
      Frames.headers, flags: Frames.endHeaders | (ends ? Frames.endStream : 0), stream: stream, block)
  }

  @Test func `heads that await their content count: one that no longer fits is 503, what ends makes room`()
    async throws
  {
    let certificates = try await Certificates()
    let engine = try EngineUnderTest(
      limits: limits { $0.heldOctetsOfStrangers = 300_000 }, tls: certificates.configuration)
    let port = engine.port
    let client = try await FrameClient.onThread {
      let client = try FrameClient(port: port)
      // A few kilobytes on the wire stand for a megabyte and a half.
      client.send(
        Frames.opening + (0..<90).flatMap { Self.head($0 * 2 + 1, isFirst: $0 == 0) } + Frames.get(201, "/y"))
      client.read { $0.answers[201]?.isWhole == true }
      return Held(client)
    }
    let refused = client.value.reader.answers.filter { $0.value.status == 503 }
    #expect((72...77).contains(refused.count))
    #expect(refused.keys.min() == UInt32(90 - refused.count) * 2 + 1)
    #expect(await eventually { (200_000...300_000).contains(engine.server.counters.octetsHeld) })
    #expect(engine.server.counters.limitsReached[.heldOctetsOfStrangers] == refused.count)
    #expect(engine.server.counters.http2.bodiesWithoutRoom == refused.count)
    let statuses = try await FrameClient.onThread {
      client.value.send(Frames.data(1, [1]))
      client.value.read { $0.answers[1]?.isWhole == true }
      client.value.send(Self.head(203, isFirst: false))
      client.value.send(Frames.data(203, [1]))
      client.value.read { $0.answers[203]?.isWhole == true }
      return [client.value.reader.answers[1]?.status, client.value.reader.answers[203]?.status]
    }
    #expect(statuses == [200, 200])
    await engine.stop()
    #expect(engine.server.counters.octetsHeld == 0)
  }

  @Test func `over HTTP 1 too, until the request is whole`() async throws {
    let engine = try EngineUnderTest()
    let client = try engine.client()
    client.send("POST /x HTTP/1.1\r\nHost: a\r\nX: \(Self.long)\r\nContent-Length: 2\r\n\r\na")
    // The one octet of content was looked at after the head.
    #expect(await eventually { engine.server.counters.octetsHeld >= 15_000 })
    try await Task.sleep(for: .milliseconds(50))
    #expect((15_000..<17_000).contains(engine.server.counters.octetsHeld))
    client.send("b")
    #expect(await client.read(until: "/x\n").hasPrefix("HTTP/1.1 200"))
    #expect(await eventually { engine.server.counters.octetsHeld == 0 })
    await engine.stop()
  }

  @Test(arguments: [false, true])
  func `those of long polls count while they wait, and one that no longer fits is 503`(isHTTP2: Bool)
    async throws
  {
    let certificates = try await Certificates()
    let engine = try EngineUnderTest(
      limits: limits { $0.heldOctets = 40_000 }, tls: isHTTP2 ? certificates.configuration : nil)
    let port = engine.port
    if isHTTP2 {
      let client = try await FrameClient.onThread {
        let client = try FrameClient(port: port)
        let fields = Frames.request("GET", "/parked") + [("x", Self.long)]
        client.send(
          Frames.opening + Frames.headers(1, fields) + Frames.headers(3, fields) + Frames.headers(5, fields))
        client.read { $0.answers[5]?.isWhole == true }
        return Held(client)
      }
      #expect(client.value.reader.answers.mapValues(\.status) == [5: 503])
      #expect(engine.server.counters.requestsParked == 2)
      #expect(await eventually { (30_000..<40_000).contains(engine.server.counters.octetsHeld) })
      engine.server.wakeParked()
      _ = try await FrameClient.onThread {
        client.value.read { $0.answers[1]?.isWhole == true && $0.answers[3]?.isWhole == true }
      }
      #expect(client.value.reader.answers.mapValues(\.status) == [1: 200, 3: 200, 5: 503])
      #expect(await eventually { engine.server.counters.octetsHeld < 1000 })
    } else {
      let head = "GET /parked HTTP/1.1\r\nHost: a\r\nX: \(Self.long)\r\n\r\n"
      let clients = try (0..<2).map { _ in try engine.client() }
      for client in clients { client.send(head) }
      #expect(await eventually { engine.server.counters.requestsParked == 2 })
      #expect(await eventually { (30_000..<40_000).contains(engine.server.counters.octetsHeld) })
      let third = try engine.client()
      third.send(head)
      #expect(await third.read(until: "}").hasPrefix("HTTP/1.1 503"))
      engine.server.wakeParked()
      for client in clients { #expect(await client.read(until: "woken\n").hasPrefix("HTTP/1.1 200")) }
      #expect(await eventually { engine.server.counters.octetsHeld == 0 })
    }
    #expect(engine.server.counters.limitsReached[.heldOctets] == 1)
    await engine.stop()
  }
}
