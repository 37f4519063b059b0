// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Dispatch
import Glibc
import HTTPServing
import Testing

/// A connection may outlive the client certificate it began with.
struct EndedCertificateTests {
  @Test func `a client certificate that ends meanwhile counts no more on a kept connection`() async throws {
    let certificates = try await Certificates()
    try await certificates.issue("brief", by: "ca", seconds: 3)
    let responder = RepeatingResponder()
    let server = HTTPServer(
      configuration: ServerConfiguration(tls: certificates.configuration, reactorCount: 1),
      responder: responder)
    let port = try server.start()
    let answers = try await withCheckedThrowingContinuation { continuation in
      DispatchQueue(label: "client").async {
        continuation.resume(with: Result { try Self.pollUntilRefused(port, certificates) })
      }
    }
    #expect(answers.first?.hasSuffix("epoch 1 /a with a key\n") == true)
    #expect(answers.last?.hasSuffix("epoch 1 /a\n") == true)
    // The answer to the first was remembered, and given again until the end; then the request was read anew.
    #expect(answers.count > 2)
    #expect(responder.asked.value == 2)
    #expect(server.counters.handshakesCompleted == 1)
    await server.drain(deadline: .milliseconds(500))
  }

  /// The answers to one poll, sent again and again on one connection until its key counts no more, or ten seconds have passed.
  private static func pollUntilRefused(_ port: UInt16, _ certificates: Certificates) throws -> [String] {
    let client = try TLSRawClient(
      port: port, certificate: certificates.path("brief.pem"), key: certificates.path("brief.key"))
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
}
