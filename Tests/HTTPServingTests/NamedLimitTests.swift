// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import HTTPMessages
import HTTPServing
import Testing

/// Each limit at its value and one past it, and its count by name.
struct NamedLimitTests {
  private static let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

  private func limits(_ change: (inout ServerLimits) -> Void) -> ServerLimits {
    var limits = ServerLimits()
    change(&limits)
    return limits
  }

  private func reached(_ engine: EngineUnderTest, _ limit: EngineLimit) -> Int {
    engine.server.counters.limitsReached[limit, default: 0]
  }

  @Test func `every limit has a count of its own, nil at first`() async throws {
    let engine = try EngineUnderTest()
    #expect(engine.server.counters.limitsReached.count == EngineLimit.allCases.count)
    #expect(engine.server.counters.limitsReached.values.allSatisfy { $0 == 0 })
    await engine.stop()
  }

  struct Message: Sendable, CustomStringConvertible {
    let limit: EngineLimit
    let text: String
    let excess: Int
    var description: String { "\(limit.rawValue), \(excess) past it" }
  }

  private static let small: ServerLimits = {
    var limits = ServerLimits()
    limits.requestLineOctets = 64
    limits.headerOctets = 128
    limits.headerCount = 5
    limits.bodyOctets = 10
    limits.trailerCount = 2
    limits.trailerOctets = 40
    return limits
  }()

  private static func messages(_ excess: Int) -> [Message] {
    func letters(_ count: Int) -> String { String(repeating: "a", count: count + excess) }
    let chunked = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"
    return [
      Message(
        limit: .requestLine,
        text: "GET /\(letters(64 - "GET / HTTP/1.1".utf8.count)) HTTP/1.1\r\nHost: a\r\n\r\n", excess: excess),
      Message(
        limit: .headerOctets,
        text: "GET / HTTP/1.1\r\nHost: a\r\nX: \(letters(128 - "Host: a\r\nX: \r\n".utf8.count))\r\n\r\n",
        excess: excess),
      Message(
        limit: .headerCount,
        text: "GET / HTTP/1.1\r\nHost: a\r\n\(String(repeating: "X: y\r\n", count: 4 + excess))\r\n",
        excess: excess),
      Message(
        limit: .bodyOctets,
        text: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(10 + excess)\r\n\r\n\(letters(10))",
        excess: excess),
      Message(
        limit: .trailers, text: chunked + String(repeating: "X: y\r\n", count: 2 + excess) + "\r\n",
        excess: excess),
      Message(
        limit: .trailers, text: chunked + "X: \(letters(40 - "X: \r\n".utf8.count))\r\n\r\n", excess: excess),
    ]
  }

  @Test(arguments: messages(0)) func `a message at its limit is taken`(message: Message) async throws {
    let engine = try EngineUnderTest(limits: Self.small)
    let client = try engine.client()
    client.send(message.text)
    #expect(await client.read(until: "\n").hasPrefix("HTTP/1.1 200"))
    #expect(reached(engine, message.limit) == 0)
    await engine.stop()
  }

  @Test(arguments: messages(1))
  func `a message one past its limit is refused and counted`(message: Message) async throws {
    let engine = try EngineUnderTest(limits: Self.small)
    let answer = try await engine.exchange(message.text)
    #expect(answer.hasPrefix("HTTP/1.1 4"))
    #expect(reached(engine, message.limit) == 1)
    #expect(engine.server.counters.requestsMalformed == 1)
    await engine.stop()
  }

  @Test func `connections in all and of an address are counted apart`() async throws {
    let engine = try EngineUnderTest(limits: limits { $0.connectionsPerAddress = 1 })
    let first = try engine.client()
    first.send(Self.get)
    #expect(await first.read(until: "/\n").hasPrefix("HTTP/1.1 200"))
    #expect(try await engine.client().readToEnd().hasPrefix("HTTP/1.1 503"))
    #expect(reached(engine, .connectionsPerAddress) == 1)
    #expect(reached(engine, .connections) == 0)
    await engine.stop()
    let full = try EngineUnderTest(limits: limits { $0.connections = 1 })
    let kept = try full.client()
    kept.send(Self.get)
    #expect(await kept.read(until: "/\n").hasPrefix("HTTP/1.1 200"))
    let late = try full.client()
    late.send(Self.get)
    #expect(await late.readToEnd().contains("Retry-After: 5\r\n"))
    #expect(reached(full, .connections) == 1)
    #expect(full.server.counters.connectionsAccepted == 1)
    await full.stop()
  }

  @Test func `deferred answers and requests of a connection have their counts`() async throws {
    let engine = try EngineUnderTest(
      limits: limits {
        $0.requestsInFlight = 1
        $0.requestsPerConnection = 2
      })
    let first = try engine.client()
    first.send("GET /never HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(await eventually { engine.server.counters.requestsInFlight == 1 })
    #expect(reached(engine, .requestsInFlight) == 0)
    let answer = try await engine.exchange("GET /never HTTP/1.1\r\nHost: a\r\n\r\n" + Self.get)
    #expect(answer.components(of: "HTTP/1.1 503") == 1)
    #expect(answer.components(of: "HTTP/1.1 200") == 1)
    #expect(reached(engine, .requestsInFlight) == 1)
    #expect(reached(engine, .requestsPerConnection) == 1)
    await engine.stop()
  }

  @Test func `what waits for a peer that does not read stops the reading`() async throws {
    let engine = try EngineUnderTest(limits: limits { $0.outputBacklogOctets = 1000 })
    let client = try RawClient(port: engine.port, receiveBuffer: 4096)
    let request = "GET /mid HTTP/1.1\r\nHost: a\r\n\r\n"
    await client.sendAll(String(repeating: request, count: 200))
    #expect(await eventually { reached(engine, .outputBacklog) > 0 })
    client.endSending()
    #expect(await client.readToEnd().components(of: "HTTP/1.1 200") == 200)
    await engine.stop()
  }
}
