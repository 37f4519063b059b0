// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import HTTPServing
import Testing

/// Answers that do not fit into the peer's socket, and a request behind them that waits.
struct PipelineTests {
  private static let get = "GET /block HTTP/1.1\r\nHost: a\r\n\r\n"
  private static let count = 1000

  /// So many answers that the socket does not take them, asked for in one piece with a long poll behind.
  private func engine(_ change: (inout ServerLimits) -> Void = { _ in }) throws -> EngineUnderTest {
    var limits = ServerLimits()
    limits.outputBacklogOctets = 32 << 20
    change(&limits)
    return try EngineUnderTest(limits: limits, reactorCount: 1)
  }

  private func ask(_ engine: EngineUnderTest) async throws -> RawClient {
    let client = try RawClient(port: engine.port, receiveBuffer: 65_536)
    client.send(String(repeating: Self.get, count: Self.count) + "GET /parked HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(await eventually { engine.server.counters.requestsParked == 1 })
    return client
  }

  @Test func `answers do not wait for the long poll behind them`() async throws {
    let engine = try engine()
    let client = try await ask(engine)
    #expect(await client.read(octets: 1000))
    let head = try #require(Array(client.text.utf8).firstOffset(of: Array("\r\n\r\n".utf8), from: 0)) + 4
    #expect(await client.read(octets: Self.count * (head + 8000)))
    #expect(client.text.components(of: "HTTP/1.1 200") == Self.count)
    #expect(engine.server.counters.requestsParked == 1)
    engine.server.wakeParked()
    #expect(await client.read(until: "woken\n").hasSuffix("woken\n"))
    await engine.stop()
  }

  @Test func `a peer that takes none of them is cut in time, though it waits for more`() async throws {
    let engine = try engine { $0.writePause = .milliseconds(200) }
    let client = try await ask(engine)
    #expect(await eventually { engine.server.counters.connectionsOpen == 0 })
    #expect(engine.server.counters.requestsParked == 0)
    #expect(engine.server.counters.limitsReached[.writeRate] == 1)
    withExtendedLifetime(client) {}
    await engine.stop()
  }
}
