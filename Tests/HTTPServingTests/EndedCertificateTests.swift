// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Foundation
import HTTPServing
import Testing

/// A connection may outlive the client certificate it began with.
struct EndedCertificateTests {
  /// What ends while the connection lasts.
  enum Ended: CaseIterable { case certificate, revocationList, authority }

  /// Certificates of which one, or what it is accepted by, ends in three seconds.
  private static func prepare(_ ended: Ended) async throws -> (Certificates, TLSConfiguration) {
    let certificates = try await Certificates()
    switch ended {
    case .certificate: try await certificates.issue("brief", by: "ca", seconds: 3)
    case .revocationList:
      try await certificates.issue("brief", by: "ca")
      try await certificates.writeRevocations([], seconds: 3)
      return (certificates, certificates.configurationWithRevocations)
    case .authority:
      try await certificates.makeAuthority("passing", seconds: 3)
      try await certificates.issue("brief", by: "passing")
      var configuration = certificates.configuration
      configuration.clientAuthorityFile = certificates.path("passing.pem")
      return (certificates, configuration)
    }
    return (certificates, certificates.configuration)
  }

  @Test(arguments: Ended.allCases)
  func `what a client certificate counts by may end: it counts no more on a kept connection, nor resumed`(
    ended: Ended
  ) async throws {
    let (certificates, configuration) = try await Self.prepare(ended)
    let responder = RepeatingResponder()
    let server = HTTPServer(
      configuration: ServerConfiguration(tls: configuration, reactorCount: 1), responder: responder)
    let port = try server.start()
    let (answers, isLast, later, wasResumed) = try await onThread {
      let client = try TLSRawClient(
        port: port, certificate: certificates.path("brief.pem"), key: certificates.path("brief.key"))
      let answers = Self.pollUntilRefused(client)
      let isLast = client.readOnce() == nil && client.hasEnded
      let again = try TLSRawClient(
        port: port, certificate: certificates.path("brief.pem"), key: certificates.path("brief.key"),
        resuming: client)
      again.send(Array(RepeatTests.poll.utf8))
      let later = String(decoding: again.readOnce() ?? [], as: UTF8.self)
      return (answers, isLast, later, again.wasResumed)
    }
    #expect(answers.first?.hasSuffix("epoch 1 /a with a key\n") == true)
    #expect(answers.last?.hasSuffix("epoch 1 /a\n") == true)
    // Whether it counts again is not found on this connection.
    #expect(answers.last?.contains("Connection: close\r\n") == true)
    #expect(isLast)
    // The answer to the first was remembered, and given again until the end; then the request was read anew.
    #expect(answers.count > 2)
    #expect(responder.asked.value == 3)
    #expect(wasResumed)
    #expect(later.hasSuffix("epoch 1 /a\n"), "\(later)")
    #expect(server.counters.handshakesCompleted == 2)
    await server.drain(deadline: .milliseconds(500))
  }

  @Test func `a list that ran out and is there anew: who was nobody has the key again on a new connection`()
    async throws
  {
    let (certificates, configuration) = try await Self.prepare(.revocationList)
    let server = HTTPServer(
      configuration: ServerConfiguration(tls: configuration, reactorCount: 1),
      responder: RepeatingResponder())
    let port = try server.start()
    let isLast = try await onThread {
      let client = try TLSRawClient(
        port: port, certificate: certificates.path("brief.pem"), key: certificates.path("brief.key"))
      _ = Self.pollUntilRefused(client)
      return client.readOnce() == nil && client.hasEnded
    }
    #expect(isLast)
    try await certificates.writeRevocations([])
    try server.reloadTLS()
    let answers = try await onThread {
      // The reload is taken up in its turn; until then the handshake fails, for want of a list.
      for _ in 0..<200 {
        let client = try? TLSRawClient(
          port: port, certificate: certificates.path("brief.pem"), key: certificates.path("brief.key"))
        client?.send(Array(RepeatTests.poll.utf8))
        if let answer = client?.readOnce() { return String(decoding: answer, as: UTF8.self) }
        usleep(20_000)
      }
      return ""
    }
    #expect(answers.hasSuffix(" with a key\n"))
    await server.drain(deadline: .milliseconds(500))
  }

  /// The answers to one poll, sent again and again on one connection until its key counts no more, or ten seconds have passed.
  private static func pollUntilRefused(_ client: TLSRawClient) -> [String] {
    var answers: [String] = []
    for _ in 0..<200 {
      client.send(Array(RepeatTests.poll.utf8))
      guard let answer = client.readOnce() else { break }
      answers.append(String(decoding: answer, as: UTF8.self))
      if answers.last?.hasSuffix("with a key\n") == false { break }
      usleep(50_000)
    }
    return answers
  }

  @Test func `a list of somebody else that runs out, and an older one, cost nobody the key`() async throws {
    let certificates = try await Certificates()
    try await certificates.makeAuthority("other")
    try await certificates.writeRevocations([], by: "other", seconds: 2)
    let other = try String(contentsOfFile: certificates.path("revocations.pem"), encoding: .utf8)
    try await certificates.writeRevocations([])
    let own = try String(contentsOfFile: certificates.path("revocations.pem"), encoding: .utf8)
    try (other + own).write(
      toFile: certificates.path("revocations.pem"), atomically: true, encoding: .utf8)
    let engine = try EngineUnderTest(tls: certificates.configurationWithRevocations, reactorCount: 1)
    let (port, certificate, key) = (
      engine.port, certificates.path("client.pem"), certificates.path("client.key")
    )
    let answers = try await onThread {
      let client = try TLSRawClient(port: port, certificate: certificate, key: key)
      return (0..<60).map { _ in
        usleep(50_000)
        client.send(Array("GET /spki HTTP/1.1\r\nHost: a\r\n\r\n".utf8))
        return String(decoding: client.readOnce() ?? [], as: UTF8.self)
      }
    }
    let spki = try await certificates.spki("client")
    #expect(answers.allSatisfy { $0.hasSuffix("tls=true spki=\(spki)\n") })
    #expect(engine.server.counters.certificatesForgotten == 0)
    await engine.stop()
  }
}
