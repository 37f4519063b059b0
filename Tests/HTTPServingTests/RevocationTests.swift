// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import ChildProcesses
import Foundation
import HTTP2Frames
import HTTPServing
import Testing

/// Revocation lists of the client authorities: at the handshake, and on connections that are kept.
struct RevocationTests {
  private static let request = Array("GET /spki HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
  private static let nobody = "tls=true spki=\n"

  private func curl(
    _ engine: EngineUnderTest, _ certificates: Certificates, as name: String? = nil
  ) async throws -> Tool.Outcome {
    let client = name.map {
      ["--cert", certificates.path($0 + ".pem"), "--key", certificates.path($0 + ".key")]
    }
    return try await Tool.run(
      ["curl", "-sS", "-m", "20", "--cacert", certificates.path("ca.pem")] + (client ?? [])
        + ["https://127.0.0.1:\(engine.port)/spki"])
  }

  @Test func `a revoked certificate ends the handshake, another and none do not`() async throws {
    let certificates = try await Certificates()
    try await certificates.issue("revoked", by: "ca")
    try await certificates.writeRevocations(["revoked"])
    let engine = try EngineUnderTest(tls: certificates.configurationWithRevocations)
    #expect(try await curl(engine, certificates, as: "revoked").status != 0)
    let known = try await curl(engine, certificates, as: "client")
    #expect(known.output == "tls=true spki=\(try await certificates.spki("client"))\n")
    #expect(try await curl(engine, certificates).output == Self.nobody)
    #expect(engine.server.counters.revocationsEnd > Int(Date().timeIntervalSince1970))
    await engine.stop()
  }

  @Test func `a list that has run out, or none of the issuer, refuses certificates and nobody else`()
    async throws
  {
    let certificates = try await Certificates()
    try await certificates.writeRevocations([], isExpired: true)
    let engine = try EngineUnderTest(tls: certificates.configurationWithRevocations)
    #expect(try await curl(engine, certificates, as: "client").status != 0)
    #expect(try await curl(engine, certificates).output == Self.nobody)
    await engine.stop()
    try await certificates.makeAuthority("other")
    try await certificates.writeRevocations([], by: "other")
    let second = try EngineUnderTest(tls: certificates.configurationWithRevocations)
    #expect(try await curl(second, certificates, as: "client").status != 0)
    #expect(try await curl(second, certificates).output == Self.nobody)
    await second.stop()
  }

  @Test func `a list that cannot be read is named, and at a reload the old one stays`() async throws {
    let certificates = try await Certificates()
    let file = certificates.path("revocations.pem")
    #expect(throws: ServerError.self) { try EngineUnderTest(tls: certificates.configurationWithRevocations) }
    try await certificates.issue("revoked", by: "ca")
    try await certificates.writeRevocations(["revoked"])
    let engine = try EngineUnderTest(tls: certificates.configurationWithRevocations)
    for text in ["", "nonsense", "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n"] {
      try text.write(toFile: file, atomically: true, encoding: .utf8)
      do throws(ServerError) {
        try engine.server.reloadTLS()
        Issue.record("reloaded \(text)")
      } catch {
        #expect("\(error)".hasPrefix("cannot read revocation list \(file): "))
      }
      #expect(try await curl(engine, certificates, as: "revoked").status != 0)
      #expect(try await curl(engine, certificates, as: "client").status == 0)
    }
    await engine.stop()
  }

  @Test func `a kept connection of a client revoked by the reloaded list is nobody's, others keep theirs`()
    async throws
  {
    let certificates = try await Certificates()
    try await certificates.issue("revoked", by: "ca")
    try await certificates.writeRevocations([])
    let engine = try EngineUnderTest(tls: certificates.configurationWithRevocations)
    let clients = try ["revoked", "client"].map { name in
      try TLSRawClient(
        port: engine.port, certificate: certificates.path(name + ".pem"),
        key: certificates.path(name + ".key"))
    }
    let keys = [try await certificates.spki("revoked"), try await certificates.spki("client")]
    for (client, key) in zip(clients, keys) { #expect(ask(client).hasSuffix("spki=\(key)\n")) }
    // The handshake found out how long each counts.
    #expect(engine.server.counters.certificatesReviewed == 0)
    try await certificates.writeRevocations(["revoked"])
    try engine.server.reloadTLS()
    // The reload is taken up by the reactors one after the other.
    #expect(await eventually { ask(clients[0]).hasSuffix(Self.nobody) })
    let isAsBefore = await eventually {
      ask(clients[1]).hasSuffix("spki=\(keys[1])\n") && engine.server.counters.certificatesReviewed == 2
    }
    #expect(isAsBefore)
    #expect(engine.server.counters.certificatesForgotten == 1)
    await engine.stop()
  }

  @Test(arguments: [false, true])
  func `a handshake that began before the reload is looked at with the new list`(isRevoked: Bool) async throws
  {
    let certificates = try await Certificates()
    try await certificates.issue("other", by: "ca")
    try await certificates.writeRevocations([])
    let engine = try EngineUnderTest(tls: certificates.configurationWithRevocations, reactorCount: 1)
    let (port, certificate, key) = (
      engine.port, certificates.path("client.pem"), certificates.path("client.key")
    )
    let stepped = try await onThread {
      let client = try SteppedTLSClient(port: port, certificate: certificate, key: key)
      try client.comeToLastWords { client.socket.send($0) }
      return HeldStep(client)
    }
    try await revoke(isRevoked ? ["client"] : [], in: engine, certificates)
    let answer = try await onThread {
      let client = stepped.value
      client.write(String(decoding: Self.request, as: UTF8.self))
      client.socket.send(client.takeOutput())
      while client.receive() {
        let answer = client.read()
        if !answer.isEmpty { return answer }
      }
      return ""
    }
    let spki = try await certificates.spki("client")
    #expect(answer.hasSuffix(isRevoked ? Self.nobody : "tls=true spki=\(spki)\n"), "\(answer)")
    #expect(engine.server.counters.certificatesForgotten == (isRevoked ? 1 : 0))
    await engine.stop()
  }

  /// Reloads a list of these and of "other", and waits until the engine's only reactor has it: until that refuses somebody.
  private func revoke(
    _ names: [String], in engine: EngineUnderTest, _ certificates: Certificates
  ) async throws {
    try await certificates.writeRevocations(["other"] + names)
    try engine.server.reloadTLS()
    var isInForce = false
    for _ in 0..<100 where !isInForce {
      isInForce = try await curl(engine, certificates, as: "other").status != 0
    }
    #expect(isInForce)
  }

  @Test(arguments: [false, true])
  func `a request whose head came before the reload is nobody's when its content ends behind it`(
    isHTTP2: Bool
  ) async throws {
    let certificates = try await Certificates()
    try await certificates.issue("other", by: "ca")
    try await certificates.writeRevocations([])
    let engine = try EngineUnderTest(tls: certificates.configurationWithRevocations, reactorCount: 1)
    let (port, certificate, key) = (
      engine.port, certificates.path("client.pem"), certificates.path("client.key")
    )
    let client = try await onThread {
      let client = try TLSRawClient(port: port, certificate: certificate, key: key, speaksHTTP2: isHTTP2)
      client.send(
        isHTTP2
          ? Frames.opening + Frames.headers(1, Frames.request("POST", "/spki"), ends: false)
            + Frames.data(1, [1], ends: false)
          : Array("POST /spki HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\na".utf8))
      return HeldClient(client)
    }
    #expect(await eventually { engine.server.counters.octetsHeld > 0 })
    try await revoke(["client"], in: engine, certificates)
    let answer = try await onThread {
      let client = client.value
      client.send(isHTTP2 ? Frames.data(1, [2]) : [0x62])
      guard isHTTP2 else { return client.readToEnd() }
      let reader = FrameReader()
      while reader.answers[1]?.isWhole != true, let octets = client.readOnce() { reader.take(octets) }
      return String(decoding: reader.answers[1]?.octets ?? [], as: UTF8.self)
    }
    #expect(answer.hasSuffix(Self.nobody), "\(answer)")
    #expect(engine.answered.value == 1)
    await engine.stop()
  }

  private func ask(_ client: TLSRawClient) -> String {
    client.send(Self.request)
    return String(decoding: client.readOnce() ?? [], as: UTF8.self)
  }

  @Test(arguments: ["-tls1_2", "-tls1_3"])
  func `a session of a client revoked meanwhile is not resumed`(version: String) async throws {
    let certificates = try await Certificates()
    try await certificates.writeRevocations([])
    let engine = try EngineUnderTest(tls: certificates.configurationWithRevocations)
    let session = certificates.path("session")
    let connect = [
      "openssl", "s_client", "-connect", "127.0.0.1:\(engine.port)", version, "-ign_eof", "-cert",
      certificates.path("client.pem"), "-key", certificates.path("client.key"),
    ]
    let request = "GET /spki HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    let first = try await Tool.run(connect + ["-sess_out", session], input: request)
    #expect(first.output.contains("spki=\(try await certificates.spki("client"))"))
    try await certificates.writeRevocations(["client"])
    try engine.server.reloadTLS()
    try await Task.sleep(for: .milliseconds(200))
    let second = try await Tool.run(connect + ["-sess_in", session], input: request)
    #expect(!second.output.contains("spki="))
    #expect(engine.server.counters.handshakesResumed == 0)
    await engine.stop()
  }

  @Test(arguments: [false, true])
  func `over HTTP 2 too, a long poll that waits is told nothing, and the connection ends`(asksFirst: Bool)
    async throws
  {
    let certificates = try await Certificates()
    try await certificates.issue("other", by: "ca")
    try await certificates.writeRevocations([])
    var limits = ServerLimits()
    limits.lastRequestDeadline = .seconds(30)
    let engine = try EngineUnderTest(
      limits: limits, tls: certificates.configurationWithRevocations, reactorCount: 1)
    let (port, certificate, key) = (
      engine.port, certificates.path("client.pem"), certificates.path("client.key")
    )
    let client = try await FrameClient.onThread {
      let client = try FrameClient(port: port, certificate: certificate, key: key)
      client.send(Frames.opening + Frames.get(1, "/parked") + Frames.get(3, "/spki"))
      client.read { $0.answers[3]?.isWhole == true }
      return Held(client)
    }
    let spki = try await certificates.spki("client")
    #expect(client.value.reader.answers[3]?.octets == Array("tls=true spki=\(spki)\n".utf8))
    try await revoke(["client"], in: engine, certificates)
    try await FrameClient.onThread {
      if asksFirst {
        client.value.send(Frames.get(5, "/spki"))
        client.value.read { $0.answers[5]?.isWhole == true }
      }
      engine.server.wakeParked()
      client.value.read { $0.answers[1]?.isWhole == true }
      if !asksFirst {
        client.value.send(Frames.get(5, "/spki"))
        client.value.read { $0.answers[5]?.isWhole == true }
      }
      // The first word of the end is heard; the second one follows.
      client.value.send(Frames.frame(Frames.ping, flags: Frames.ack, [UInt8](repeating: 0, count: 8)))
      client.value.readToEnd()
    }
    let reader = client.value.reader
    #expect(reader.answers[1]?.status == 204)
    #expect(reader.answers[5]?.octets == Array(Self.nobody.utf8))
    #expect(reader.goAways.map(\.code) == [FrameCase.noError, FrameCase.noError])
    #expect(client.value.hasEnded)
    await engine.stop()
  }
}

/// A client that one thread after the other uses.
private struct HeldClient: @unchecked Sendable {
  let value: TLSRawClient
  init(_ value: TLSRawClient) { self.value = value }
}

/// A client that one thread after the other uses.
private struct HeldStep: @unchecked Sendable {
  let value: SteppedTLSClient
  init(_ value: SteppedTLSClient) { self.value = value }
}
