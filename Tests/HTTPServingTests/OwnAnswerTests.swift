// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import HTTP2Frames
import HTTPMessages
import HTTPServing
import Synchronization
import Testing

/// What the engine answers on its own account is told as such, and counted by the limit that was passed.
struct OwnAnswerTests {
  private final class Records: Sendable {
    private let records = Mutex<[String]>([])

    func take(_ record: AccessRecord) {
      let method = record.method?.name ?? "-"
      records.withLock {
        $0.append("\(record.isOurs ? "ours" : "service's") \(method) \(record.status.code)")
      }
    }

    var all: [String] { records.withLock { $0 } }
  }

  private static let small: ServerLimits = {
    var limits = ServerLimits()
    limits.bodiesOctets = 200_000
    limits.requestsInFlight = 1
    limits.bodyPause = .milliseconds(200)
    limits.headerDeadline = .milliseconds(400)
    return limits
  }()

  private static func post(_ count: Int, _ body: Int = 0) -> String {
    "POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: \(count)\r\n\r\n"
      + String(repeating: "a", count: body)
  }

  @Test(arguments: [
    ("GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "service's GET 200"),
    ("nonsense\r\n\r\n", "ours - 400"), ("GET /x HT", "ours - 408"), (post(5, 1), "ours POST 408"),
    (post(2 << 20), "ours POST 413"), (post(200_000, 200_000), "service's POST 200"),
    (post(200_001), "ours POST 503"),
    ("GET /illegal HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "ours GET 500"),
  ])
  func `each answer is told as the service's or ours`(request: String, told: String) async throws {
    let records = Records()
    let engine = try EngineUnderTest(limits: Self.small, accessLog: { records.take($0) })
    _ = try await engine.exchange(request)
    #expect(records.all == [told])
    let isPastBodies = request.contains("200001")
    #expect(engine.server.counters.limitsReached[.bodiesOctets] == (isPastBodies ? 1 : 0))
    await engine.stop()
  }

  @Test func `over HTTP 2 as well`() async throws {
    let certificates = try await Certificates()
    let records = Records()
    let engine = try EngineUnderTest(
      limits: Self.small, tls: certificates.configuration, accessLog: { records.take($0) })
    let port = engine.port
    let statuses = try await FrameClient.onThread {
      let client = try FrameClient(port: port)
      client.send(Frames.opening + Frames.get(1, "/x"))
      client.read { $0.answers[1]?.isWhole == true }
      let post = Frames.request("POST", "/echo") + [("content-length", "3000000")]
      client.send(Frames.headers(3, post, ends: false))
      client.read { $0.answers[3]?.isWhole == true }
      client.send(Frames.get(5, "/never") + Frames.get(7, "/never"))
      client.read { $0.answers[7]?.isWhole == true }
      return [1, 3, 7].map { client.reader.answers[$0]?.status }
    }
    #expect(statuses == [200, 413, 503])
    #expect(records.all == ["service's GET 200", "ours POST 413", "ours GET 503"])
    await engine.stop()
  }

  @Test func `beyond those that are told so connections are closed unheard, and counted`() async throws {
    var limits = ServerLimits()
    limits.connections = 1
    limits.refusedAtOnce = 1
    let engine = try EngineUnderTest(limits: limits, reactorCount: 1)
    let kept = try engine.client()
    kept.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(await kept.read(until: "/x\n").hasPrefix("HTTP/1.1 200"))
    // It lingers until its peer ends too.
    let told = try engine.client()
    #expect(await told.readToEnd().hasPrefix("HTTP/1.1 503"))
    #expect(engine.server.counters.limitsReached[.refusedAtOnce] == 0)
    let unheard = try engine.client()
    #expect(await unheard.readToEnd() == "")
    #expect(engine.server.counters.limitsReached[.refusedAtOnce] == 1)
    #expect(engine.server.counters.limitsReached[.connections] == 2)
    withExtendedLifetime(told) {}
    await engine.stop()
  }
}
