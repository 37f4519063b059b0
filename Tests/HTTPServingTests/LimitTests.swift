// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Dispatch
import HTTPServing
import Testing

struct LimitTests {
  private func limits(_ change: (inout ServerLimits) -> Void) -> ServerLimits {
    var limits = ServerLimits()
    change(&limits)
    return limits
  }

  private static let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

  @Test func `one connection more than allowed is told to come back`() async throws {
    let engine = try EngineUnderTest(limits: limits { $0.connections = 2 })
    let kept = try (0..<2).map { _ in try engine.client() }
    for client in kept {
      client.send(Self.get)
      #expect(await client.read(until: "/\n").hasPrefix("HTTP/1.1 200"))
    }
    let answer = try await engine.client().readToEnd()
    #expect(answer.hasPrefix("HTTP/1.1 503"))
    #expect(answer.contains("Retry-After: 5\r\n"))
    #expect(engine.server.counters.connectionsRefused == 1)
    await engine.stop()
  }

  @Test func `an address has its own limit, free again once it leaves`() async throws {
    let engine = try EngineUnderTest(limits: limits { $0.connectionsPerAddress = 1 })
    do {
      let first = try engine.client()
      first.send(Self.get)
      #expect(await first.read(until: "/\n").hasPrefix("HTTP/1.1 200"))
      #expect(try await engine.client().readToEnd().hasPrefix("HTTP/1.1 503"))
    }
    #expect(await eventually { engine.server.counters.connectionsOpen == 0 })
    let next = try engine.client()
    next.send(Self.get)
    #expect(await next.read(until: "/\n").hasPrefix("HTTP/1.1 200"))
    await engine.stop()
  }

  @Test func `one deferred answer more than allowed is 503, the connection kept`() async throws {
    let engine = try EngineUnderTest(limits: limits { $0.requestsInFlight = 1 })
    let first = try engine.client()
    first.send("GET /never HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(await eventually { engine.server.counters.requestsInFlight == 1 })
    let second = try engine.client()
    second.send("GET /never HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(await second.read(until: "}").hasPrefix("HTTP/1.1 503"))
    second.send(Self.get)
    #expect(await second.read(until: "/\n").contains("HTTP/1.1 200"))
    await engine.stop()
  }

  @Test func `content beyond what may be held in all is 503, and room that is left is given again`()
    async throws
  {
    let octets = ServerLimits.smallBodyOctets + 1
    let engine = try EngineUnderTest(limits: limits { $0.bodiesOctets = octets })
    let head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(octets)\r\n\r\n"
    do {
      let first = try engine.client()
      first.send(head + "x")
      #expect(await eventually { engine.server.counters.octetsReceived > head.utf8.count })
      let second = try engine.client()
      second.send(head)
      #expect(await second.readToEnd().hasPrefix("HTTP/1.1 503"))
      let small = try engine.client()
      small.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx")
      #expect(await small.read(until: "\r\n").hasPrefix("HTTP/1.1 200"))
    }
    #expect(await eventually { engine.server.counters.connectionsOpen == 0 })
    let next = try engine.client()
    next.send(head + String(repeating: "x", count: octets))
    #expect(await next.read(until: "\r\n").hasPrefix("HTTP/1.1 200"))
    await engine.stop()
  }

  @Test func `a connection ends after its share of requests`() async throws {
    let engine = try EngineUnderTest(limits: limits { $0.requestsPerConnection = 3 })
    let answer = try await engine.exchange(String(repeating: Self.get, count: 10))
    #expect(answer.components(of: "HTTP/1.1 200") == 3)
    #expect(answer.components(of: "Connection: close") == 1)
    await engine.stop()
  }

  @Test func `a head that dribbles in is cut with 408`() async throws {
    let engine = try EngineUnderTest(limits: limits { $0.headerDeadline = .milliseconds(300) })
    let client = try engine.client()
    client.send("GET / HT")
    let dribble = Task.detached {
      for _ in 0..<20 where client.send("x") { try? await Task.sleep(for: .milliseconds(50)) }
    }
    #expect(await client.readToEnd().hasPrefix("HTTP/1.1 408"))
    #expect(engine.server.counters.deadlinesMissed == 1)
    await dribble.value
    await engine.stop()
  }

  @Test func `a body slower than the least rate is cut with 408`() async throws {
    let engine = try EngineUnderTest(
      limits: limits {
        $0.bodyPause = .milliseconds(300)
        $0.bodyOctetsPerSecond = 1000
      })
    let client = try engine.client()
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n")
    let dribble = Task.detached {
      for _ in 0..<40 where client.send("x") { try? await Task.sleep(for: .milliseconds(50)) }
    }
    #expect(await client.readToEnd().hasPrefix("HTTP/1.1 408"))
    await dribble.value
    await engine.stop()
  }

  @Test func `a body at a fair rate may take many windows`() async throws {
    let engine = try EngineUnderTest(
      limits: limits {
        $0.bodyPause = .milliseconds(1500)
        $0.bodyOctetsPerSecond = 200
      })
    let client = try engine.client()
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2000\r\nConnection: close\r\n\r\n")
    for _ in 0..<20 {
      client.send(String(repeating: "x", count: 100))
      try await Task.sleep(for: .milliseconds(200))
    }
    #expect(await client.readToEnd().hasPrefix("HTTP/1.1 200"))
    await engine.stop()
  }

  @Test func `a silent connection is closed without a word`() async throws {
    let engine = try EngineUnderTest(limits: limits { $0.idleDeadline = .milliseconds(200) })
    let client = try engine.client()
    client.send(Self.get)
    #expect(await client.readToEnd().hasSuffix("/\n"))
    #expect(client.hasEnded)
    #expect(engine.server.counters.limitsReached[.idleDeadline] == 1)
    await engine.stop()
  }

  @Test func `a reader that takes nothing is cut`() async throws {
    let engine = try EngineUnderTest(
      limits: limits {
        $0.writePause = .milliseconds(300)
        $0.writeOctetsPerSecond = 10_000
      })
    let stalled = try RawClient(port: engine.port, receiveBuffer: 4096)
    stalled.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(await eventually { engine.server.counters.deadlinesMissed == 1 })
    #expect(await eventually { engine.server.counters.connectionsOpen == 0 })
    await engine.stop()
  }

  @Test func `a slow reader is served to the end, over many windows`() async throws {
    let engine = try EngineUnderTest(
      limits: limits {
        $0.writePause = .milliseconds(600)
        $0.writeOctetsPerSecond = 10_000
      })
    let slow = try RawClient(port: engine.port, receiveBuffer: 65_536)
    slow.send("GET /large HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    await slow.readSlowly(times: 30, pause: .milliseconds(50))
    await slow.readEverything()
    let isWhole = slow.received.endsWithOctets(EngineUnderTest.large)
    #expect(isWhole)
    await engine.stop()
  }
}
