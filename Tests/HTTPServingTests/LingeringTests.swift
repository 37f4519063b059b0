// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import HTTPServing
import Testing

/// How long, and how much, a peer may go on after the last word it gets.
struct LingeringTests {
  private func limits(_ change: (inout ServerLimits) -> Void) -> ServerLimits {
    var limits = ServerLimits()
    change(&limits)
    return limits
  }

  private func reached(_ engine: EngineUnderTest) -> Int {
    engine.server.counters.limitsReached[.lingering, default: 0]
  }

  @Test func `who talks on is dropped one octet past the limit, and not at it`() async throws {
    let engine = try EngineUnderTest(
      limits: limits {
        $0.lingeringOctets = 1000
        $0.lingeringDeadline = .seconds(600)
      })
    let client = try engine.client()
    client.send("nonsense\r\n\r\n")
    #expect(await client.readToEnd().hasPrefix("HTTP/1.1 400"))
    client.send(String(repeating: "x", count: 1000))
    #expect(await eventually { engine.server.counters.connectionsOpen == 1 })
    #expect(reached(engine) == 0)
    client.send("x")
    #expect(await eventually { engine.server.counters.connectionsOpen == 0 })
    #expect(reached(engine) == 1)
    await engine.stop()
  }

  @Test func `who stays is dropped in time, and that is no deadline missed`() async throws {
    let engine = try EngineUnderTest(limits: limits { $0.lingeringDeadline = .milliseconds(100) })
    let client = try engine.client()
    client.send("nonsense\r\n\r\n")
    #expect(await client.readToEnd().hasPrefix("HTTP/1.1 400"))
    #expect(await eventually { engine.server.counters.connectionsOpen == 0 })
    #expect(reached(engine) == 1)
    #expect(engine.server.counters.deadlinesMissed == 0)
    withExtendedLifetime(client) {}
    await engine.stop()
  }
}
