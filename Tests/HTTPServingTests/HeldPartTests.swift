// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import HTTP2Frames
import HTTPServing
import Testing

/// Of the memory held for single peers one address, and all strangers together, get a part only.
struct HeldPartTests {
  private static let large = EngineUnderTest.large.count
  /// What a connection's own buffers take besides.
  private static let buffers = 1 << 20

  private func limits(_ change: (inout ServerLimits) -> Void) -> ServerLimits {
    var limits = ServerLimits()
    limits.heldOctetsPerAddress = 1 << 30
    limits.heldOctetsOfStrangers = 1 << 30
    limits.heldOctets = 1 << 30
    change(&limits)
    return limits
  }

  private func reached(_ engine: EngineUnderTest, _ limit: EngineLimit) -> Int {
    engine.server.counters.limitsReached[limit, default: 0]
  }

  /// How an answer begins; what follows is no text, and much.
  private func begun(_ engine: EngineUnderTest, _ request: String) async throws -> String {
    let client = try engine.client()
    client.send(request)
    return await begun(client)
  }

  private func begun(_ client: RawClient, whole: Bool = true) async -> String {
    if whole { await client.readEverything() } else { _ = await client.read(octets: 12) }
    return String(decoding: client.received.prefix(12), as: UTF8.self)
  }

  private func get(_ path: String, isKnown: Bool = false) -> String {
    "GET \(path) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\(isKnown ? "X-Known: yes\r\n" : "")\r\n"
  }

  private func post(_ count: Int, isKnown: Bool = false) -> String {
    "POST /x HTTP/1.1\r\nHost: a\r\n\(isKnown ? "X-Known: yes\r\n" : "")Content-Length: \(count)\r\n\r\n"
  }

  @Test(arguments: [EngineLimit.heldOctetsPerAddress, .heldOctetsOfStrangers])
  func `an answer that its part has room for is given, one octet more than the part is 503`(
    limit: EngineLimit
  )
    async throws
  {
    func engine(_ octets: Int) throws -> EngineUnderTest {
      try EngineUnderTest(
        limits: limits {
          if limit == .heldOctetsPerAddress {
            $0.heldOctetsPerAddress = octets
          } else {
            $0.heldOctetsOfStrangers = octets
          }
        })
    }
    let roomy = try engine(Self.large + Self.buffers)
    let answer1 = try await begun(roomy, get("/large"))
    #expect(answer1 == "HTTP/1.1 200")
    #expect(reached(roomy, limit) == 0)
    await roomy.stop()
    let narrow = try engine(Self.large - 1)
    let answer2 = try await begun(narrow, get("/large"))
    #expect(answer2 == "HTTP/1.1 503")
    #expect(reached(narrow, limit) == 1)
    #expect(reached(narrow, .heldOctets) == 0)
    await narrow.stop()
  }

  @Test func `an address that holds its part is told so, and another one is served`() async throws {
    let engine = try EngineUnderTest(limits: limits { $0.heldOctetsPerAddress = 600_000 }) {
      $0.balancers = ["127.0.0.0/8"].compactMap { NetworkRange($0) }
    }
    let first = try engine.client()
    first.introduce(from: 1)
    await first.sendAll(post(500_001) + String(repeating: "a", count: 500_000))
    #expect(await eventually { engine.server.counters.octetsHeld >= 500_000 })
    let second = try engine.client()
    second.introduce(from: 1)
    await second.sendAll(post(400_000) + String(repeating: "b", count: 300_000))
    let secondAnswer = await begun(second)
    #expect(secondAnswer == "HTTP/1.1 503")
    #expect(reached(engine, .heldOctetsPerAddress) == 1)
    let other = try engine.client()
    other.introduce(from: 2)
    await other.sendAll(post(300_000) + String(repeating: "b", count: 300_000))
    let otherAnswer = await begun(other, whole: false)
    #expect(otherAnswer == "HTTP/1.1 200")
    #expect(reached(engine, .heldOctets) == 0)
    withExtendedLifetime(first) {}
    await engine.stop()
    #expect(engine.server.counters.octetsHeld == 0)
  }

  @Test func `strangers that hold their part are told so, and who is known is served`() async throws {
    let engine = try EngineUnderTest(limits: limits { $0.heldOctetsOfStrangers = 600_000 })
    let first = try engine.client()
    await first.sendAll(post(500_001) + String(repeating: "a", count: 500_000))
    #expect(await eventually { engine.server.counters.octetsHeld >= 500_000 })
    let second = try engine.client()
    await second.sendAll(post(400_000) + String(repeating: "b", count: 300_000))
    let secondAnswer = await begun(second)
    #expect(secondAnswer == "HTTP/1.1 503")
    #expect(reached(engine, .heldOctetsOfStrangers) == 1)
    let known = try engine.client()
    await known.sendAll(post(300_000, isKnown: true) + String(repeating: "c", count: 300_000))
    let knownAnswer = await begun(known, whole: false)
    #expect(knownAnswer == "HTTP/1.1 200")
    let answer3 = try await begun(engine, get("/large", isKnown: true))
    #expect(answer3 == "HTTP/1.1 200")
    let answer4 = try await begun(engine, get("/large"))
    #expect(answer4 == "HTTP/1.1 503")
    // What counted as a stranger's before it was known counts no more as such.
    first.send("a")
    let firstAnswer = await begun(first, whole: false)
    #expect(firstAnswer == "HTTP/1.1 200")
    #expect(await eventually { engine.server.counters.octetsHeld < 100_000 })
    let third = try engine.client()
    await third.sendAll(post(500_000) + String(repeating: "d", count: 500_000))
    let thirdAnswer = await begun(third, whole: false)
    #expect(thirdAnswer == "HTTP/1.1 200")
    await engine.stop()
  }

  @Test func `over HTTP 2 too, where a stranger is refused on its stream and who is known is not`()
    async throws
  {
    let certificates = try await Certificates()
    let engine = try EngineUnderTest(
      limits: limits { $0.heldOctetsOfStrangers = 60_000 }, tls: certificates.configuration)
    let port = engine.port
    let statuses = try await FrameClient.onThread {
      let piece = [UInt8](repeating: 1, count: 10_000)
      func send(_ client: FrameClient, _ stream: UInt32, _ pieces: Int, isKnown: Bool, ends: Bool) {
        let post = Frames.request("POST", "/echo") + (isKnown ? [("x-known", "yes")] : [])
        client.send(Frames.headers(stream, post, ends: false))
        for number in 1...pieces { client.send(Frames.data(stream, piece, ends: ends && number == pieces)) }
      }
      let stranger = try FrameClient(port: port)
      stranger.send(Frames.opening)
      send(stranger, 1, 4, isKnown: false, ends: false)
      send(stranger, 3, 4, isKnown: false, ends: true)
      stranger.read { $0.answers[3]?.isWhole == true }
      let known = try FrameClient(port: port)
      known.send(Frames.opening)
      send(known, 1, 8, isKnown: true, ends: true)
      known.read { $0.answers[1]?.isWhole == true }
      return [stranger.reader.answers[3]?.status, known.reader.answers[1]?.status]
    }
    #expect(statuses == [503, 200])
    #expect(reached(engine, .heldOctetsOfStrangers) >= 1)
    await engine.stop()
    #expect(engine.server.counters.octetsHeld == 0)
  }
}
