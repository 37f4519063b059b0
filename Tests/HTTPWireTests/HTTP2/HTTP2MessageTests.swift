// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import HTTP2Frames
import HTTPMessages
import HTTPWire
import Testing

/// Requests and answers that are as they should be.
struct HTTP2MessageTests {
  @Test func `a request is the same value as over HTTP 1`() throws {
    let test = try SessionUnderTest()
    let fields =
      Frames.request("GET", "/a/b?c=d") + [("accept", "text/plain"), ("cookie", "a=1"), ("cookie", "b=2")]
    test.send(Frames.opening + Frames.headers(1, fields))
    let request = try #require(test.requests.first)
    #expect(request.method == .get)
    #expect(request.path == "/a/b")
    #expect(request.query == "c=d")
    #expect(request.fields["Host"] == "a.example")
    #expect(request.fields["Accept"] == "text/plain")
    #expect(request.fields.all("Cookie") == ["a=1; b=2"])
  }

  @Test func `an answer has the fields of the engine, HEAD no content`() throws {
    let test = try SessionUnderTest()
    test.send(Frames.opening + Frames.headers(1, Frames.request("HEAD", "/x")) + Frames.get(3, "/x"))
    let head = try #require(test.reader.answers[1])
    let whole = try #require(test.reader.answers[3])
    #expect(head.fields == whole.fields)
    #expect(head.isWhole && head.octets.isEmpty)
    #expect(whole.octets == Array("/x".utf8))
    #expect(
      whole.fields == [
        ":status": "200", "date": "Thu, 26 Nov 2026 12:00:00 GMT", "content-length": "2",
        "cache-control": "no-store", "x-content-type-options": "nosniff",
        "strict-transport-security": "max-age=31536000",
      ])
  }

  @Test func `what a service says of the connection is not sent`() throws {
    let test = try SessionUnderTest()
    test.send(Frames.opening + Frames.get(1, FrameCase.waitingPath))
    test.respond(
      1, HTTPResponse(status: .ok, fields: ["Connection": "close", "Keep-Alive": "x", "ETag": "\"1\""]))
    test.pump()
    #expect(test.reader.answers[1]?.fields["connection"] == nil)
    #expect(test.reader.answers[1]?.fields["keep-alive"] == nil)
    #expect(test.reader.answers[1]?.fields["etag"] == "\"1\"")
  }

  @Test func `a body is asked for when the peer waits to be asked`() throws {
    let test = try SessionUnderTest()
    let fields = Frames.request("POST", "/echo") + [("expect", "100-continue")]
    test.send(Frames.opening + Frames.headers(1, fields, ends: false))
    #expect(test.reader.interim == [1: 100])
    test.send(Frames.data(1, [0x61]))
    #expect(test.reader.answers[1]?.octets == [0x61])
    // Too large in any case: not asked for.
    test.send(Frames.headers(3, fields + [("content-length", "1001")], ends: false))
    #expect(test.reader.interim == [1: 100])
    #expect(test.reader.answers[3]?.status == 413)
  }

  @Test func `streams are answered as their answers come, and share the connection`() throws {
    let test = try SessionUnderTest()
    test.send(Frames.opening + Frames.get(1, FrameCase.waitingPath) + Frames.get(3, FrameCase.waitingPath))
    test.respond(3, HTTPResponse(status: .ok, body: .text("second")))
    test.pump()
    #expect(test.reader.answers[3]?.isWhole == true)
    #expect(test.reader.answers[1] == nil)
    test.respond(1, HTTPResponse(status: .noContent))
    test.pump()
    #expect(test.reader.answers[1]?.status == 204)
  }

  @Test func `a request begun before the peer's GOAWAY is answered`() throws {
    let test = try SessionUnderTest()
    test.send(Frames.opening + Frames.headers(1, Frames.request("POST", "/echo"), ends: false))
    test.send(Frames.frame(Frames.goAway, Frames.number(0) + Frames.number(0)))
    test.send(Frames.data(1, [0x61]))
    #expect(test.reader.answers[1]?.octets == [0x61])
  }

  @Test func `a large answer follows the windows, octet for octet`() throws {
    let test = try SessionUnderTest()
    test.send(Frames.opening + Frames.get(1, "/large"))
    #expect(test.reader.answers[1]?.octets.count == 65_535)
    test.send(Frames.windowUpdate(1, 1 << 24))
    #expect(test.reader.answers[1]?.octets.count == 65_535)
    test.send(Frames.windowUpdate(0, 1 << 24))
    #expect(test.reader.answers[1]?.octets.count == test.largeOctets)
    #expect(test.reader.answers[1]?.isWhole == true)
  }

  @Test func `a body opens the windows again as it is taken`() throws {
    let test = try SessionUnderTest(bodyLimit: 1 << 20)
    test.send(Frames.opening + Frames.headers(1, Frames.request("POST", "/echo"), ends: false))
    for _ in 0..<40 { test.send(Frames.data(1, [UInt8](repeating: 1, count: 16_384), ends: false)) }
    test.send(Frames.data(1, []) + Frames.windowUpdate(0, 1 << 24) + Frames.windowUpdate(1, 1 << 24))
    #expect(test.requests.first?.body.count == 40 * 16_384)
    #expect(test.reader.goAways.isEmpty)
  }

  @Test func `an answer with a field that could end its line is not sent`() throws {
    let test = try SessionUnderTest()
    test.send(Frames.opening + Frames.get(1, FrameCase.waitingPath))
    let date = Array("Thu, 26 Nov 2026 12:00:00 GMT".utf8)
    let illegal = HTTPResponse(status: .ok, fields: ["x": "a\r\nb: c"])
    #expect(!test.session.respond(to: 1, illegal, date: date, now: test.now))
    test.respond(1, HTTPResponse(status: .internalServerError))
    test.pump()
    #expect(test.reader.answers[1]?.status == 500)
  }
}
