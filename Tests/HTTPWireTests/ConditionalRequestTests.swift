// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import HTTPMessages
import Testing

struct ConditionalRequestTests {
  private static let octets = Array("0123456789".utf8)

  private func answer(_ fields: HTTPFields, method: HTTPMethod = .get) throws -> HTTPResponse {
    let tag = try #require(EntityTag("v1"))
    let facts = ConnectionFacts(peerAddress: "192.0.2.1", isLoopback: false, tls: false)
    let request = HTTPRequest(method: method, path: "/", fields: fields, connection: facts)
    return ConditionalRequest.response(
      to: request, entityTag: tag, octets: Self.octets,
      fields: ["Content-Type": "text/plain", "Cache-Control": "no-cache"])
  }

  @Test func `without conditions the whole is sent with its tag`() throws {
    let response = try answer([:])
    #expect(response.status == .ok)
    #expect(response.fields["ETag"] == "\"v1\"")
    #expect(response.fields["Accept-Ranges"] == "bytes")
    #expect(response.body.octets == Self.octets)
  }

  @Test(arguments: [
    ("\"v1\"", 304), ("W/\"v1\"", 304), ("\"v0\", \"v1\"", 304), ("*", 304), ("\"v0\"", 200), ("v1", 200),
  ])
  func `a known tag is answered 304 with no content`(value: String, status: Int) throws {
    let response = try answer(["If-None-Match": value])
    #expect(response.status.code == status)
    #expect((response.body.count == 0) == (status == 304))
    #expect(response.fields["Content-Type"] == (status == 304 ? nil : "text/plain"))
    #expect(response.fields["Cache-Control"] == "no-cache")
  }

  @Test func `If-None-Match on another method is a failed precondition`() throws {
    #expect(try answer(["If-None-Match": "*"], method: .put).status == .preconditionFailed)
  }

  @Test(arguments: [("\"v1\"", 200), ("*", 200), ("\"v0\"", 412), ("W/\"v1\"", 412), ("", 412)])
  func `If-Match compares strongly`(value: String, status: Int) throws {
    #expect(try answer(["If-Match": value]).status.code == status)
  }

  @Test func `If-Match is judged before If-None-Match`() throws {
    #expect(try answer(["If-Match": "\"v0\"", "If-None-Match": "\"v1\""]).status == .preconditionFailed)
  }

  @Test(arguments: [
    ("bytes=0-3", "0123", "bytes 0-3/10"), ("bytes=4-", "456789", "bytes 4-9/10"),
    ("bytes=-3", "789", "bytes 7-9/10"), ("bytes=0-99", "0123456789", "bytes 0-9/10"),
    ("bytes=9-9", "9", "bytes 9-9/10"), ("bytes=-99", "0123456789", "bytes 0-9/10"),
    ("BYTES=1-1", "1", "bytes 1-1/10"), ("bytes=1-99999999999999999999", "123456789", "bytes 1-9/10"),
  ])
  func `a range inside the content is sent as 206`(range: String, text: String, content: String) throws {
    let response = try answer(["Range": range])
    #expect(response.status == .partialContent)
    #expect(response.fields["Content-Range"] == content)
    #expect(response.body.octets == Array(text.utf8))
  }

  @Test(arguments: [
    "bytes=10-", "bytes=5-4", "bytes=-0", "bytes=-", "bytes=a-b", "bytes=1", "bytes", "bytes=1-2-3",
  ])
  func `a range outside the content, or none at all, is 416`(range: String) throws {
    let response = try answer(["Range": range])
    #expect(response.status == .rangeNotSatisfiable)
    #expect(response.fields["Content-Range"] == "bytes */10")
    #expect(response.body.count == 0)
  }

  @Test(arguments: ["lines=1-2", "bytes=0-1,3-4"])
  func `another unit or several ranges get the whole`(range: String) throws {
    #expect(try answer(["Range": range]).status == .ok)
  }

  @Test(arguments: [
    ("\"v1\"", 206), ("\"v0\"", 200), ("W/\"v1\"", 200), ("Mon, 23 Nov 2026 21:00:00 GMT", 200),
  ])
  func `If-Range keeps a range to the very same content`(value: String, status: Int) throws {
    #expect(try answer(["Range": "bytes=0-1", "If-Range": value]).status.code == status)
  }

  @Test func `a range counts for GET only`() throws {
    #expect(try answer(["Range": "bytes=0-1"], method: .head).status == .ok)
  }
}
