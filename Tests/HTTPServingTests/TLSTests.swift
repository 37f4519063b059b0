// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import ChildProcesses
import Foundation
import HTTPMessages
import HTTPServing
import Testing

struct TLSTests {
  private func curl(
    _ engine: EngineUnderTest, _ certificates: Certificates, _ paths: [String], _ options: [String] = []
  ) async throws -> Tool.Outcome {
    let urls = paths.map { "https://127.0.0.1:\(engine.port)\($0)" }
    return try await Tool.run(
      ["curl", "-sS", "-m", "20", "--cacert", certificates.path("ca.pem")] + options + urls)
  }

  private func client(_ name: String, _ certificates: Certificates) -> [String] {
    ["--cert", certificates.path(name + ".pem"), "--key", certificates.path(name + ".key")]
  }

  @Test(arguments: ["1.2", "1.3"])
  func `a client certificate is asked for, verified and told by its key, and may be absent`(
    version: String
  ) async throws {
    let certificates = try await Certificates()
    let engine = try EngineUnderTest(tls: certificates.configuration)
    let options = ["--tlsv\(version)", "--tls-max", version]
    let anonymous = try await curl(engine, certificates, ["/spki"], options)
    #expect(anonymous.output == "tls=true spki=\n")
    let known = try await curl(
      engine, certificates, ["/spki", "/spki"], options + client("client", certificates))
    let expected = "tls=true spki=\(try await certificates.spki("client"))\n"
    #expect(known.output == expected + expected)
    #expect(engine.server.counters.connectionsAccepted == 2)
    #expect(engine.server.counters.handshakesCompleted == 2)
    await engine.stop()
  }

  @Test func `a certificate of a stranger's authority ends the handshake`() async throws {
    let certificates = try await Certificates()
    try await certificates.makeAuthority("other")
    try await certificates.issue("stranger", by: "other")
    let engine = try EngineUnderTest(tls: certificates.configuration)
    let outcome = try await curl(engine, certificates, ["/spki"], client("stranger", certificates))
    #expect(outcome.status != 0)
    #expect(engine.answered.value == 0)
    #expect(await eventually { engine.server.counters.handshakesFailed == 1 })
    await engine.stop()
  }

  @Test func `an expired client certificate ends the handshake`() async throws {
    let certificates = try await Certificates()
    try await certificates.issue("late", by: "ca", days: -1)
    let engine = try EngineUnderTest(tls: certificates.configuration)
    let outcome = try await curl(engine, certificates, ["/spki"], client("late", certificates))
    #expect(outcome.status != 0)
    #expect(engine.answered.value == 0)
    await engine.stop()
  }

  @Test(arguments: [
    ["-tls1_1"], ["-tls1"], ["-tls1_2", "-cipher", "AES128-SHA:ECDHE-ECDSA-AES128-SHA"], ["-alpn", "spdy/3"],
  ])
  func `old versions, old suites and protocols not served are refused`(options: [String]) async throws {
    let certificates = try await Certificates()
    let engine = try EngineUnderTest(tls: certificates.configuration)
    let outcome = try await Tool.run(
      ["openssl", "s_client", "-connect", "127.0.0.1:\(engine.port)"] + options)
    #expect(outcome.status != 0)
    #expect(engine.server.counters.handshakesCompleted == 0)
    await engine.stop()
  }

  @Test(arguments: ["-tls1_2", "-tls1_3"])
  func `a session is resumed and still knows the client`(version: String) async throws {
    let certificates = try await Certificates()
    let engine = try EngineUnderTest(tls: certificates.configuration)
    let session = certificates.path("session")
    let connect = [
      "openssl", "s_client", "-connect", "127.0.0.1:\(engine.port)", version, "-ign_eof", "-cert",
      certificates.path("client.pem"), "-key", certificates.path("client.key"),
    ]
    let request = "GET /spki HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    let first = try await Tool.run(connect + ["-sess_out", session], input: request)
    let second = try await Tool.run(connect + ["-sess_in", session], input: request)
    let expected = "tls=true spki=\(try await certificates.spki("client"))\n"
    #expect(first.output.contains(expected))
    #expect(second.output.contains("Reused, TLS"))
    #expect(second.output.contains(expected))
    #expect(engine.server.counters.handshakesResumed == 1)
    await engine.stop()
  }

  @Test func `a client cannot renegotiate`() async throws {
    let certificates = try await Certificates()
    let engine = try EngineUnderTest(tls: certificates.configuration)
    let outcome = try await Tool.run(
      ["openssl", "s_client", "-connect", "127.0.0.1:\(engine.port)", "-tls1_2"], input: "R\n")
    #expect(outcome.output.contains("no renegotiation") || outcome.status != 0)
    #expect(engine.answered.value == 0)
    await engine.stop()
  }

  @Test func `large answers and bodies pass through TLS whole`() async throws {
    let certificates = try await Certificates()
    let engine = try EngineUnderTest(tls: certificates.configuration)
    let large = certificates.path("large")
    let outcome = try await curl(engine, certificates, ["/large"], ["-o", large])
    #expect(outcome.status == 0)
    let isWhole = FileManager.default.contents(atPath: large) == Data(EngineUnderTest.large)
    #expect(isWhole)
    let body = certificates.path("body")
    _ = FileManager.default.createFile(atPath: body, contents: Data(EngineUnderTest.large.prefix(1_000_000)))
    let echo = certificates.path("echo")
    _ = try await curl(engine, certificates, ["/echo"], ["--data-binary", "@" + body, "-o", echo])
    let isEchoed = FileManager.default.contentsEqual(atPath: body, andPath: echo)
    #expect(isEchoed)
    await engine.stop()
  }

  @Test func `new certificates serve new connections, and bad ones change nothing`() async throws {
    let certificates = try await Certificates()
    let engine = try EngineUnderTest(tls: certificates.configuration)
    let before = try await certificates.spki("server")
    try await certificates.issue("server", by: "ca")
    #expect(try await certificates.spki("server") != before)
    try engine.server.reloadTLS()
    let shown = try await Tool.run(["openssl", "s_client", "-connect", "127.0.0.1:\(engine.port)"])
    let onDisk = try String(contentsOfFile: certificates.path("server.pem"), encoding: .utf8)
    let body = onDisk.split(separator: "-----")[1].filter { $0 != "\n" }
    #expect(shown.output.filter { $0 != "\n" }.contains(body))
    try "nonsense".write(toFile: certificates.path("server.pem"), atomically: true, encoding: .utf8)
    #expect(throws: ServerError.self) { try engine.server.reloadTLS() }
    #expect(try await curl(engine, certificates, ["/x"]).output == "/x\n")
    await engine.stop()
  }

  @Test func `a file that cannot be used is named`() async throws {
    let certificates = try await Certificates()
    func error(_ change: (inout TLSConfiguration) -> Void) -> String {
      var configuration = certificates.configuration
      change(&configuration)
      do throws(ServerError) {
        let server = HTTPServer(
          configuration: ServerConfiguration(tls: configuration),
          responder: ClosureResponder { _ in .ready(HTTPResponse(status: .ok)) })
        _ = try server.start()
        return "started"
      } catch {
        return "\(error)"
      }
    }
    let missing = certificates.path("missing")
    #expect(error { $0.certificateChainFile = missing }.hasPrefix("cannot read certificate \(missing): "))
    #expect(error { $0.keyFile = missing }.hasPrefix("cannot read key \(missing): "))
    #expect(error { $0.clientAuthorityFile = missing }.hasPrefix("cannot read client authority \(missing): "))
    let foreign = certificates.path("client.key")
    #expect(error { $0.keyFile = foreign } == "the key in \(foreign) does not belong to the certificate")
  }

  @Test func `a handshake that does not come is cut`() async throws {
    let certificates = try await Certificates()
    var limits = ServerLimits()
    limits.handshakeDeadline = .milliseconds(200)
    let engine = try EngineUnderTest(limits: limits, tls: certificates.configuration)
    let silent = try engine.client()
    let halting = try engine.client()
    halting.send([0x16, 0x03, 0x01, 0x02, 0x00, 0x01])
    #expect(await silent.readToEnd().isEmpty)
    await halting.readEverything()
    #expect(engine.server.counters.deadlinesMissed == 2)
    await engine.stop()
  }

  @Test func `plain HTTP on a TLS port gets no answer`() async throws {
    let certificates = try await Certificates()
    let engine = try EngineUnderTest(tls: certificates.configuration)
    let client = try engine.client()
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    await client.readEverything()
    #expect(client.received.firstOffset(of: Array("HTTP/1.1".utf8)) == nil)
    #expect(engine.answered.value == 0)
    await engine.stop()
  }

  @Test func `malformed requests are refused through TLS too`() async throws {
    let certificates = try await Certificates()
    let engine = try EngineUnderTest(tls: certificates.configuration)
    let outcome = try await Tool.run(
      ["openssl", "s_client", "-quiet", "-connect", "127.0.0.1:\(engine.port)"],
      input: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        + "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(outcome.output.contains("HTTP/1.1 400 Bad Request"))
    #expect(outcome.output.contains("conflicting-framing"))
    #expect(engine.answered.value == 0)
    await engine.stop()
  }
}
