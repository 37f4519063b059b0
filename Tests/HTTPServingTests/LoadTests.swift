// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import HTTPServing
import Testing

struct LoadTests {
  @Test func `two hundred connections at once are all served`() async throws {
    let engine = try EngineUnderTest()
    let port = engine.port
    let clients = try (0..<200).map { _ in try RawClient(port: port) }
    for round in 0..<5 {
      for (number, client) in clients.enumerated() {
        client.send("GET /r\(round)c\(number) HTTP/1.1\r\nHost: a\r\n\r\n")
      }
      for (number, client) in clients.enumerated() {
        #expect(
          await client.read(until: "/r\(round)c\(number)\n").hasSuffix("\r\n\r\n/r\(round)c\(number)\n"))
      }
    }
    #expect(engine.server.counters.requests == 1000)
    #expect(engine.server.counters.connectionsOpen == 200)
    await engine.stop()
  }

  @Test func `a flood of pipelined requests before any is read stays in order`() async throws {
    let engine = try EngineUnderTest()
    let client = try RawClient(port: engine.port)
    let count = 20_000
    let sender = Task.detached {
      for start in stride(from: 0, to: count, by: 100) {
        await client.sendAll(
          (start..<start + 100).map { "GET /n\($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined())
      }
      await client.sendAll("GET /end HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    }
    try await Task.sleep(for: .milliseconds(300))
    let answer = await client.readToEnd()
    await sender.value
    let answers = answer.components(of: "HTTP/1.1 200 OK")
    #expect(answers == count + 1)
    let bodies = answer.split(separator: "\r\n\r\n").dropFirst().map { $0.prefix { $0 != "\n" } }
    let isInOrder = bodies.map(String.init) == (0..<count).map { "/n\($0)" } + ["/end"]
    #expect(isInOrder)
    await engine.stop()
  }

  @Test func `large answers in a pipeline come whole and in order`() async throws {
    let engine = try EngineUnderTest()
    let client = try RawClient(port: engine.port)
    client.send(
      "GET /large HTTP/1.1\r\nHost: a\r\n\r\nGET /mid HTTP/1.1\r\nHost: a\r\n\r\n"
        + "GET /large HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    await client.readEverything()
    let large = EngineUnderTest.large
    #expect(client.received.count > 2 * large.count)
    let end = Array("\r\n\r\n".utf8)
    let first = try #require(client.received.firstOffset(of: end)) + 4
    let isFirstWhole = client.received.hasOctets(large, at: first)
    #expect(isFirstWhole)
    let middle = try #require(
      client.received.firstOffset(of: end + Array("/mid\n".utf8), from: first + large.count))
    #expect(middle < first + large.count + 600)
    let isLastWhole = client.received.endsWithOctets(large)
    #expect(isLastWhole)
    await engine.stop()
  }
}
