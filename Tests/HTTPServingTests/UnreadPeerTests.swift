// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import HTTP2Frames
import HTTPServing
import HTTPWire
import Testing

/// A peer that asks by HTTP/2 and does not read.
struct UnreadPeerTests {
  private static let ping = Frames.frame(Frames.ping, [UInt8](repeating: 0, count: 8))

  @Test func `too much that waits for a peer stops the reading from it, and all comes once it reads`()
    async throws
  {
    let certificates = try await Certificates()
    var limits = ServerLimits()
    limits.http2.queuedFrames = 5
    limits.http2.pings = .init(burst: 100_000, perSecond: 1)
    let engine = try EngineUnderTest(limits: limits, tls: certificates.configuration, reactorCount: 1)
    let port = engine.port
    let client = try await FrameClient.onThread {
      let client = try FrameClient(port: port)
      client.send(
        Frames.opening + Frames.setting(4, 0x7FFF_FFFF) + Frames.windowUpdate(0, 1 << 30)
          + Frames.get(1, "/large"))
      return Held(client)
    }
    // What waits is its acknowledgements, once its socket takes no more of the answer.
    var pings = 0
    while engine.server.counters.http2.peersHeldBack == 0, pings < 2000 {
      client.value.send(Self.ping)
      pings += 1
      try await Task.sleep(for: .milliseconds(5))
    }
    #expect(engine.server.counters.http2.peersHeldBack > 0)
    let before = engine.server.counters.octetsReceived
    for _ in 0..<100 { client.value.send(Self.ping) }
    let all = pings + 100
    #expect(try await engine.exchangeTLS("/x", certificates).hasSuffix("/x\n"))
    #expect(engine.server.counters.octetsReceived - before < 100 * Self.ping.count)
    let reader = try await FrameClient.onThread {
      client.value.read { $0.answers[1]?.isWhole == true && $0.pingAnswers == all }
      return (
        client.value.reader.answers[1]?.octets == EngineUnderTest.large, client.value.reader.pingAnswers
      )
    }
    #expect(reader.0)
    #expect(reader.1 == all)
    await engine.stop()
  }
}
