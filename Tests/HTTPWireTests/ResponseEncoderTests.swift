// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import HTTPMessages
import HTTPWire
import Testing

struct ResponseEncoderTests {
  private static let date = Array("Mon, 23 Nov 2026 21:00:00 GMT".utf8)

  private func head(
    _ response: HTTPResponse, keepsAlive: Bool = true, isHTTP10: Bool = false, isTLS: Bool = false
  ) -> [String]? {
    var output: [UInt8] = []
    let context = ResponseEncoder.Context(keepsAlive: keepsAlive, isHTTP10: isHTTP10, isTLS: isTLS)
    guard ResponseEncoder.appendHead(of: response, date: Self.date, context: context, to: &output) else {
      #expect(output.isEmpty)
      return nil
    }
    let text = String(decoding: output, as: UTF8.self)
    #expect(text.hasSuffix("\r\n\r\n"))
    return text.split(separator: "\r\n").map(String.init)
  }

  @Test func `a response carries date, length and the safety fields`() {
    let response = HTTPResponse(status: .ok, fields: ["Content-Type": "text/plain"], body: .text("hello"))
    #expect(
      head(response) == [
        "HTTP/1.1 200 OK", "Date: Mon, 23 Nov 2026 21:00:00 GMT", "Content-Type: text/plain",
        "Content-Length: 5", "Cache-Control: no-store", "X-Content-Type-Options: nosniff",
      ])
  }

  @Test func `TLS asks for TLS ever after`() throws {
    let lines = try #require(head(HTTPResponse(status: .ok), isTLS: true))
    #expect(lines.contains("Strict-Transport-Security: max-age=31536000"))
  }

  @Test func `the responder's caching rule stands, its framing does not`() throws {
    let fields: HTTPFields = [
      "cache-control": "max-age=60", "content-length": "7", "Transfer-Encoding": "chunked",
      "Connection": "upgrade", "Date": "never",
    ]
    let lines = try #require(head(HTTPResponse(status: .ok, fields: fields)))
    #expect(lines.filter { $0.lowercased().hasPrefix("cache-control") } == ["cache-control: max-age=60"])
    #expect(lines.filter { $0.lowercased().hasPrefix("content-length") } == ["Content-Length: 0"])
    #expect(lines.filter { $0.lowercased().hasPrefix("date") }.count == 1)
    #expect(!lines.contains { $0.hasPrefix("Connection") || $0.hasPrefix("Transfer-Encoding") })
  }

  @Test func `a status without content has no length`() throws {
    for status in [HTTPStatus.noContent, .notModified] {
      let lines = try #require(head(HTTPResponse(status: status)))
      #expect(!lines.contains { $0.hasPrefix("Content-Length") })
    }
  }

  @Test func `closing is said, and keeping is said to HTTP 1.0 alone`() throws {
    #expect(try #require(head(HTTPResponse(status: .ok), keepsAlive: false)).contains("Connection: close"))
    #expect(try #require(head(HTTPResponse(status: .ok), isHTTP10: true)).contains("Connection: keep-alive"))
  }

  @Test(arguments: [
    ("X", "a\r\nSet-Cookie: b"), ("X", "a\nb"), ("X", "a\u{0}"), ("X: y\r\nZ", "a"), ("", "a"),
  ])
  func `a field that could become two lines is not written at all`(name: String, value: String) {
    #expect(head(HTTPResponse(status: .ok, fields: [name: value])) == nil)
  }
}
