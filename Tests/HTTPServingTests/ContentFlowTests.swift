// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import HTTP2Frames
import HTTPMessages
import HTTPServing
import Synchronization
import Testing

/// Takes so much and is full, or sated, until it is opened.
private final class GatedReceiver: ContentReceiver {
  private struct State {
    var count = 0
    var isOpen = false
    var waiting: [@Sendable () -> Void] = []
  }

  private let limit: Int
  private let beyond: ContentAppetite
  private let state = Mutex(State())

  init(_ limit: Int, beyond: ContentAppetite) {
    self.limit = limit
    self.beyond = beyond
  }

  func take(_ octets: Span<UInt8>) { state.withLock { $0.count += octets.count } }
  var octetsHeld: Int { 0 }
  var count: Int { state.withLock { $0.count } }

  var appetite: ContentAppetite {
    state.withLock { $0.isOpen || $0.count < limit ? .hungry : beyond }
  }

  func whenNotFull(_ resume: @escaping @Sendable () -> Void) {
    let isOpen = state.withLock { state in
      if !state.isOpen { state.waiting.append(resume) }
      return state.isOpen
    }
    if isOpen { resume() }
  }

  func open() {
    let waiting = state.withLock { state in
      state.isOpen = true
      defer { state.waiting = [] }
      return state.waiting
    }
    for resume in waiting { resume() }
  }
}

/// Content posted goes to the receiver; the answer says how much came, and 503 to content that was not wanted.
private struct ReceivingResponder: HTTPResponder {
  let gate: GatedReceiver

  func bodyLimit(for head: HTTPRequest) -> Int { 64 << 20 }
  func receiver(for head: HTTPRequest) -> (any ContentReceiver)? { gate }

  func answer(_ request: HTTPRequest) -> HTTPAnswer {
    guard request.arrived != nil else { return .ready(HTTPResponse(status: .ok, body: .text("other\n"))) }
    let isRefused = gate.appetite == .sated
    let text = "took \(gate.count)\n"
    return .ready(HTTPResponse(status: isRefused ? .serviceUnavailable : .ok, body: .text(text)))
  }
}

/// Content that its receiver takes slowly, or not at all.
struct ContentFlowTests {
  private static let full = 1 << 16
  /// Beyond what one read, or the window of a stream, still brings.
  private static let most = full + 32_768

  private func start(
    _ gate: GatedReceiver, certificates: Certificates? = nil
  ) throws -> (HTTPServer, UInt16) {
    var limits = ServerLimits()
    limits.bodyPause = .milliseconds(100)
    limits.bodyOctets = 64 << 20
    let server = HTTPServer(
      configuration: ServerConfiguration(tls: certificates?.configuration, limits: limits, reactorCount: 1),
      responder: ReceivingResponder(gate: gate))
    return (server, try server.start())
  }

  private func post(_ count: Int, _ fields: String = "") -> String {
    "POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: \(count)\r\n\(fields)\r\n"
  }

  @Test func `a peer quicker than the receiver waits, is not blamed, and holds up nobody else`() async throws
  {
    let gate = GatedReceiver(Self.full, beyond: .full)
    let (server, port) = try start(gate)
    let client = try RawClient(port: port)
    let count = 16 << 20
    async let sent: Void = client.sendAll(post(count) + String(repeating: "x", count: count))
    #expect(await eventually { gate.count >= Self.full })
    // Some times the pause that a slow peer may make.
    try await Task.sleep(for: .milliseconds(500))
    #expect(gate.count <= Self.most)
    let other = try RawClient(port: port)
    other.send("GET / HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n")
    #expect(await other.readToEnd().hasSuffix("other\n"))
    gate.open()
    await sent
    #expect(await client.read(until: "took \(count)\n").hasPrefix("HTTP/1.1 200"))
    await server.drain(deadline: .milliseconds(500))
  }

  @Test func `in HTTP/2 a slow receiver shuts the window of its stream alone`() async throws {
    let gate = GatedReceiver(Self.full, beyond: .full)
    let certificates = try await Certificates()
    let (server, port) = try start(gate, certificates: certificates)
    let window = 262_144
    let frame = [UInt8](repeating: 0x78, count: 16_384)
    let text = try await FrameClient.onThread {
      let client = try FrameClient(port: port)
      client.send(Frames.opening + Frames.headers(1, Frames.request("POST", "/"), ends: false))
      for _ in 0..<window / frame.count { client.send(Frames.data(1, frame, ends: false)) }
      client.send(Frames.get(3))
      client.read { $0.answers[3]?.isWhole == true }
      let isShut = client.reader.windowOpened[1] == nil
      gate.open()
      client.read { $0.windowOpened[1] != nil }
      client.send(Frames.data(1, frame))
      client.read { $0.answers[1]?.isWhole == true }
      return "\(isShut) " + String(decoding: client.reader.answers[1]?.octets ?? [], as: UTF8.self)
    }
    #expect(text == "true took \(window + frame.count)\n")
    await server.drain(deadline: .milliseconds(500))
  }

  @Test func `content that will not be taken is answered before its end, and the connection closed`()
    async throws
  {
    let gate = GatedReceiver(Self.full, beyond: .sated)
    let (server, port) = try start(gate)
    let client = try RawClient(port: port)
    // More than it takes, and far less than was announced.
    client.send(post(32 << 20) + String(repeating: "x", count: Self.full * 2))
    let answer = await client.readToEnd()
    #expect(answer.hasPrefix("HTTP/1.1 503") && answer.contains("Connection: close\r\n"))
    #expect(gate.count <= Self.most && client.hasEnded)
    await server.drain(deadline: .milliseconds(500))
  }

  @Test func `content that finds no room from the beginning is not asked for`() async throws {
    let (server, port) = try start(GatedReceiver(0, beyond: .sated))
    let client = try RawClient(port: port)
    client.send(post(100_000, "Expect: 100-continue\r\n"))
    // What follows is content, whatever it looks like.
    client.send("GET /smuggled HTTP/1.1\r\nHost: a.example\r\n\r\n")
    let answer = await client.readToEnd()
    #expect(answer.hasPrefix("HTTP/1.1 503") && answer.hasSuffix("took 0\n"))
    #expect(answer.split(separator: "HTTP/1.1 ").count == 1)
    await server.drain(deadline: .milliseconds(500))
  }

  @Test(arguments: [0, 1 << 16])
  func `in HTTP/2 it is answered before its end, and other streams go on`(limit: Int) async throws {
    let certificates = try await Certificates()
    let (server, port) = try start(GatedReceiver(limit, beyond: .sated), certificates: certificates)
    let frame = [UInt8](repeating: 0x78, count: 16_384)
    let statuses = try await FrameClient.onThread {
      let client = try FrameClient(port: port)
      client.send(Frames.opening + Frames.headers(1, Frames.request("POST", "/"), ends: false))
      for _ in 0..<5 { client.send(Frames.data(1, frame, ends: false)) }
      client.read { $0.answers[1]?.isWhole == true }
      client.send(Frames.get(3))
      client.read { $0.answers[3]?.isWhole == true }
      return [1, 3].map { client.reader.answers[$0]?.status ?? 0 }
    }
    #expect(statuses == [503, 200])
    await server.drain(deadline: .milliseconds(500))
  }
}
