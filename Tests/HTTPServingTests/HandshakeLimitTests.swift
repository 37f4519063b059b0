// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import HTTPMessages
import HTTPServing
import Testing

/// What TLS adds to the limits.
struct HandshakeLimitTests {
  private let get = Array("GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".utf8)

  @Test func `an address may begin so many handshakes, and no more for a while`() async throws {
    var limits = ServerLimits()
    limits.handshakesPerAddressPerSecond = 1
    limits.handshakeBurstPerAddress = 3
    let certificates = try await Certificates()
    let engine = try EngineUnderTest(limits: limits, tls: certificates.configuration)
    let server = engine.server
    let crowd = try (0..<4).map { _ in try engine.client() }
    let refused = { server.counters.limitsReached[.handshakesPerAddress, default: 0] }
    #expect(await eventually { server.counters.connectionsAccepted + refused() == crowd.count })
    #expect(refused() == 1)
    #expect(server.counters.connectionsRefused == 1)
    // One a second comes back.
    try await Task.sleep(for: .milliseconds(1100))
    let port = engine.port
    let get = get
    let answer = try await onThread {
      let client = try TLSRawClient(port: port)
      client.send(get)
      return client.readToEnd()
    }
    #expect(answer.hasPrefix("HTTP/1.1 200"))
    await engine.stop()
  }

  @Test func `beyond the limit of connections a peer hears 503 in TLS too`() async throws {
    var limits = ServerLimits()
    limits.connections = 1
    let certificates = try await Certificates()
    let engine = try EngineUnderTest(limits: limits, tls: certificates.configuration)
    let port = engine.port
    let get = get
    let answers = try await onThread {
      let first = try TLSRawClient(port: port)
      let refused = try TLSRawClient(port: port).readToEnd()
      first.send(get)
      return [refused, first.readToEnd()]
    }
    #expect(answers[0].hasPrefix("HTTP/1.1 503"))
    #expect(answers[0].contains("Retry-After: 5\r\n"))
    #expect(answers[1].hasPrefix("HTTP/1.1 200"))
    #expect(engine.server.counters.limitsReached[.connections] == 1)
    #expect(engine.answered.value == 1)
    await engine.stop()
  }

  @Test func `a peer that does not shake hands is cut off by name`() async throws {
    var limits = ServerLimits()
    limits.handshakeDeadline = .milliseconds(200)
    let certificates = try await Certificates()
    let engine = try EngineUnderTest(limits: limits, tls: certificates.configuration)
    let silent = try engine.client()
    #expect(await silent.readToEnd() == "")
    #expect(engine.server.counters.limitsReached[.handshakeDeadline] == 1)
    #expect(engine.server.counters.deadlinesMissed == 1)
    await engine.stop()
  }
}
