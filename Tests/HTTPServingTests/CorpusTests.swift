// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import HTTPMessages
import HTTPServing
import HTTPWire
import RefusalCorpus
import Testing

/// The corpus of requests that must be refused, through real sockets: what a peer sees of each refusal.
struct CorpusTests {
  /// One answer, with the status and the rule of the refusal, and nothing behind it.
  private func expectRefusal(_ refused: RefusedRequest, _ answer: String) {
    let status = "HTTP/1.1 \(refused.refusal.status.code) "
    #expect(answer.hasPrefix(status), "\(refused): \(answer.prefix(60))")
    #expect(answer.hasSuffix("\"rule\":\"\(refused.refusal.rawValue)\"}"), "\(refused)")
    #expect(answer.components(of: "HTTP/1.") == 1, "\(refused)")
    #expect(answer.components(of: "Connection: close\r\n") == 1, "\(refused)")
  }

  @Test func `each is refused on a plain connection, once, and the connection ends`() async throws {
    let engine = try EngineUnderTest(bodyLimit: 1000)
    for refused in RefusalCorpus.all {
      let client = try engine.client()
      client.send(refused.octets)
      expectRefusal(refused, await client.readToEnd())
      #expect(client.hasEnded, "\(refused)")
    }
    #expect(engine.answered.value == 0)
    #expect(engine.server.counters.requestsMalformed == RefusalCorpus.all.count)
    await engine.stop()
  }

  @Test func `each is refused in TLS, once, and the connection ends`() async throws {
    let certificates = try await Certificates()
    let engine = try EngineUnderTest(tls: certificates.configuration, bodyLimit: 1000)
    let port = engine.port
    for refused in RefusalCorpus.all.map(\.overTLS) {
      let (answer, hasEnded) = try await onThread {
        let client = try TLSRawClient(port: port)
        client.send(refused.octets)
        return (client.readToEnd(), client.hasEnded)
      }
      expectRefusal(refused, answer)
      #expect(hasEnded, "\(refused)")
    }
    #expect(engine.answered.value == 0)
    #expect(engine.server.counters.requestsMalformed == RefusalCorpus.all.count)
    await engine.stop()
  }

  @Test func `each is refused behind a good request, whose answer alone comes before`() async throws {
    let engine = try EngineUnderTest(bodyLimit: 1000)
    let good = "GET /good HTTP/1.1\r\nHost: a.example\r\n\r\n"
    for refused in RefusalCorpus.all {
      let client = try engine.client()
      client.send(Array(good.utf8) + refused.octets)
      let answer = await client.readToEnd()
      #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"), "\(refused)")
      #expect(answer.hasSuffix("\"rule\":\"\(refused.refusal.rawValue)\"}"), "\(refused)")
      #expect(answer.components(of: "HTTP/1.") == 2, "\(refused)")
      #expect(client.hasEnded, "\(refused)")
    }
    #expect(engine.answered.value == RefusalCorpus.all.count)
    await engine.stop()
  }

  @Test(arguments: [("https", "HTTP/1.1 200 OK\r\n"), ("http", "HTTP/1.1 400 Bad Request\r\n")])
  func `in TLS an absolute target must say https`(scheme: String, answer: String) async throws {
    let certificates = try await Certificates()
    let engine = try EngineUnderTest(tls: certificates.configuration)
    let port = engine.port
    let heard = try await onThread {
      let client = try TLSRawClient(port: port)
      let head = "GET \(scheme)://a.example/x HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n"
      client.send(Array(head.utf8))
      return client.readToEnd()
    }
    #expect(heard.hasPrefix(answer))
    #expect(heard.contains("scheme-mismatch") == (scheme == "http"))
    await engine.stop()
  }
}
