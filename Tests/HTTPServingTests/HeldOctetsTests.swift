// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Glibc
import HTTP2Frames
import HTTPMessages
import HTTPServing
import Testing

/// Memory held for single peers is bounded in all, whatever they do.
struct HeldOctetsTests {
  private func engine(holding octets: Int) throws -> EngineUnderTest {
    var limits = ServerLimits()
    limits.heldOctets = octets
    return try EngineUnderTest(limits: limits)
  }

  private func reached(_ engine: EngineUnderTest) -> Int {
    engine.server.counters.limitsReached[.heldOctets, default: 0]
  }

  private func post(_ count: Int) -> String {
    "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: \(count)\r\n\r\n"
  }

  @Test func `a body that no longer fits beside the others is told so, and the others go on`() async throws {
    let engine = try engine(holding: 600_000)
    let first = try engine.client()
    await first.sendAll(post(500_001) + String(repeating: "a", count: 500_000))
    #expect(await eventually { engine.server.counters.octetsHeld >= 500_000 })
    #expect(reached(engine) == 0)
    let second = try engine.client()
    await second.sendAll(post(400_000) + String(repeating: "b", count: 300_000))
    let answer = await second.readToEnd()
    #expect(answer.hasPrefix("HTTP/1.1 503"))
    #expect(answer.contains("Retry-After: 5\r\n"))
    #expect(reached(engine) == 1)
    await engine.stop()
  }

  @Test func `what was held counts no more once it is gone`() async throws {
    let engine = try engine(holding: 600_000)
    for _ in 0..<3 {
      let client = try engine.client()
      await client.sendAll(post(500_000) + String(repeating: "a", count: 300_000))
      #expect(await eventually { engine.server.counters.octetsHeld >= 300_000 })
    }
    #expect(await eventually { engine.server.counters.octetsHeld == 0 })
    #expect(reached(engine) == 0)
    await engine.stop()
  }

  @Test func `an answer too large to be held for one peer is 503`() async throws {
    let engine = try engine(holding: 1_000_000)
    let answer = try await engine.exchange(
      "GET /large HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    #expect(answer.hasPrefix("HTTP/1.1 503"))
    #expect(reached(engine) == 1)
    await engine.stop()
  }

  @Test func `answers that nobody reads are dropped with their peers when all is full`() async throws {
    let engine = try engine(holding: 100_000)
    let request = "GET /block HTTP/1.1\r\nHost: a\r\n\r\n"
    let clients = try (0..<6).map { _ in try RawClient(port: engine.port, receiveBuffer: 4096) }
    for client in clients {
      Task.detached { await client.sendAll(String(repeating: request, count: 2000)) }
    }
    #expect(await eventually(within: 20) { reached(engine) > 0 })
    let most = engine.server.counters.octetsHeld
    #expect(most < 6 * 600_000)
    #expect(try await engine.exchange("GET /x HTTP/1.0\r\n\r\n").hasSuffix("/x\n"))
    await engine.stop()
    #expect(engine.server.counters.octetsHeld == 0)
  }

  /// The work on a request that nobody waits for any more holds its content all the same.
  @Test(arguments: [false, true])
  func `content in running work counts though its connection is gone`(isHTTP2: Bool) async throws {
    let certificates = try await Certificates()
    let engine = try EngineUnderTest(tls: isHTTP2 ? certificates.configuration : nil)
    let (port, count) = (engine.port, 200_000)
    try await onThread {
      guard isHTTP2 else {
        let client = try RawClient(port: port)
        client.send(
          "POST /stubborn HTTP/1.1\r\nHost: a\r\nContent-Length: \(count)\r\n\r\n"
            + String(repeating: "a", count: count))
        while engine.server.counters.requestsInFlight == 0 { usleep(1000) }
        client.reset()
        return
      }
      let client = try FrameClient(port: port)
      client.send(
        Frames.opening + Frames.headers(1, Frames.request("POST", "/stubborn"), ends: false)
          + (1...20).flatMap {
            Frames.data(1, [UInt8](repeating: 1, count: count / 20), ends: $0 == 20)
          })
      while engine.server.counters.requestsInFlight == 0 { usleep(1000) }
      client.send(Frames.reset(1))
    }
    #expect(await eventually { engine.server.counters.connectionsOpen == 0 })
    #expect(engine.server.counters.requestsInFlight == 1)
    // And its head, a little.
    #expect((count..<count + 1000).contains(engine.server.counters.octetsHeld))
    #expect(await eventually { engine.server.counters.requestsInFlight == 0 })
    #expect(engine.server.counters.octetsHeld == 0)
    await engine.stop()
  }
}
