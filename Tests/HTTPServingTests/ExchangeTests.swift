// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import HTTPMessages
import HTTPServing
import Synchronization
import Testing

struct ExchangeTests {
  private static let close = "Host: a\r\nConnection: close\r\n\r\n"

  @Test func `one request is answered and the connection kept`() async throws {
    let engine = try EngineUnderTest()
    let client = try engine.client()
    client.send("GET /a HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(await client.read(until: "/a\n").hasPrefix("HTTP/1.1 200 OK\r\nDate: "))
    client.send("GET /b HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(await client.read(until: "/b\n").hasSuffix("\r\n\r\n/b\n"))
    await engine.stop()
  }

  @Test func `pipelined requests are answered in order, ready and deferred mixed`() async throws {
    let engine = try EngineUnderTest()
    let paths = (0..<100).map { $0 % 10 == 3 ? "/later?\($0)" : "/p\($0)" }
    let text = paths.map { "GET \($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined()
    let answer = try await engine.exchange(text + "GET /end HTTP/1.1\r\n" + Self.close)
    let octets = Array(answer.utf8)
    var position = 0
    for path in paths + ["/end"] {
      let body = path.hasPrefix("/later") ? "later \(path.dropFirst(7))\n" : "\(path)\n"
      let wanted = Array(("\r\n\r\n" + body).utf8)
      position = try #require(octets.firstOffset(of: wanted, from: position)) + wanted.count
    }
    #expect(engine.answered.value == 101)
    await engine.stop()
  }

  @Test func `HEAD gets the length and no content`() async throws {
    let engine = try EngineUnderTest()
    let answer = try await engine.exchange("HEAD /large HTTP/1.1\r\n" + Self.close)
    #expect(answer.contains("Content-Length: \(EngineUnderTest.large.count)\r\n"))
    #expect(answer.hasSuffix("\r\n\r\n"))
    await engine.stop()
  }

  @Test func `a refusal after HEAD has its content`() async throws {
    let engine = try EngineUnderTest()
    let answer = try await engine.exchange("HEAD / HTTP/1.1\r\nHost: a\r\n\r\nbroken\r\n\r\n")
    #expect(answer.contains("HTTP/1.1 400 Bad Request"))
    #expect(answer.contains("\"rule\":\"malformed-request-line\""))
    await engine.stop()
  }

  @Test func `no content has neither length nor content`() async throws {
    let engine = try EngineUnderTest()
    let answer = try await engine.exchange("GET /nothing HTTP/1.1\r\n" + Self.close)
    #expect(answer.hasPrefix("HTTP/1.1 204"))
    #expect(!answer.contains("Content-Length"))
    await engine.stop()
  }

  @Test func `a responder's broken field becomes 500, not a second line`() async throws {
    let engine = try EngineUnderTest()
    let answer = try await engine.exchange("GET /illegal HTTP/1.1\r\n" + Self.close)
    #expect(answer.hasPrefix("HTTP/1.1 500"))
    #expect(!answer.contains("Y: b"))
    await engine.stop()
  }

  @Test func `a responder can end the connection`() async throws {
    let engine = try EngineUnderTest()
    let answer = try await engine.exchange(
      "GET /close HTTP/1.1\r\nHost: a\r\n\r\nGET /x HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(answer.contains("Connection: close\r\n"))
    #expect(!answer.contains("/x"))
    await engine.stop()
  }

  @Test func `HTTP 1.0 is answered and closed, or kept if it asks`() async throws {
    let engine = try EngineUnderTest()
    #expect(try await engine.exchange("GET /x HTTP/1.0\r\n\r\n").hasSuffix("\r\n\r\n/x\n"))
    let client = try engine.client()
    client.send("GET /x HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
    #expect(await client.read(until: "/x\n").contains("Connection: keep-alive\r\n"))
    client.send("GET /y HTTP/1.0\r\n\r\n")
    #expect(await client.readToEnd().hasSuffix("/y\n"))
    await engine.stop()
  }

  @Test func `Expect is answered before the body is sent`() async throws {
    let engine = try EngineUnderTest()
    let client = try engine.client()
    client.send("POST /echo HTTP/1.1\r\nContent-Length: 5\r\nExpect: 100-continue\r\n" + Self.close)
    #expect(await client.read(until: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
    client.send("hello")
    #expect(await client.readToEnd().hasSuffix("\r\n\r\nhello"))
    await engine.stop()
  }

  @Test func `a body too large is refused before it is asked for`() async throws {
    let engine = try EngineUnderTest(bodyLimit: 10)
    let client = try engine.client()
    client.send("POST /echo HTTP/1.1\r\nContent-Length: 11\r\nExpect: 100-continue\r\n" + Self.close)
    let answer = await client.readToEnd()
    #expect(answer.hasPrefix("HTTP/1.1 413"))
    #expect(!answer.contains("100 Continue"))
    #expect(engine.answered.value == 0)
    await engine.stop()
  }

  @Test func `a refusal reaches a peer that is still sending`() async throws {
    let engine = try EngineUnderTest(bodyLimit: 10)
    let client = try engine.client()
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 900000\r\n\r\n")
    client.send([UInt8](repeating: 0x78, count: 900_000))
    #expect(await client.readToEnd().hasPrefix("HTTP/1.1 413"))
    await engine.stop()
  }

  @Test func `bodies arrive whole, by length and in chunks, in any pieces`() async throws {
    let engine = try EngineUnderTest()
    let body = String(repeating: "0123456789", count: 9000)
    let client = try engine.client()
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 90000\r\n\r\n" + body)
    #expect(await client.read(until: body).hasSuffix("\r\n\r\n" + body))
    let chunks = String(repeating: "a\r\n0123456789\r\n", count: 9000) + "0\r\n\r\n"
    client.send("POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" + Self.close + chunks)
    let answer = await client.readToEnd()
    #expect(answer.components(of: body) == 2)
    await engine.stop()
  }

  @Test func `the access log has one record for each answer`() async throws {
    let log = Records()
    let engine = try EngineUnderTest(accessLog: { log.add($0) })
    _ = try await engine.exchange(
      "GET /a HTTP/1.1\r\nHost: a\r\n\r\nGET /later HTTP/1.1\r\nHost: a\r\n\r\nbroken\r\n\r\n")
    try #require(log.all.map(\.status.code) == [200, 200, 400])
    #expect(log.all.map(\.path) == ["/a", "/later", nil])
    #expect(log.all.first?.octets == 3)
    #expect(log.all[1].duration >= .milliseconds(140))
    await engine.stop()
  }

  final class Records: Sendable {
    private let records = Mutex<[AccessRecord]>([])
    var all: [AccessRecord] { records.withLock { $0 } }
    func add(_ record: AccessRecord) { records.withLock { $0.append(record) } }
  }

  @Test func `counters add up`() async throws {
    let engine = try EngineUnderTest()
    _ = try await engine.exchange("GET /a HTTP/1.1\r\nHost: a\r\n\r\nbroken\r\n\r\n")
    let counters = engine.server.counters
    #expect(counters.connectionsAccepted == 1)
    #expect(counters.requests == 1)
    #expect(counters.requestsMalformed == 1)
    #expect(counters.octetsReceived == "GET /a HTTP/1.1\r\nHost: a\r\n\r\nbroken\r\n\r\n".utf8.count)
    #expect(counters.octetsSent > 200)
    await engine.stop()
  }
}
