// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import ChildProcesses
import HTTP2Frames
import HTTPMessages
import HTTPServing
import Testing

/// The bound on memory held for single peers, in HTTP/2: it turns streams away, and leaves the others whole.
struct HeldStreamTests {
  private func engine(holding octets: Int, _ certificates: Certificates) throws -> EngineUnderTest {
    var limits = ServerLimits()
    limits.heldOctets = octets
    limits.heldOctetsPerAddress = octets
    limits.heldOctetsOfStrangers = octets
    return try EngineUnderTest(limits: limits, tls: certificates.configuration)
  }

  private func reached(_ engine: EngineUnderTest) -> Int {
    engine.server.counters.limitsReached[.heldOctets, default: 0]
  }

  @Test func `answers that no longer fit are 503 on their streams, and those that did are whole`()
    async throws
  {
    // Room for three of ten that are asked for at once; they are read slowly enough to meet.
    let certificates = try await Certificates()
    let engine = try engine(holding: 3 * EngineUnderTest.large.count + (1 << 20), certificates)
    let outcome = try await Tool.run([
      "h2load", "-n", "20", "-c", "2", "-m", "10", "https://127.0.0.1:\(engine.port)/large",
    ])
    #expect(outcome.output.contains(" 0 errored, 0 timeout"), "\(outcome.output)")
    let refused = reached(engine)
    #expect(refused > 0)
    #expect(
      outcome.output.contains("\(20 - refused) succeeded, \(refused) failed"), "\(outcome.output)")
    #expect(outcome.output.contains("\(20 - refused) 2xx, 0 3xx, 0 4xx, \(refused) 5xx"), "\(outcome.output)")
    #expect(await eventually { engine.server.counters.octetsHeld == 0 })
    await engine.stop()
  }

  @Test func `a body that no longer fits is 503 on its stream, and the others go on`() async throws {
    let certificates = try await Certificates()
    let engine = try engine(holding: 60_000, certificates)
    let port = engine.port
    let reader = try await FrameClient.onThread {
      let client = try FrameClient(port: port)
      let post = Frames.request("POST", "/x")
      let piece = [UInt8](repeating: 1, count: 10_000)
      client.send(Frames.opening)
      for stream in [1, 3] as [UInt32] {
        client.send(Frames.headers(stream, post, ends: false))
        for _ in 0..<4 { client.send(Frames.data(stream, piece, ends: false)) }
      }
      client.read { $0.answers[3]?.isWhole == true }
      client.send(Frames.data(1, piece))
      client.read { $0.answers[1]?.isWhole == true }
      return [client.reader.answers[1]?.status, client.reader.answers[3]?.status]
    }
    #expect(reader == [200, 503])
    #expect(reached(engine) == 1)
    await engine.stop()
  }

  @Test func `a reader goes on while others hold all that may be held`() async throws {
    let certificates = try await Certificates()
    let engine = try engine(holding: EngineUnderTest.large.count + (1 << 16), certificates)
    let port = engine.port
    let deaf = try await FrameClient.onThread {
      let client = try FrameClient(port: port)
      client.send(
        Frames.opening + Frames.setting(4, 0x7FFF_FFFF) + Frames.windowUpdate(0, 1 << 30)
          + Frames.get(1, "/large"))
      return Held(client)
    }
    #expect(await eventually { engine.server.counters.octetsHeld > 1 << 20 })
    let statuses = try await FrameClient.onThread {
      let client = try FrameClient(port: port)
      client.send(Frames.opening)
      return [1, 3, 5].map { (stream: UInt32) in
        client.send(Frames.get(stream, stream == 3 ? "/large" : "/x"))
        client.read { $0.answers[stream]?.isWhole == true }
        return client.reader.answers[stream]?.status
      }
    }
    #expect(statuses == [200, 503, 200])
    withExtendedLifetime(deaf) {}
    await engine.stop()
  }

  /// What one connection is told while another has the only place there is.
  private func turnedAway(
    _ octets: [UInt8], within time: Duration = .seconds(30)
  ) async throws -> (reader: FrameReader, hasEnded: Bool, others: Int?) {
    let certificates = try await Certificates()
    var limits = ServerLimits()
    limits.connections = 1
    limits.lingeringDeadline = time
    let engine = try EngineUnderTest(limits: limits, tls: certificates.configuration)
    let port = engine.port
    let (second, status) = try await FrameClient.onThread {
      let first = try FrameClient(port: port)
      first.send(Frames.opening + Frames.get(1, "/x"))
      first.read { $0.answers[1]?.isWhole == true }
      let second = try FrameClient(port: port)
      second.send(octets)
      second.readToEnd()
      first.send(Frames.get(3, "/x"))
      first.read { $0.answers[3]?.isWhole == true }
      return (Held(second), first.reader.answers[3]?.status)
    }
    #expect(engine.server.counters.limitsReached[.connections] == 1)
    #expect(engine.answered.value == 2)
    await engine.stop()
    return (second.value.reader, second.value.hasEnded, status)
  }

  @Test(arguments: ["GET", "HEAD", "POST"])
  func `a connection past the limit hears 503 on its streams and the end of it, others go on`(method: String)
    async throws
  {
    let requests = [1, 3].flatMap { (stream: UInt32) in
      Frames.headers(stream, Frames.request(method, "/x"), ends: method != "POST")
    }
    let (reader, hasEnded, others) = try await turnedAway(Frames.opening + requests)
    #expect(reader.answers.mapValues(\.status) == [1: 503, 3: 503])
    #expect(reader.answers.values.allSatisfy { $0.fields["retry-after"] == "5" && $0.isWhole })
    #expect(reader.answers.values.allSatisfy { $0.octets.isEmpty == (method == "HEAD") })
    #expect(reader.goAways.map(\.code) == [FrameCase.noError])
    #expect(reader.goAways.map(\.last) == [3])
    #expect(hasEnded)
    #expect(others == 200)
  }

  @Test func `one past the limit that asks nothing hears so in time`() async throws {
    let (reader, hasEnded, others) = try await turnedAway(Frames.opening, within: .milliseconds(200))
    #expect(reader.answers.isEmpty)
    #expect(reader.goAways.map(\.code) == [FrameCase.enhanceYourCalm])
    #expect(hasEnded)
    #expect(others == 200)
  }
}
