// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import HTTPMessages
import HTTPServing
import Testing

struct LifecycleTests {
  @Test func `a second server on the same port fails and the first serves on`() async throws {
    let engine = try EngineUnderTest()
    let address = "127.0.0.1"
    #expect(throws: ServerError.addressInUse(address: address, port: engine.port)) {
      try EngineUnderTest(port: engine.port)
    }
    for _ in 0..<20 {
      let answer = try await engine.exchange("GET /x HTTP/1.0\r\n\r\n")
      #expect(answer.hasSuffix("/x\n"))
    }
    await engine.stop()
  }

  @Test func `a port is free again after draining`() async throws {
    let engine = try EngineUnderTest()
    _ = try await engine.exchange("GET /x HTTP/1.0\r\n\r\n")
    await engine.stop()
    let next = try EngineUnderTest(port: engine.port)
    #expect(try await next.exchange("GET /x HTTP/1.0\r\n\r\n").hasSuffix("/x\n"))
    await next.stop()
  }

  @Test(arguments: ["localhost", "256.0.0.1", "", "127.0.0.1:80"])
  func `an address that is none is named`(address: String) {
    let server = HTTPServer(
      configuration: ServerConfiguration(address: address),
      responder: ClosureResponder { _ in .ready(.init(status: .ok)) })
    #expect(throws: ServerError.invalidAddress(address)) { try server.start() }
  }

  @Test func `a server starts once`() async throws {
    let engine = try EngineUnderTest()
    #expect(throws: ServerError.alreadyStarted) { try engine.server.start() }
    await engine.stop()
  }

  @Test func `draining finishes what is in flight and closes what is idle`() async throws {
    let engine = try EngineUnderTest()
    let idle = try engine.client()
    idle.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n")
    _ = await idle.read(until: "/x\n")
    let busy = try engine.client()
    busy.send("GET /later HTTP/1.1\r\nHost: a\r\n\r\n")
    let half = try engine.client()
    half.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel")
    #expect(await eventually { engine.server.counters.requestsInFlight == 1 })
    #expect(await eventually { engine.server.counters.connectionsOpen == 3 })
    let drained = Task { await engine.server.drain(deadline: .seconds(5)) }
    try await Task.sleep(for: .milliseconds(50))
    half.send("lo")
    #expect(await idle.readToEnd().components(of: "HTTP/1.1") == 1)
    #expect(await busy.readToEnd().contains("Connection: close\r\n"))
    #expect(busy.text.hasSuffix("later \n"))
    #expect(await half.readToEnd().hasSuffix("\r\n\r\nhello"))
    await drained.value
    #expect(throws: RawClient.Failure.self) { try engine.client() }
  }

  @Test(arguments: [
    ("/again", "/x\nHTTP/1.1 200 OK\r\n"), ("/parked", "/x\nHTTP/1.1 204 No Content\r\n"),
  ])
  func `who has just asked may ask once more while the server drains, and does not wait in a long poll`(
    path: String, answer: String
  ) async throws {
    var limits = ServerLimits()
    limits.lastRequestDeadline = .seconds(30)
    let engine = try EngineUnderTest(limits: limits)
    let client = try engine.client()
    client.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n")
    _ = await client.read(until: "/x\n")
    let drained = Task { await engine.server.drain(deadline: .seconds(30)) }
    // Nobody listens any more once draining has begun.
    #expect(await eventually { (try? engine.client()) == nil })
    client.send("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
    let answers = await client.readToEnd()
    #expect(answers.contains(answer), "\(answers)")
    #expect(answers.components(of: "HTTP/1.1") == 2)
    #expect(answers.components(of: "Connection: close\r\n") == 1)
    #expect(client.hasEnded)
    await drained.value
  }

  @Test func `draining ends at its deadline by force`() async throws {
    let engine = try EngineUnderTest()
    let client = try engine.client()
    client.send("GET /never HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(await eventually { engine.server.counters.requestsInFlight == 1 })
    await engine.server.drain(deadline: .milliseconds(200))
    #expect(await client.readToEnd() == "")
    #expect(await eventually { engine.cancellations.value == 1 })
  }

  @Test func `a peer that leaves cancels the answer it awaited`() async throws {
    let engine = try EngineUnderTest()
    do {
      let client = try engine.client()
      client.send("GET /never HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(await eventually { engine.server.counters.requestsInFlight == 1 })
    }
    #expect(await eventually { engine.cancellations.value == 1 })
    #expect(await eventually { engine.server.counters.connectionsOpen == 0 })
    await engine.stop()
  }

  @Test func `a peer that leaves with requests unread cancels too`() async throws {
    let engine = try EngineUnderTest()
    do {
      let client = try engine.client()
      client.send("GET /never HTTP/1.1\r\nHost: a\r\n\r\nGET /x HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(await eventually { engine.server.counters.requestsInFlight == 1 })
      client.send("GET /y HTTP/1.1\r\nHost: a\r\n\r\n")
      try await Task.sleep(for: .milliseconds(50))
    }
    #expect(await eventually { engine.cancellations.value == 1 })
    await engine.stop()
  }

  @Test func `a peer that only ends its sending still gets its answers`() async throws {
    let engine = try EngineUnderTest()
    let client = try engine.client()
    client.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\nGET /later HTTP/1.1\r\nHost: a\r\n\r\n")
    client.endSending()
    #expect(await client.readToEnd().components(of: "HTTP/1.1 200") == 2)
    await engine.stop()
  }
}
