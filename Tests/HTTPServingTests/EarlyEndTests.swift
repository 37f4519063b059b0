// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import HTTPServing
import Testing

/// Peers that end in the midst of what they say. What is freed then must not be touched any more, which AddressSanitizer
/// sees.
struct EarlyEndTests {
  private static let heads = [
    "GET /x HT", "GET /x HTTP/1.1\r\nHost: a\r\n",
    "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc",
    "GET /x HTTP/1.1\r\nHost: a\r\n\r\nGET /y",
  ]

  @Test(arguments: heads, [false, true])
  func `who ends in the midst of a request is let go, and others are served`(
    start: String, isOnePiece: Bool
  ) async throws {
    let certificates = try await Certificates()
    let engine = try EngineUnderTest(tls: certificates.configuration, reactorCount: 1)
    let port = engine.port
    try await onThread {
      for _ in 0..<20 {
        let client = try SteppedTLSClient(port: port)
        try client.comeToLastWords { client.socket.send($0) }
        if !isOnePiece { client.socket.send(client.takeOutput()) }
        client.write(start)
        client.socket.send(client.takeOutput())
        // The ticket, or the answer to what was whole.
        _ = client.receive()
        client.socket.endSending()
        while client.socket.readOnce() {}
      }
    }
    #expect(await eventually { engine.server.counters.connectionsOpen == 0 })
    #expect(engine.server.counters.handshakesCompleted == 20)
    #expect(try await engine.exchangeTLS("/z", certificates).hasSuffix("/z\n"))
    await engine.stop()
  }

  @Test func `who says half of it and no more hears so in time`() async throws {
    let certificates = try await Certificates()
    var limits = ServerLimits()
    limits.headerDeadline = .milliseconds(100)
    let engine = try EngineUnderTest(limits: limits, tls: certificates.configuration)
    let port = engine.port
    let answer = try await onThread {
      let client = try TLSRawClient(port: port)
      client.send(Array(Self.heads[0].utf8))
      return client.readToEnd()
    }
    #expect(answer.hasPrefix("HTTP/1.1 408"))
    await engine.stop()
  }
}

extension EngineUnderTest {
  /// The answer to a GET on a TLS connection of its own.
  func exchangeTLS(_ path: String, _ certificates: Certificates) async throws -> String {
    let port = port
    return try await onThread {
      let client = try TLSRawClient(port: port)
      client.send(Array("GET \(path) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".utf8))
      return client.readToEnd()
    }
  }
}
