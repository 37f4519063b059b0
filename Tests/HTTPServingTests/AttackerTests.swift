// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Glibc
import HTTPMessages
import HTTPServing
import Testing

/// Clients that are slow on purpose are cut off, each by the limit that is meant for it, while others are served.
struct AttackerTests {
  private static let each = 20

  private let limits: ServerLimits = {
    var limits = ServerLimits()
    limits.headerDeadline = .milliseconds(500)
    limits.bodyPause = .milliseconds(500)
    limits.writePause = .milliseconds(500)
    limits.writeOctetsPerSecond = 100_000
    // To the engine, each reader of 30 MB holds them alone.
    limits.heldOctets = 1 << 30
    limits.heldOctetsPerAddress = 1 << 30
    limits.heldOctetsOfStrangers = 1 << 30
    return limits
  }()

  @Test func `slow heads, slow bodies and slow readers at once are all cut off, by name`() async throws {
    let engine = try EngineUnderTest(limits: limits)
    let counters = { engine.server.counters.limitsReached }
    var attackers: [RawClient] = []
    for _ in 0..<Self.each {
      let head = try engine.client()
      head.send("GET / HTTP/1.1\r\nX-Slow: ")
      let body = try engine.client()
      body.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nx")
      let reader = try RawClient(port: engine.port, receiveBuffer: 4096)
      reader.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
      attackers += [head, body, reader]
    }
    #expect(await eventually { engine.server.counters.connectionsAccepted == attackers.count })
    #expect(try await engine.exchange("GET /x HTTP/1.0\r\n\r\n").hasSuffix("/x\n"))
    #expect(await eventually(within: 20) { counters()[.headerDeadline] == Self.each })
    #expect(await eventually(within: 20) { counters()[.bodyRate] == Self.each })
    #expect(await eventually(within: 20) { counters()[.writeRate] == Self.each })
    #expect(engine.server.counters.deadlinesMissed == 3 * Self.each)
    #expect(await attackers[0].readToEnd().hasPrefix("HTTP/1.1 408"))
    #expect(await attackers[1].readToEnd().hasPrefix("HTTP/1.1 408"))
    #expect(await eventually(within: 20) { engine.server.counters.connectionsOpen == 0 })
    #expect(engine.server.counters.octetsHeld == 0)
    await engine.stop()
  }

  @Test func `a TLS record in pieces buys no time`() async throws {
    let certificates = try await Certificates()
    var limits = ServerLimits()
    limits.idleDeadline = .milliseconds(400)
    let engine = try EngineUnderTest(limits: limits, tls: certificates.configuration)
    let port = engine.port
    let server = engine.server
    try await onThread {
      let client = try TLSRawClient(port: port)
      // The head of a record that never ends, an octet at a time.
      let record: [UInt8] = [0x17, 0x03, 0x03, 0x10, 0x00] + [UInt8](repeating: 0, count: 60)
      for octet in record where server.counters.connectionsOpen > 0 {
        client.sendBeneath([octet])
        usleep(50_000)
      }
    }
    #expect(engine.server.counters.connectionsOpen == 0)
    #expect(engine.server.counters.limitsReached[.idleDeadline] == 1)
    await engine.stop()
  }
}
