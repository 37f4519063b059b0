// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Glibc
import HTTPServing
import Testing

struct ResumptionTests {
  private let get = Array("GET /x HTTP/1.1\r\nHost: a\r\n\r\n".utf8)

  @Test func `a peer whose connection was reset can resume its session`() async throws {
    let certificates = try await Certificates()
    let engine = try EngineUnderTest(tls: certificates.configuration)
    let port = engine.port
    let server = engine.server
    let get = get
    let wasResumed = try await onThread {
      let first = try TLSRawClient(port: port)
      first.send(get)
      // The session comes before or with the answer.
      _ = first.readOnce()
      first.reset()
      for _ in 0..<500 where server.counters.connectionsOpen > 0 { usleep(10_000) }
      return try TLSRawClient(port: port, resuming: first).wasResumed
    }
    #expect(wasResumed)
    #expect(await eventually { server.counters.handshakesResumed == 1 })
    await engine.stop()
  }
}
