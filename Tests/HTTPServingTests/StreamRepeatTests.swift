// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import HTTP2Frames
import HTTPServing
import Synchronization
import Testing

/// Remembered answers in HTTP/2.
struct StreamRepeatTests {
  private let responder = RepeatingResponder()
  private let server: HTTPServer
  private let port: UInt16

  init() async throws {
    let certificates = try await Certificates()
    server = HTTPServer(
      configuration: ServerConfiguration(tls: certificates.configuration, reactorCount: 1),
      responder: responder)
    port = try server.start()
  }

  private struct Given: Sendable {
    let status: Int
    let text: String
    let date: String
  }

  /// The answers to requests of these fields, one after the other on one connection; `between` is called after the first.
  private func answers(
    _ requests: [[(String, String)]], between: @escaping @Sendable () -> Void = {}
  ) async throws -> [Given] {
    let blocks = requests.enumerated().map { Frames.headers(UInt32($0 * 2 + 1), $1) }
    return try await FrameClient.onThread { [port] in
      let client = try FrameClient(port: port)
      client.send(Frames.opening)
      for (number, block) in blocks.enumerated() {
        let stream = UInt32(number * 2 + 1)
        client.send(block)
        client.read { $0.answers[stream]?.isWhole == true }
        if number == 0 { between() }
      }
      return (0..<blocks.count).map { number in
        let answer = client.reader.answers[UInt32(number * 2 + 1)]
        return Given(
          status: answer?.status ?? 0, text: String(decoding: answer?.octets ?? [], as: UTF8.self),
          date: answer?.fields["date"] ?? "")
      }
    }
  }

  @Test func `the same fields are answered again without asking, and told`() async throws {
    let answers = try await answers(Array(repeating: Frames.request("GET", "/a"), count: 3))
    #expect(answers.count == 3)
    for answer in answers {
      #expect(answer.status == 200 && answer.text == "epoch 1 /a\n" && answer.date.hasSuffix(" GMT"))
    }
    #expect(responder.asked.value == 1)
    #expect(server.counters.requests == 3)
    #expect(await eventually { responder.told.withLock { $0 } == 2 })
    // Another connection too, and HTTP/1.1 has its own.
    _ = try await self.answers([Frames.request("GET", "/a")])
    #expect(responder.asked.value == 1)
    await server.drain(deadline: .milliseconds(500))
  }

  @Test func `a new epoch, and a credential that expired, are seen between two requests`() async throws {
    let same = Array(repeating: Frames.request("GET", "/a"), count: 2)
    let after = try await answers(same) { [responder] in responder.epochNow.store(2, ordering: .releasing) }
    #expect(after[1].text == "epoch 2 /a\n")
    #expect(responder.asked.value == 2)
    _ = try await answers(same) { [responder] in responder.secondNow.store(200, ordering: .releasing) }
    #expect(responder.asked.value == 3)
    await server.drain(deadline: .milliseconds(500))
  }

  @Test(arguments: [
    [(":method", "GET"), (":scheme", "https"), (":authority", "a.example"), (":path", "/a"), ("x", "y")],
    [(":method", "GET"), (":scheme", "https"), (":authority", "b.example"), (":path", "/a")],
    [(":method", "HEAD"), (":scheme", "https"), (":authority", "a.example"), (":path", "/a")],
    // The same octets, cut elsewhere.
    [(":method", "GET"), (":scheme", "https"), (":authority", "a.exampl"), (":path", "/a"), ("e", "")],
    [(":method", "GET"), (":scheme", "https"), (":path", "/a"), ("host", "a.example")],
  ])
  func `a request that differs in anything is read`(other: [(String, String)]) async throws {
    let answers = try await answers([Frames.request("GET", "/a"), other])
    #expect(answers[1].status == 200)
    #expect(responder.asked.value == 2)
    await server.drain(deadline: .milliseconds(500))
  }

  @Test func `HEAD is answered again without content`() async throws {
    let head = Frames.request("HEAD", "/a")
    let answers = try await answers([head, head, Frames.request("GET", "/a")])
    #expect(answers.map(\.status) == [200, 200, 200])
    #expect(answers.map(\.text) == ["", "", "epoch 1 /a\n"])
    #expect(responder.asked.value == 2)
    await server.drain(deadline: .milliseconds(500))
  }

  @Test func `a remembered content that nobody shares counts as held by whom it is given to`() async throws {
    let certificates = try await Certificates()
    var limits = ServerLimits()
    limits.heldOctets = 6 << 20
    let server = HTTPServer(
      configuration: ServerConfiguration(tls: certificates.configuration, limits: limits, reactorCount: 1),
      responder: responder)
    let port = try server.start()
    let (deaf, statuses) = try await FrameClient.onThread {
      let reader = try FrameClient(port: port)
      reader.send(
        Frames.opening + Frames.setting(4, 0x7FFF_FFFF) + Frames.windowUpdate(0, 1 << 30)
          + Frames.get(1, "/big"))
      reader.read { $0.answers[1]?.isWhole == true }
      let deaf = try FrameClient(port: port)
      deaf.send(
        Frames.opening + Frames.windowUpdate(0, 1 << 24) + Frames.get(1, "/big") + Frames.get(3, "/big"))
      deaf.read { $0.answers[3]?.isWhole == true }
      return (Held(deaf), [deaf.reader.answers[1]?.status, deaf.reader.answers[3]?.status])
    }
    #expect(statuses == [200, 503])
    #expect(server.counters.octetsHeld >= (4 << 20) - 65_535)
    #expect(server.counters.limitsReached[.heldOctets] == 1)
    withExtendedLifetime(deaf) {}
    await server.drain(deadline: .milliseconds(100))
    await self.server.drain(deadline: .milliseconds(100))
  }

  @Test func `a request with content is read`() async throws {
    let request = Frames.request("GET", "/a")
    _ = try await FrameClient.onThread { [port] in
      let client = try FrameClient(port: port)
      client.send(Frames.opening + Frames.headers(1, request))
      client.read { $0.answers[1]?.isWhole == true }
      client.send(Frames.headers(3, request, ends: false) + Frames.data(3, [1]))
      client.read { $0.answers[3]?.isWhole == true }
    }
    #expect(responder.asked.value == 2)
    await server.drain(deadline: .milliseconds(500))
  }

  @Test func `a refused request is refused again`() async throws {
    let bad = Frames.request("GET", "/a") + [("host", "b.example")]
    let answers = try await answers([Frames.request("GET", "/a"), bad, bad])
    #expect(answers.map(\.status) == [200, 400, 400])
    await server.drain(deadline: .milliseconds(500))
  }
}
