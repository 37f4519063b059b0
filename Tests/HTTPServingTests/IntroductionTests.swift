// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import HTTPServing
import Testing

/// Balancers that say whose connection they pass on, and what that is counted for.
struct IntroductionTests {
  private static let signature: [UInt8] = [
    0x0D, 0x0A, 0x0D, 0x0A, 0, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A,
  ]

  private static func header(from address: [UInt8], command: UInt8 = 0x21) -> [UInt8] {
    signature + [command, 0x11, 0, 12] + address + [192, 0, 2, 250, 1, 2, 3, 4]
  }

  private static let get = Array("GET /peer HTTP/1.0\r\n\r\n".utf8)

  private func engine(
    _ limits: ServerLimits = ServerLimits(), tls: TLSConfiguration? = nil,
    from ranges: [String] = ["127.0.0.0/8"], reactorCount: Int = 2
  ) throws -> EngineUnderTest {
    try EngineUnderTest(limits: limits, tls: tls, reactorCount: reactorCount) {
      $0.balancers = ranges.compactMap { NetworkRange($0) }
    }
  }

  @Test func `the client's address is the one that is told, and is never local`() async throws {
    let engine = try engine()
    for (address, text) in [([192, 0, 2, 9], "192.0.2.9"), ([127, 0, 0, 1], "127.0.0.1")]
      as [([UInt8], String)]
    {
      let client = try engine.client()
      client.send(Self.header(from: address) + Self.get)
      #expect(await client.readToEnd().hasSuffix("\(text) local=false\n"))
    }
    await engine.stop()
  }

  @Test func `a header in pieces, and a balancer's own look`() async throws {
    let engine = try engine()
    let client = try engine.client()
    for octet in Self.header(from: [192, 0, 2, 9]) { client.send([octet]) }
    client.send(Self.get)
    #expect(await client.readToEnd().hasSuffix("192.0.2.9 local=false\n"))
    let own = try engine.client()
    own.send(Self.signature + [0x20, 0, 0, 0] + Self.get)
    #expect(await own.readToEnd().hasSuffix("127.0.0.1 local=true\n"))
    // What it says besides is skipped: a family that is none, and what are no extensions.
    let wordy = try engine.client()
    wordy.send(Self.signature + [0x20, 0x7F, 0, 5, 1, 2, 3, 4, 5] + Self.get)
    #expect(await wordy.readToEnd().hasSuffix("127.0.0.1 local=true\n"))
    await engine.stop()
  }

  @Test func `a balancer without a header, or with a wrong one, is cut`() async throws {
    let engine = try engine()
    for octets in [Self.get, Self.header(from: [192, 0, 2, 9], command: 0x2F)] {
      let client = try engine.client()
      client.send(octets)
      await client.readEverything()
      #expect(client.received.isEmpty)
    }
    #expect(engine.server.counters.introductionsRefused == 2)
    #expect(engine.answered.value == 0)
    await engine.stop()
  }

  @Test func `a balancer that says nothing is cut in time`() async throws {
    var limits = ServerLimits()
    limits.handshakeDeadline = .milliseconds(200)
    let engine = try engine(limits)
    let client = try engine.client()
    client.send(Array(Self.signature.prefix(5)))
    await client.readEverything()
    #expect(client.received.isEmpty)
    #expect(engine.server.counters.deadlinesMissed == 1)
    await engine.stop()
  }

  @Test func `a header of somebody not listed is no request`() async throws {
    let engine = try engine(from: ["10.0.0.0/8"])
    let client = try engine.client()
    client.send(Self.header(from: [192, 0, 2, 9]) + Self.get)
    #expect(await client.readToEnd().hasPrefix("HTTP/1.1 400"))
    #expect(engine.answered.value == 0)
    await engine.stop()
  }

  @Test func `limits count the client's address, not the balancer's`() async throws {
    var limits = ServerLimits()
    limits.connectionsPerAddress = 2
    let engine = try engine(limits)
    let line = "GET /peer HTTP/1.1\r\nHost: a\r\n\r\n"
    var kept: [RawClient] = []
    for address in [[192, 0, 2, 1], [192, 0, 2, 1], [192, 0, 2, 2], [192, 0, 2, 2]] as [[UInt8]] {
      let client = try engine.client()
      client.send(Self.header(from: address) + Array(line.utf8))
      #expect(await client.read(until: "local=false\n").hasPrefix("HTTP/1.1 200"))
      kept.append(client)
    }
    let third = try engine.client()
    third.send(Self.header(from: [192, 0, 2, 1]) + Array(line.utf8))
    let refusal = await third.readToEnd()
    #expect(refusal.hasPrefix("HTTP/1.1 503") && refusal.contains("Retry-After: 5\r\n"))
    #expect(engine.server.counters.connectionsRefused == 1)
    #expect(engine.server.counters.limitsReached[.connectionsPerAddress] == 1)
    kept.removeAll()
    #expect(await eventually { engine.server.counters.connectionsOpen == 0 })
    let again = try engine.client()
    again.send(Self.header(from: [192, 0, 2, 1]) + Array(line.utf8))
    #expect(await again.read(until: "local=false\n").hasPrefix("HTTP/1.1 200"))
    await engine.stop()
  }

  @Test func `in TLS a client beyond its address's limit hears so after the handshake`() async throws {
    let certificates = try await Certificates()
    var limits = ServerLimits()
    limits.connectionsPerAddress = 1
    let engine = try engine(limits, tls: certificates.configuration)
    let port = engine.port
    let answers = try await onThread {
      let request = Array("GET /peer HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
      let introduction = Self.header(from: [192, 0, 2, 1])
      let first = try TLSRawClient(port: port, introduction: introduction)
      first.send(request)
      let answer = String(decoding: first.readOnce() ?? [], as: UTF8.self)
      let second = try TLSRawClient(port: port, introduction: introduction)
      return withExtendedLifetime(first) { [answer, second.readToEnd()] }
    }
    #expect(answers[0].hasSuffix("192.0.2.1 local=false\n"))
    #expect(answers[1].hasPrefix("HTTP/1.1 503") && answers[1].contains("Retry-After: 5\r\n"))
    await engine.stop()
  }

  @Test func `handshakes of one address are counted, and turned away past the limit`() async throws {
    let certificates = try await Certificates()
    var limits = ServerLimits()
    limits.handshakeBurstPerAddress = 3
    limits.handshakesPerAddressPerSecond = 1
    limits.handshakeDeadline = .seconds(5)
    // With two, the fourth to come might be heard before the third.
    let engine = try engine(limits, tls: certificates.configuration, reactorCount: 1)
    var kept: [RawClient] = []
    for _ in 0..<3 {
      kept.append(try engine.client())
      kept.last?.send(Self.header(from: [192, 0, 2, 1]))
    }
    #expect(await eventually { engine.server.counters.connectionsOpen == 3 })
    #expect(engine.server.counters.limitsReached[.handshakesPerAddress] == 0)
    let one = try engine.client()
    one.send(Self.header(from: [192, 0, 2, 1]))
    await one.readEverything()
    #expect(one.hasEnded)
    #expect(engine.server.counters.limitsReached[.handshakesPerAddress] == 1)
    let other = try engine.client()
    other.send(Self.header(from: [192, 0, 2, 2]))
    #expect(await eventually { engine.server.counters.connectionsOpen == 4 })
    withExtendedLifetime(kept) {}
    await engine.stop()
  }

  @Test(arguments: [
    ("10.0.0.0/8", "10.1.2.3", true), ("10.0.0.0/8", "11.0.0.0", false), ("192.0.2.1", "192.0.2.1", true),
    ("192.0.2.1", "192.0.2.2", false), ("192.0.2.128/25", "192.0.2.129", true),
    ("192.0.2.128/25", "192.0.2.1", false),
    ("2001:db8::/33", "2001:db8:7fff::1", true), ("2001:db8::/33", "2001:db8:8000::1", false),
    ("192.0.2.0/24", "::ffff:192.0.2.7", true), ("0.0.0.0/0", "203.0.113.1", true),
    ("0.0.0.0/0", "::1", false), ("0.0.0.0/0", "192.0.2.1\0", false),
  ])
  func `a range has the addresses of its first bits`(range: String, address: String, isIn: Bool) throws {
    #expect(try #require(NetworkRange(range)).contains(address) == isIn)
  }

  @Test(arguments: [
    "", "10.0.0.0/33", "10.0.0.1/8", "10.0.0/8", "balancer.example", "10.0.0.0/", "10.0.0.0/+8", "::1/129",
    "192.0.2.1\0", "192.0.2.1\0.example", "10.0.0.0\0/8", "::1\0/128", "fe80::1%lo", " 192.0.2.1",
    "192.0.2.01",
  ])
  func `a range that is none is refused`(range: String) {
    #expect(NetworkRange(range) == nil)
  }
}
