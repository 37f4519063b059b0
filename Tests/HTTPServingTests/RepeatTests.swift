// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import HTTPMessages
import HTTPServing
import Synchronization
import Testing

/// A responder whose answers may be given again, and that counts how often it was asked.
final class RepeatingResponder: HTTPResponder {
  let asked = EngineUnderTest.Tally()
  let told = Mutex(0)
  let isTimed = Mutex(false)
  let epochNow = Atomic<UInt64>(1)
  let secondNow = Atomic<Int64>(100)

  var epoch: UInt64 { epochNow.load(ordering: .acquiring) }
  var second: Int64 { secondNow.load(ordering: .acquiring) }
  func bodyLimit(for head: HTTPRequest) -> Int { 1 << 16 }
  func answer(_ request: HTTPRequest) -> HTTPAnswer {
    asked.add()
    if request.path == "/illegal" {
      return .ready(HTTPResponse(status: .ok, fields: ["X": "a\r\nY: b"], body: .text("never\n")))
    }
    if request.path == "/big" {
      return .ready(HTTPResponse(status: .ok, body: .octets([UInt8](repeating: 1, count: 4 << 20))))
    }
    let key = request.connection.clientCertificateSPKI == nil ? "" : " with a key"
    return .ready(HTTPResponse(status: .ok, body: .text("epoch \(epoch) \(request.path)\(key)\n")))
  }
  func answer(_ request: HTTPRequest, terms: inout RepeatTerms?) -> HTTPAnswer {
    terms = RepeatTerms(epoch: epoch, expiresAt: 200) { [self] count, _, took in
      told.withLock { $0 += count }
      isTimed.withLock { $0 = took > .zero }
    }
    return answer(request)
  }
}

struct RepeatTests {
  let responder = RepeatingResponder()
  let server: HTTPServer
  let port: UInt16
  static let poll = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n"

  init() throws {
    server = HTTPServer(configuration: ServerConfiguration(reactorCount: 1), responder: responder)
    port = try server.start()
  }

  private func exchange(_ text: String) async throws -> String {
    let client = try RawClient(port: port)
    client.send(text)
    client.endSending()
    return await client.readToEnd()
  }

  @Test func `the same octets are answered again without asking, and told`() async throws {
    let answer = try await exchange(Self.poll + Self.poll)
    #expect(answer.components(of: "\r\n\r\nepoch 1 /a\n") == 2)
    #expect(answer.components(of: "Date: ") == 2)
    #expect(try await exchange(Self.poll).hasSuffix("epoch 1 /a\n"))
    #expect(responder.asked.value == 1)
    #expect(server.counters.requests == 3)
    #expect(await eventually { responder.told.withLock { $0 } == 2 })
    #expect(responder.isTimed.withLock { $0 })
    await server.drain(deadline: .milliseconds(500))
  }

  @Test func `a new epoch is seen between two requests of a connection`() async throws {
    let client = try RawClient(port: port)
    client.send(Self.poll)
    _ = await client.read(until: "epoch 1 /a\n")
    responder.epochNow.store(2, ordering: .releasing)
    client.send(Self.poll)
    #expect(await client.read(until: "epoch 2 /a\n").hasSuffix("epoch 2 /a\n"))
    #expect(responder.asked.value == 2)
    await server.drain(deadline: .milliseconds(500))
  }

  @Test func `an expired credential is looked at again`() async throws {
    _ = try await exchange(Self.poll)
    responder.secondNow.store(199, ordering: .releasing)
    _ = try await exchange(Self.poll)
    #expect(responder.asked.value == 1)
    responder.secondNow.store(200, ordering: .releasing)
    _ = try await exchange(Self.poll)
    #expect(responder.asked.value == 2)
    await server.drain(deadline: .milliseconds(500))
  }

  /// From the third time on, a connection's request is compared with the last one before its end is looked for.
  @Test func `a connection that asks the same again and again is still read to the octet`() async throws {
    let client = try RawClient(port: port)
    client.send(Self.poll)
    let length = await client.read(until: "epoch 1 /a\n").utf8.count
    var answered = 1
    /// All answers of this responder here are of one length.
    func ask(_ text: String, _ answers: String...) async {
      client.send(text)
      answered += answers.count
      #expect(await client.read(octets: length * answered))
      let lines = await client.read(until: answers[answers.count - 1]).split(separator: "\r\n\r\n")
      let bodies = lines.suffix(answers.count).map { $0.prefix(11) }
      #expect(bodies == answers.map { $0.prefix(11) })
    }
    for _ in 0..<4 { await ask(Self.poll, "epoch 1 /a\n") }
    #expect(responder.asked.value == 1)
    let other = "GET /b HTTP/1.1\r\nHost: a\r\n\r\n"
    for _ in 0..<3 { await ask(other, "epoch 1 /b\n") }
    #expect(responder.asked.value == 2)
    await ask(Self.poll + other + Self.poll, "epoch 1 /a\n", "epoch 1 /b\n", "epoch 1 /a\n")
    await ask("GET /a HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n", "epoch 1 /a\n")
    #expect(responder.asked.value == 3)
    for _ in 0..<3 { await ask(Self.poll, "epoch 1 /a\n") }
    client.send(String(Self.poll.dropLast(3)))
    try await Task.sleep(for: .milliseconds(50))
    await ask(String(Self.poll.suffix(3)), "epoch 1 /a\n")
    #expect(responder.asked.value == 4, "one that comes in parts is read")
    responder.epochNow.store(2, ordering: .releasing)
    for _ in 0..<3 { await ask(Self.poll, "epoch 2 /a\n") }
    responder.secondNow.store(200, ordering: .releasing)
    await ask(Self.poll, "epoch 2 /a\n")
    #expect(responder.asked.value == 6)
    responder.secondNow.store(100, ordering: .releasing)
    for _ in 0..<3 { await ask(Self.poll, "epoch 2 /a\n") }
    client.send(Self.poll + "\0\r\n\r\n" + Self.poll)
    let end = await client.readToEnd()
    #expect(end.components(of: "HTTP/1.1 200 ") == answered + 1)
    #expect(end.components(of: "HTTP/1.1 400 ") == 1)
    #expect(end.components(of: "HTTP/1.1 ") == answered + 2)
    await server.drain(deadline: .milliseconds(500))
  }

  @Test(arguments: [
    "GET /a HTTP/1.1\r\nHost: b\r\n\r\n", "GET /a HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n",
    "HEAD /a HTTP/1.1\r\nHost: a\r\n\r\n", "GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    "GET /a HTTP/1.0\r\nHost: a\r\n\r\n", "GET /a HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab",
  ])
  func `a request that differs in anything is read`(other: String) async throws {
    _ = try await exchange(Self.poll)
    _ = try await exchange(other)
    #expect(responder.asked.value == 2)
    await server.drain(deadline: .milliseconds(500))
  }

  /// What goes wrong for a moment is told in the engine's words, and only for that moment.
  @Test(arguments: [
    ("/big", "503 Service Unavailable", "\"rule\":\"limit-reached\"}"),
    ("/illegal", "500 Internal Server Error", "\"rule\":\"illegal-response-field\"}"),
  ])
  func `an answer that another stands in for is not remembered`(path: String, status: String, rule: String)
    async throws
  {
    var limits = ServerLimits()
    limits.heldOctets = 1 << 20
    let server = HTTPServer(
      configuration: ServerConfiguration(limits: limits, reactorCount: 1), responder: responder)
    let port = try server.start()
    for _ in 0..<3 {
      let client = try RawClient(port: port)
      client.send("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
      let answer = await client.read(until: rule)
      #expect(answer.hasPrefix("HTTP/1.1 \(status)\r\nDate: "), "\(answer)")
      #expect(answer.components(of: "Content-Type: application/problem+json\r\n") == 1, "\(answer)")
    }
    #expect(responder.asked.value == 3)
    await server.drain(deadline: .milliseconds(500))
    await self.server.drain(deadline: .milliseconds(500))
  }
}
