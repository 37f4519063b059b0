// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import HTTPServing
import Testing

struct ResumptionTests {
  private let get = Array("GET /x HTTP/1.1\r\nHost: a\r\n\r\n".utf8)

  @Test func `a peer whose connection was reset can resume its session`() async throws {
    let certificates = try await Certificates()
    let engine = try EngineUnderTest(tls: certificates.configuration)
    let first = try TLSRawClient(port: engine.port)
    first.send(get)
    // The session comes before or with the answer.
    _ = first.readOnce()
    first.reset()
    #expect(await eventually { engine.server.counters.connectionsOpen == 0 })
    let second = try TLSRawClient(port: engine.port, resuming: first)
    #expect(second.wasResumed)
    #expect(engine.server.counters.handshakesResumed == 1)
    await engine.stop()
  }
}
