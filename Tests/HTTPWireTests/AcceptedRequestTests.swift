// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import HTTPMessages
import HTTPWire
import Testing

struct AcceptedRequestTests {
  private func only(_ text: String, step: Int = .max) throws -> HTTPRequest {
    let heard = Transcript().hear(text, step: step)
    #expect(heard.refusal == nil)
    #expect(heard.requests.count == 1)
    return try #require(heard.requests.first)
  }

  @Test(arguments: [1, 3, Int.max])
  func `a plain request is read whole however it arrives`(step: Int) throws {
    let request = try only(
      "GET /v1/lists?since=3&wait=5 HTTP/1.1\r\nHost: a.example\r\nAccept:  text/plain \r\nEmpty:\r\n\r\n",
      step: step)
    #expect(request.method == .get)
    #expect(request.path == "/v1/lists")
    #expect(request.query == "since=3&wait=5")
    #expect(request.fields["ACCEPT"] == "text/plain")
    #expect(request.fields["empty"] == "")
    #expect(request.body.isEmpty)
  }

  @Test(arguments: [1, 4, Int.max])
  func `pipelined requests come out one by one, bodies apart`(step: Int) {
    let heard = Transcript().hear(
      "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcGET /b HTTP/1.1\r\nHost: a\r\n\r\n"
        + "POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n"
        + "3;x=\"q\\\"\";y\r\nabc\r\nA\r\n0123456789\r\n0\r\nX-Sum: 1\r\n\r\nGET /d HTTP/1.1\r\nHost: a\r\n\r\n",
      step: step)
    #expect(heard.refusal == nil)
    #expect(heard.requests.map(\.path) == ["/a", "/b", "/c", "/d"])
    #expect(
      heard.requests.map { String(decoding: $0.body, as: UTF8.self) } == ["abc", "", "abc0123456789", ""])
    #expect(heard.requests.allSatisfy { !$0.fields.contains("X-Sum") })
  }

  @Test(arguments: [
    "a.example", "a.example:8443", "127.0.0.1", "[::1]:80", "[2001:db8::1]", "A.EXAMPLE",
    "under_score.example",
  ])
  func `a valid host is taken`(host: String) throws {
    #expect(try only("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n").fields["Host"] == host)
  }

  @Test(
    arguments: [
      ("http://A.example/x?y", "/x", "y"), ("http://a.example", "/", nil), ("http://a.example?y", "/", "y"),
    ] as [(String, String, String?)])
  func `an absolute target that names the same host is taken`(
    target: String, path: String, query: String?
  ) throws {
    let request = try only("GET \(target) HTTP/1.1\r\nHost: a.example\r\n\r\n")
    #expect(request.path == path)
    #expect(request.query == query)
  }

  @Test(arguments: [
    "/", "/a..b", "/...", "/a/.b", "/%41", "/a;b=c", "/a:b@c", "//", "/a%2Fb", "/%C3%A9", "/?", "/?a/b?c",
  ])
  func `a valid target is taken as sent`(target: String) throws {
    let request = try only("GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(request.path + (request.query.map { "?\($0)" } ?? "") == target)
  }

  @Test func `OPTIONS may ask of the server as a whole`() throws {
    #expect(try only("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n").path == "*")
  }

  @Test func `HTTP 1.0 needs no host`() throws {
    #expect(try only("GET /x HTTP/1.0\r\n\r\n").path == "/x")
  }

  @Test func `a field value may hold UTF-8`() throws {
    #expect(try only("GET / HTTP/1.1\r\nHost: a\r\nX: caf\u{E9}\r\n\r\n").fields["X"] == "caf\u{E9}")
  }

  @Test func `a body that has not come is awaited, not made up`() {
    let heard = Transcript().hear("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabcd")
    #expect(heard.requests.isEmpty)
    #expect(heard.isBodyAwaited)
    #expect(heard.refusal == nil)
  }

  @Test(arguments: [
    ("HTTP/1.1", "", true), ("HTTP/1.1", "Connection: close\r\n", false),
    ("HTTP/1.1", "Connection: x, Close\r\n", false), ("HTTP/1.1", "Connection: keep-alive\r\n", true),
    ("HTTP/1.0", "", false), ("HTTP/1.0", "Connection: Keep-Alive\r\n", true),
    ("HTTP/1.0", "Connection: x\r\n", false),
  ])
  func `persistence follows version and Connection`(version: String, line: String, keeps: Bool) {
    var machine = RequestMachine(limits: MessageLimits())
    var index = HeadIndex()
    var consumed = 0
    let head = Array("GET / \(version)\r\nHost: a\r\n\(line)\r\n".utf8)
    #expect(machine.receive(head.span, index: &index, consumed: &consumed) == .headRead)
    #expect(index.keepsAlive == keeps)
  }
}
