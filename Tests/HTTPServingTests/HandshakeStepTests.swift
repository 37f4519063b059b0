// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import HTTPServing
import Testing

/// A handshake's octets in the pieces that a network makes of them, and what the server makes of its own.
struct HandshakeStepTests {
  private static let request = "GET /x HTTP/1.1\r\nHost: a.example\r\n\r\n"

  @Test func `a handshake that comes octet by octet is completed, and the request behind it answered`()
    async throws
  {
    let certificates = try await Certificates()
    let engine = try EngineUnderTest(tls: certificates.configuration)
    let port = engine.port
    let answer = try await onThread {
      let client = try SteppedTLSClient(port: port)
      func trickle(_ octets: [UInt8]) { for octet in octets { client.socket.send([octet]) } }
      try client.comeToLastWords(send: trickle)
      client.write(Self.request)
      trickle(client.takeOutput())
      while client.receive() {
        let answer = client.read()
        if !answer.isEmpty { return answer }
      }
      return ""
    }
    #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n") && answer.hasSuffix("/x\n"))
    #expect(engine.server.counters.handshakesCompleted == 1)
    await engine.stop()
  }

  @Test func `who asks along with its last words of the handshake gets ours and the answer in one piece`()
    async throws
  {
    let certificates = try await Certificates()
    let engine = try EngineUnderTest(tls: certificates.configuration)
    let port = engine.port
    let answer = try await onThread {
      let client = try SteppedTLSClient(port: port)
      try client.comeToLastWords { client.socket.send($0) }
      client.write(Self.request)
      client.socket.send(client.takeOutput())
      return client.receive() ? client.read() : ""
    }
    // In TLS 1.3 a ticket comes first: sent by itself, it would be all that one read gives.
    #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n") && answer.hasSuffix("/x\n"))
    await engine.stop()
  }

  @Test func `who asks nothing gets our last words of the handshake nevertheless`() async throws {
    let certificates = try await Certificates()
    let engine = try EngineUnderTest(tls: certificates.configuration)
    let port = engine.port
    let hasTicket = try await onThread {
      let client = try SteppedTLSClient(port: port)
      try client.comeToLastWords { client.socket.send($0) }
      client.socket.send(client.takeOutput())
      return client.receive()
    }
    #expect(hasTicket)
    await engine.stop()
  }

  @Test func `who ends in the midst of a handshake is let go before its deadline`() async throws {
    let certificates = try await Certificates()
    var limits = ServerLimits()
    limits.handshakeDeadline = .seconds(600)
    let engine = try EngineUnderTest(limits: limits, tls: certificates.configuration)
    let port = engine.port
    let hasEnded = try await onThread {
      let client = try SteppedTLSClient(port: port)
      _ = client.step()
      client.socket.send(Array(client.takeOutput().prefix(100)))
      client.socket.endSending()
      while client.socket.readOnce() {}
      return client.socket.hasEnded
    }
    #expect(hasEnded)
    #expect(await eventually { engine.server.counters.connectionsOpen == 0 })
    #expect(engine.server.counters.handshakesFailed == 1)
    await engine.stop()
  }
}
