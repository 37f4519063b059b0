// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import HTTPServing
import Testing

/// Of the content that may be announced in all one address gets a part only.
struct AnnouncedPartTests {
  private static let large = ServerLimits.smallBodyOctets + 1

  private static func head(_ octets: Int) -> String {
    "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: \(octets)\r\n\r\n"
  }

  @Test func `an address announces up to its part, one octet more is 503, and another one is served`()
    async throws
  {
    var limits = ServerLimits()
    limits.bodiesOctets = 1 << 20
    limits.bodiesOctetsPerAddress = 130_000 + 70_000
    let engine = try EngineUnderTest(limits: limits) {
      $0.balancers = ["127.0.0.0/8"].compactMap { NetworkRange($0) }
    }
    func client(from host: UInt8) throws -> RawClient {
      let client = try engine.client()
      client.introduce(from: host)
      return client
    }
    func reached(_ limit: EngineLimit) -> Int { engine.server.counters.limitsReached[limit, default: 0] }
    let first = try client(from: 1)
    first.send(Self.head(130_000) + "x")
    #expect(await eventually { engine.server.counters.octetsReceived > Self.head(130_000).utf8.count })
    let second = try client(from: 1)
    second.send(Self.head(70_001))
    let refusal = await second.readToEnd()
    #expect(refusal.hasPrefix("HTTP/1.1 503") && refusal.contains("Retry-After: 5\r\n"))
    #expect(reached(.bodiesOctetsPerAddress) == 1)
    // What was refused counts no more.
    let third = try client(from: 1)
    await third.sendAll(Self.head(70_000) + String(repeating: "x", count: 70_000))
    #expect(await third.read(until: "/x\n").hasPrefix("HTTP/1.1 200"))
    let other = try client(from: 2)
    await other.sendAll(Self.head(Self.large) + String(repeating: "x", count: Self.large))
    #expect(await other.read(until: "/x\n").hasPrefix("HTTP/1.1 200"))
    #expect(reached(.bodiesOctetsPerAddress) == 1)
    #expect(reached(.bodiesOctets) == 0)
    withExtendedLifetime(first) {}
    await engine.stop()
  }
}

extension RawClient {
  /// Says as a balancer whose connection it passes on: that of a host of 192.0.2.0/24.
  func introduce(from host: UInt8) {
    send(
      [0x0D, 0x0A, 0x0D, 0x0A, 0, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A, 0x21, 0x11, 0, 12]
        + [192, 0, 2, host, 192, 0, 2, 250, 1, 2, 3, 4])
  }
}
