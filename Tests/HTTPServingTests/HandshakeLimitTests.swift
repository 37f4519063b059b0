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
    for _ in 0..<3 {
      let client = try TLSRawClient(port: engine.port)
      client.send(get)
      #expect(client.readToEnd().hasPrefix("HTTP/1.1 200"))
    }
    #expect(engine.server.counters.limitsReached[.handshakesPerAddress] == 0)
    #expect(throws: TLSRawClient.Failure.self) { try TLSRawClient(port: engine.port) }
    #expect(engine.server.counters.limitsReached[.handshakesPerAddress] == 1)
    let isAdmittedLater = await eventually { (try? TLSRawClient(port: engine.port)) != nil }
    #expect(isAdmittedLater)
    await engine.stop()
  }

  @Test func `beyond the limit of connections a peer hears 503 in TLS too`() async throws {
    var limits = ServerLimits()
    limits.connections = 1
    let certificates = try await Certificates()
    let engine = try EngineUnderTest(limits: limits, tls: certificates.configuration)
    let first = try TLSRawClient(port: engine.port)
    #expect(await eventually { engine.server.counters.handshakesCompleted == 1 })
    let answer = try TLSRawClient(port: engine.port).readToEnd()
    #expect(answer.hasPrefix("HTTP/1.1 503"))
    #expect(answer.contains("Retry-After: 5\r\n"))
    #expect(engine.server.counters.limitsReached[.connections] == 1)
    first.send(get)
    #expect(first.readToEnd().hasPrefix("HTTP/1.1 200"))
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
