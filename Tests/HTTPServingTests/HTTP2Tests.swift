// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import ChildProcesses
import Foundation
import HTTP2Frames
import HTTPMessages
import HTTPServing
import HTTPWire
import Testing

/// HTTP/2 through real sockets: curl, h2load, and frames of our own.
struct HTTP2Tests {
  private func curl(
    _ engine: EngineUnderTest, _ certificates: Certificates, _ paths: [String], _ options: [String] = []
  ) async throws -> Tool.Outcome {
    let urls = paths.map { "https://127.0.0.1:\(engine.port)\($0)" }
    return try await Tool.run(
      ["curl", "-sS", "-m", "30", "--http2", "--cacert", certificates.path("ca.pem")] + options + urls)
  }

  @Test func `curl chooses HTTP 2, one connection for all, and the client's key is known`() async throws {
    let certificates = try await Certificates()
    let engine = try EngineUnderTest(tls: certificates.configuration)
    let client = ["--cert", certificates.path("client.pem"), "--key", certificates.path("client.key")]
    let outcome = try await curl(
      engine, certificates, ["/spki", "/spki"], client + ["-w", "%{http_version}\n"])
    let expected = "tls=true spki=\(try await certificates.spki("client"))\n2\n"
    #expect(outcome.output == expected + expected)
    #expect(engine.server.counters.http2.connections == 1)
    #expect(engine.server.counters.connectionsAccepted == 1)
    await engine.stop()
  }

  @Test func `a client without ALPN, or with HTTP 1 alone, speaks that`() async throws {
    let certificates = try await Certificates()
    let engine = try EngineUnderTest(tls: certificates.configuration)
    for options in [["--http1.1"], ["--no-alpn"]] {
      let outcome = try await curl(engine, certificates, ["/x"], options + ["-w", "%{http_version}\n"])
      #expect(outcome.output == "/x\n1.1\n")
    }
    #expect(engine.server.counters.http2.connections == 0)
    await engine.stop()
  }

  @Test func `HTTP 2 is not offered when it is turned off`() async throws {
    let certificates = try await Certificates()
    var configuration = certificates.configuration
    configuration.offersHTTP2 = false
    let engine = try EngineUnderTest(tls: configuration)
    let outcome = try await curl(engine, certificates, ["/x"], ["-w", "%{http_version}\n"])
    #expect(outcome.output == "/x\n1.1\n")
    await engine.stop()
  }

  @Test func `HEAD, deferred answers, large answers and large bodies are whole`() async throws {
    let certificates = try await Certificates()
    var limits = ServerLimits()
    limits.bodyOctets = 32 << 20
    let engine = try EngineUnderTest(limits: limits, tls: certificates.configuration, bodyLimit: 32 << 20)
    let head = try await curl(engine, certificates, ["/x"], ["-I"])
    #expect(head.output.hasPrefix("HTTP/2 200"))
    #expect(head.output.contains("content-length: 3\r\n"))
    #expect(try await curl(engine, certificates, ["/later?a"]).output == "later a\n")
    let large = certificates.path("large")
    _ = try await curl(engine, certificates, ["/large"], ["-o", large])
    #expect(FileManager.default.contents(atPath: large) == Data(EngineUnderTest.large))
    let echo = certificates.path("echo")
    _ = try await curl(engine, certificates, ["/echo"], ["--data-binary", "@" + large, "-o", echo])
    #expect(FileManager.default.contentsEqual(atPath: large, andPath: echo))
    await engine.stop()
  }

  @Test func `h2load gets every answer, with many streams on each of its connections`() async throws {
    let certificates = try await Certificates()
    var limits = ServerLimits()
    // The large answers are 30 MB each, and nobody says that they are one.
    limits.heldOctets = 1 << 30
    limits.heldOctetsPerAddress = 1 << 30
    limits.heldOctetsOfStrangers = 1 << 30
    let engine = try EngineUnderTest(limits: limits, tls: certificates.configuration)
    let outcome = try await Tool.run([
      "h2load", "-n", "20000", "-c", "10", "-m", "50", "https://127.0.0.1:\(engine.port)/x",
    ])
    #expect(outcome.output.contains("20000 succeeded, 0 failed, 0 errored, 0 timeout"), "\(outcome.output)")
    #expect(engine.answered.value == 20_000)
    let large = try await Tool.run([
      "h2load", "-n", "20", "-c", "2", "-m", "10", "https://127.0.0.1:\(engine.port)/large",
    ])
    #expect(large.output.contains("20 succeeded, 0 failed"), "\(large.output)")
    await engine.stop()
  }

  @Test func `each rule of RFC 9113 has its error through TLS too`() async throws {
    let certificates = try await Certificates()
    let engine = try EngineUnderTest(tls: certificates.configuration, bodyLimit: 1000)
    let port = engine.port
    for broken in FrameCase.all {
      let complaint = try await FrameClient.onThread { try Self.try(broken, port) }
      #expect(complaint == nil, "\(broken): \(complaint ?? "")")
    }
    #expect(await eventually { engine.server.counters.connectionsOpen == 0 })
    await engine.stop()
  }

  /// What is wrong with what came of it; nil if nothing.
  private static func `try`(_ broken: FrameCase, _ port: UInt16) throws -> String? {
    let client = try FrameClient(port: port)
    client.send(broken.isWhole ? broken.octets : Frames.opening + broken.octets)
    if case .connection(let code) = broken.outcome {
      client.readToEnd()
      guard client.reader.goAways.map(\.code) == [code] else { return "\(client.reader.goAways)" }
      // RFC 9113 §5.4.1: behind GOAWAY the connection is closed.
      return client.hasEnded ? nil : "the connection did not end"
    }
    client.send(Frames.get(FrameCase.after, "/after"))
    guard client.read(until: { $0.answers[FrameCase.after]?.isWhole == true }) else {
      return "the connection ended"
    }
    switch broken.outcome {
    case .stream(let stream, let code):
      return client.reader.resets == [stream: code] ? nil : "\(client.reader.resets)"
    case .answer(let stream, let status):
      client.read { $0.answers[stream]?.isWhole == true }
      return client.reader.answers[stream]?.status == status ? nil : "\(client.reader.answers)"
    case .ignored, .connection: return client.reader.resets.isEmpty ? nil : "\(client.reader.resets)"
    }
  }

  @Test func `long polls wait on their streams while others are answered, and are woken together`()
    async throws
  {
    let certificates = try await Certificates()
    let engine = try EngineUnderTest(tls: certificates.configuration)
    let port = engine.port
    let streams = (0..<50).map { UInt32($0) * 2 + 1 }
    let client = try await FrameClient.onThread {
      let client = try FrameClient(port: port)
      client.send(Frames.opening + streams.flatMap { Frames.get($0, "/parked") } + Frames.get(201, "/other"))
      client.read { $0.answers[201]?.isWhole == true }
      return Held(client)
    }
    #expect(client.value.reader.answers.count == 1)
    #expect(engine.server.counters.requestsParked == 50)
    engine.server.wakeParked()
    let woken = try await FrameClient.onThread {
      client.value.read { reader in streams.allSatisfy { reader.answers[$0]?.isWhole == true } }
    }
    #expect(woken)
    #expect(engine.server.counters.requestsParked == 0)
    await engine.stop()
  }

  @Test func `a long poll ends with its time, and one that is reset waits no more`() async throws {
    let certificates = try await Certificates()
    let engine = try EngineUnderTest(tls: certificates.configuration)
    let port = engine.port
    let statuses = try await FrameClient.onThread {
      let client = try FrameClient(port: port)
      client.send(Frames.opening + Frames.get(1, "/parked?1") + Frames.get(3, "/parked"))
      client.read { $0.answers[1]?.isWhole == true }
      client.send(Frames.reset(3) + Frames.get(5))
      client.read { $0.answers[5]?.isWhole == true }
      return client.reader.answers.mapValues(\.status)
    }
    #expect(statuses == [1: 204, 5: 200])
    #expect(await eventually { engine.server.counters.requestsParked == 0 })
    #expect(engine.server.counters.http2.streamsReset == 1)
    await engine.stop()
  }

  @Test func `a stream that is reset cancels its answer, and answers that still run are bounded`()
    async throws
  {
    let certificates = try await Certificates()
    var limits = ServerLimits()
    limits.http2.streams = 3
    let engine = try EngineUnderTest(limits: limits, tls: certificates.configuration)
    let port = engine.port
    let status = try await FrameClient.onThread {
      let client = try FrameClient(port: port)
      client.send(Frames.opening)
      for stream in [1, 3, 5] as [UInt32] {
        client.send(Frames.get(stream, "/stubborn") + Frames.reset(stream))
      }
      client.send(Frames.get(7, "/stubborn"))
      client.read { $0.answers[7]?.isWhole == true }
      return client.reader.answers[7]?.status
    }
    #expect(status == 503)
    #expect(engine.server.counters.http2.requestsBeyondStreams == 1)
    await engine.stop()
  }

  @Test func `draining answers what is in flight, tells the peer, and ends`() async throws {
    let certificates = try await Certificates()
    let engine = try EngineUnderTest(tls: certificates.configuration)
    let port = engine.port
    let client = try await FrameClient.onThread {
      let client = try FrameClient(port: port)
      client.send(Frames.opening + Frames.get(1, "/later") + Frames.get(3, "/parked"))
      client.read { !$0.settings.isEmpty }
      return Held(client)
    }
    #expect(await eventually { engine.server.counters.requestsInFlight == 1 })
    let drained = Task { await engine.server.drain(deadline: .seconds(8)) }
    try await FrameClient.onThread { client.value.readToEnd() }
    let reader = client.value.reader
    #expect(reader.answers[1]?.octets == Array("later \n".utf8))
    #expect(reader.answers[3]?.status == 204)
    #expect(reader.goAways.map(\.code) == [0, 0])
    #expect(reader.goAways.map(\.last) == [0x7FFF_FFFF, 3])
    await drained.value
  }

  @Test func `a peer that takes nothing is cut, and one that opens no window loses its stream`() async throws
  {
    let certificates = try await Certificates()
    var limits = ServerLimits()
    limits.writePause = .milliseconds(300)
    let engine = try EngineUnderTest(limits: limits, tls: certificates.configuration)
    let port = engine.port
    let reset = try await FrameClient.onThread {
      let client = try FrameClient(port: port)
      client.send(Frames.opening + Frames.setting(4, 10) + Frames.get(1, "/large"))
      client.read { $0.resets[1] != nil }
      return client.reader.resets
    }
    #expect(reset == [1: FrameCase.cancel])
    #expect(engine.server.counters.http2.streamsStalled == 1)
    let deaf = try await FrameClient.onThread {
      let client = try FrameClient(port: port)
      client.send(
        Frames.opening + Frames.setting(4, 0x7FFF_FFFF) + Frames.windowUpdate(0, 1 << 30)
          + Frames.get(1, "/large"))
      return Held(client)
    }
    #expect(await eventually { engine.server.counters.connectionsOpen == 0 })
    #expect(engine.server.counters.deadlinesMissed == 2)
    withExtendedLifetime(deaf) {}
  }

  @Test func `floods are counted by their kind`() async throws {
    let certificates = try await Certificates()
    let engine = try EngineUnderTest(tls: certificates.configuration)
    let port = engine.port
    let ping = Frames.frame(Frames.ping, [UInt8](repeating: 0, count: 8))
    var resets: [UInt8] = []
    for number in UInt32(0)..<300 {
      resets += Frames.get(number * 2 + 1, "/never") + Frames.reset(number * 2 + 1)
    }
    let pings = [[UInt8]](repeating: ping, count: 200).flatMap { $0 }
    let settings = [[UInt8]](repeating: Frames.setting(3, 1), count: 50).flatMap { $0 }
    let floods = [resets, pings, settings]
    for flood in floods {
      let code = try await FrameClient.onThread {
        let client = try FrameClient(port: port)
        client.send(Frames.opening + flood)
        client.readToEnd()
        return client.reader.goAways.map(\.code)
      }
      #expect(code == [FrameCase.enhanceYourCalm])
    }
    let counters = engine.server.counters.http2
    #expect(counters.floodsOfResets == 1 && counters.floodsOfPings == 1 && counters.floodsOfSettings == 1)
    #expect(await eventually { engine.server.counters.requestsInFlight == 0 })
    await engine.stop()
  }
}

/// A client handed from thread to thread, one at a time.
struct Held: @unchecked Sendable {
  let value: FrameClient
  init(_ value: FrameClient) { self.value = value }
}
