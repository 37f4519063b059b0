// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import HTTPServing
import Testing

/// Sessions are kept on the server's side, so their number is bounded there.
struct SessionCacheTests {
  @Test(arguments: [(5, true), (100, false)])
  func `a full cache forgets the oldest session and keeps the newest`(later: Int, isKept: Bool) async throws {
    let certificates = try await Certificates()
    var limits = ServerLimits()
    limits.tlsSessions = 64
    let engine = try EngineUnderTest(limits: limits, tls: certificates.configuration)
    let port = engine.port
    let resumed = try await onThread {
      let get = Array("GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".utf8)
      func connect() throws -> TLSRawClient {
        let client = try TLSRawClient(port: port)
        client.send(get)
        // The session comes before or with the answer.
        _ = client.readOnce()
        return client
      }
      let oldest = try connect()
      for _ in 1..<later { _ = try connect() }
      let newest = try connect()
      return try [oldest, newest].map { try TLSRawClient(port: port, resuming: $0).wasResumed }
    }
    #expect(resumed == [isKept, true])
    await engine.stop()
  }
}
