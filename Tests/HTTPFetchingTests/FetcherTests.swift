// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Foundation
import HTTPFetching
import HTTPMessages
import Testing

struct FetcherTests {
  private func plain(_ change: (inout FetchConfiguration) -> Void = { _ in }) throws -> Fetcher {
    var configuration = FetchConfiguration()
    configuration.allowsPlainHTTP = true
    change(&configuration)
    return try Fetcher(configuration: configuration)
  }

  private func failure(_ body: () throws -> Void) -> FetchError? {
    do { try body() } catch { return error as? FetchError }
    return nil
  }

  @Test func `requests follow one another on one connection`() async throws {
    let server = try TestServer()
    let fetcher = try plain()
    let first = try fetcher.fetch(.get, server.url("/whole"), maximumOctets: 100_000)
    #expect(first.status == .ok && first.body == TestServer.whole)
    #expect(first.fields["Content-Length"] == "100000")
    #expect(fetcher.connectionsMade == 1)
    #expect(try fetcher.fetch(.get, server.url("/missing"), maximumOctets: 100).status == .notFound)
    #expect(fetcher.connectionsMade == 0)
    await server.stop()
  }

  @Test func `a body is taken at its limit and refused one past it`() async throws {
    let server = try TestServer()
    let fetcher = try plain()
    #expect(throws: FetchError.tooLarge(limit: 99_999)) {
      try fetcher.fetch(.get, server.url("/whole"), maximumOctets: 99_999)
    }
    #expect(try fetcher.fetch(.get, server.url("/whole"), maximumOctets: 100_000).body.count == 100_000)
    await server.stop()
  }

  @Test func `a body of unknown length is cut as it exceeds the limit`() throws {
    let answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n5\r\nfghij\r\n0\r\n\r\n"
    #expect(throws: FetchError.tooLarge(limit: 9)) {
      try plain().fetch(.get, CannedServer(answer).url, maximumOctets: 9)
    }
    #expect(try plain().fetch(.get, CannedServer(answer).url, maximumOctets: 10).body.count == 10)
  }

  @Test(arguments: [HTTPMethod.post, .put, .patch, .delete])
  func `methods and bodies arrive as given`(method: HTTPMethod) async throws {
    let server = try TestServer()
    let body: [UInt8] = [0, 1, 2, 255]
    let answer = try plain().fetch(method, server.url("/echo"), body: body, maximumOctets: 100)
    #expect(answer.status == .created && answer.body == body)
    #expect(answer.fields["x-method"] == method.name)
    #expect(try plain().fetch(method, server.url("/echo"), maximumOctets: 100).body.isEmpty)
    await server.stop()
  }

  @Test func `a HEAD request ends without a body`() async throws {
    let server = try TestServer()
    let answer = try plain().fetch(.head, server.url("/whole"), maximumOctets: 0)
    #expect(answer.status == .ok && answer.body.isEmpty && answer.fields["Content-Length"] == "100000")
    await server.stop()
  }

  @Test func `only the fields asked for are sent`() async throws {
    let server = try TestServer()
    let fetcher = try plain {
      $0.bearerToken = "secret"
      $0.userAgent = "cordon-test"
    }
    let answer = try fetcher.fetch(
      .get, server.url("/fields"), fields: ["X-Empty": "", "Accept": "text/plain"], maximumOctets: 1000)
    #expect(
      String(decoding: answer.body, as: UTF8.self) == """
        accept: text/plain
        authorization: Bearer secret
        host: 127.0.0.1:\(server.port)
        user-agent: cordon-test
        x-empty: 
        """)
    let posted = try fetcher.fetch(
      .post, server.url("/fields"), body: [UInt8](repeating: 65, count: 4096), maximumOctets: 1000)
    #expect(!String(decoding: posted.body, as: UTF8.self).contains("expect:"))
    #expect(!String(decoding: posted.body, as: UTF8.self).contains("content-type:"))
    await server.stop()
  }

  @Test func `redirects are answers, not followed`() async throws {
    let server = try TestServer()
    let answer = try plain().fetch(.get, server.url("/elsewhere"), maximumOctets: 1000)
    #expect(answer.status == .seeOther && answer.fields["Location"] == "/whole")
    await server.stop()
  }

  @Test func `a body may go to a file, that of an error does not`() async throws {
    let server = try TestServer()
    let path = FileManager.default.temporaryDirectory.path + "/body-\(UInt64.random(in: 0...UInt64.max))"
    defer { try? FileManager.default.removeItem(atPath: path) }
    func file() -> [UInt8]? { FileManager.default.contents(atPath: path).map(Array.init) }
    let fetcher = try plain()
    let whole = try fetcher.fetch(.get, server.url("/whole"), maximumOctets: 100_000, bodyFile: path)
    #expect(whole.body.isEmpty && file() == TestServer.whole)
    let missing = try fetcher.fetch(.get, server.url("/missing"), maximumOctets: 1000, bodyFile: path)
    #expect(missing.status == .notFound && !missing.body.isEmpty && file() == nil)
    let rest = try fetcher.fetch(
      .get, server.url("/rest"), maximumOctets: 100_000, resumeFrom: 400, bodyFile: path)
    #expect(rest.status == .partialContent && file() == Array(TestServer.whole[400...]))
    #expect(throws: FetchError.tooLarge(limit: 99_999)) {
      try fetcher.fetch(.get, server.url("/whole"), maximumOctets: 99_999, bodyFile: path)
    }
    await server.stop()
  }

  @Test func `a broken transfer leaves what came, and the rest is asked for by range`() async throws {
    let part = String(repeating: "a", count: 400)
    let fetcher = try plain()
    let broken = CannedServer("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + part)
    let error = failure { _ = try fetcher.fetch(.get, broken.url, maximumOctets: 1000) }
    guard case .interrupted(_, received: 400) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(fetcher.partialBody == Array(part.utf8))
    let server = try TestServer()
    let rest = try fetcher.fetch(.get, server.url("/rest"), maximumOctets: 100_000, resumeFrom: 400)
    #expect(rest.status == .partialContent && rest.body == Array(TestServer.whole[400...]))
    #expect(fetcher.partialBody.isEmpty)
    #expect(throws: FetchError.rangeMismatch) {
      try fetcher.fetch(.get, server.url("/rest?wrong"), maximumOctets: 100_000, resumeFrom: 400)
    }
    #expect(
      try fetcher.fetch(.get, server.url("/whole"), maximumOctets: 100_000, resumeFrom: 400).status == .ok)
    await server.stop()
  }

  @Test func `a server that takes too long is given up`() async throws {
    let server = try TestServer()
    let fetcher = try plain { $0.totalTimeout = .milliseconds(200) }
    let error = failure { _ = try fetcher.fetch(.get, server.url("/slow"), maximumOctets: 10) }
    guard case .timedOut = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    await server.stop()
  }

  @Test func `one exchange may be given less time than the others`() async throws {
    let server = try TestServer()
    let fetcher = try plain { $0.totalTimeout = .seconds(600) }
    let error = failure {
      _ = try fetcher.fetch(.get, server.url("/slow"), maximumOctets: 10, timeout: .milliseconds(200))
    }
    guard case .timedOut = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(try fetcher.fetch(.get, server.url("/whole"), maximumOctets: 100_000).status == .ok)
    await server.stop()
  }

  @Test func `a closed port and an unknown name are unreachable`() async throws {
    let server = try TestServer()
    await server.stop()
    for url in [server.url("/"), "http://nobody.invalid/"] {
      let error = failure { _ = try plain().fetch(.get, url, maximumOctets: 10) }
      guard case .unreachable = error else {
        Issue.record("\(url): \(String(describing: error))")
        continue
      }
    }
  }

  @Test(arguments: [
    "http://127.0.0.1/", "ftp://127.0.0.1/", "file:///etc/passwd", "127.0.0.1", "", "https://a b/",
    "https://",
    "https://user:word@127.0.0.1/", "https://127.0.0.1/\r\nX: y",
  ])
  func `what is no absolute https URL is not fetched`(url: String) throws {
    let fetcher = try Fetcher(configuration: FetchConfiguration())
    #expect(throws: FetchError.invalidURL) { try fetcher.fetch(.get, url, maximumOctets: 10) }
  }

  @Test func `a field that would break the request is refused`() throws {
    #expect(throws: FetchError.invalidField(name: "X")) {
      try plain().fetch(.get, "http://127.0.0.1/", fields: ["X": "a\r\nY: b"], maximumOctets: 10)
    }
    let fetcher = try plain { $0.bearerToken = "a\nb" }
    #expect(throws: FetchError.invalidField(name: "Authorization")) {
      try fetcher.fetch(.get, "http://127.0.0.1/", maximumOctets: 10)
    }
  }

  @Test func `fields without end and answers that are no HTTP are refused`() throws {
    let many = String(repeating: "X-Field: \(String(repeating: "a", count: 1000))\r\n", count: 70)
    for answer in ["HTTP/1.1 200 OK\r\n\(many)\r\n", "hello\r\n\r\n", ""] {
      let error = failure { _ = try plain().fetch(.get, CannedServer(answer).url, maximumOctets: 10) }
      switch error {
      case .malformedResponse, .interrupted: break
      default: Issue.record("\(String(describing: error))")
      }
    }
  }

  @Test func `an interim response is not the answer`() throws {
    let answer =
      "HTTP/1.1 103 Early Hints\r\nLink: early\r\n\r\nHTTP/1.1 200 OK\r\nX-Late: 1\r\nContent-Length: 2\r\n\r\nok"
    let response = try plain().fetch(.get, CannedServer(answer).url, maximumOctets: 10)
    #expect(response.status == .ok && response.body == Array("ok".utf8))
    #expect(response.fields["Link"] == nil && response.fields["X-Late"] == "1")
  }

  @Test func `a configured proxy is used, and only that one`() throws {
    let proxy = CannedServer("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nproxy")
    let fetcher = try plain { $0.proxy = "http://127.0.0.1:\(proxy.port)" }
    let response = try fetcher.fetch(.get, "http://nobody.invalid/", maximumOctets: 10)
    #expect(response.body == Array("proxy".utf8))
  }
}
