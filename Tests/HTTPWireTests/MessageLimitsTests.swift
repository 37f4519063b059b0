// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import HTTPWire
import Testing

struct MessageLimitsTests {
  private static let limits = MessageLimits(
    requestLineOctets: 100, headerOctets: 200, headerCount: 5, trailerOctets: 50, trailerCount: 2)

  private func refusal(_ text: String, bodyLimit: Int = 10) -> [RequestRefusal?] {
    [Int.max, 1].map { step in
      Transcript(limits: Self.limits, bodyLimit: bodyLimit).hear(text, step: step).refusal
    }
  }

  private static let frame = "GET / HTTP/1.1".utf8.count - 1

  @Test(arguments: [(0, nil), (1, .requestLineTooLong)] as [(Int, RequestRefusal?)])
  func `the request line has its limit`(excess: Int, expected: RequestRefusal?) {
    let target = "/" + String(repeating: "a", count: 100 - Self.frame - 1 + excess)
    #expect(refusal("GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n") == [expected, expected])
  }

  @Test func `an endless request line is refused before its end`() {
    #expect(
      refusal("GET /" + String(repeating: "a", count: 150)) == [.requestLineTooLong, .requestLineTooLong])
  }

  @Test(arguments: [(0, nil), (1, .headerTooLarge)] as [(Int, RequestRefusal?)])
  func `the field lines together have their limit`(excess: Int, expected: RequestRefusal?) {
    let filler = String(repeating: "y", count: 200 - "Host: a\r\nX: \r\n".utf8.count + excess)
    #expect(refusal("GET / HTTP/1.1\r\nHost: a\r\nX: \(filler)\r\n\r\n") == [expected, expected])
  }

  @Test func `endless field lines are refused before their end`() {
    let text = "GET / HTTP/1.1\r\nHost: a\r\nX: " + String(repeating: "y", count: 300)
    #expect(refusal(text) == [.headerTooLarge, .headerTooLarge])
  }

  @Test(arguments: [(4, nil), (5, .tooManyFields)] as [(Int, RequestRefusal?)])
  func `the field lines have a count`(more: Int, expected: RequestRefusal?) {
    let lines = String(repeating: "X: y\r\n", count: more)
    #expect(refusal("GET / HTTP/1.1\r\nHost: a\r\n\(lines)\r\n") == [expected, expected])
  }

  @Test(arguments: [(10, nil), (11, .bodyTooLarge)] as [(Int, RequestRefusal?)])
  func `a body of known length has its limit`(count: Int, expected: RequestRefusal?) {
    let body = String(repeating: "b", count: count)
    let text = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(count)\r\n\r\n\(body)"
    #expect(refusal(text) == [expected, expected])
  }

  @Test(arguments: [(0, nil), (1, .malformedChunk)] as [(Int, RequestRefusal?)])
  func `a chunk's line has its limit, whole or octet by octet`(excess: Int, expected: RequestRefusal?) {
    // 256 octets with the CR.
    let line = "1;x=" + String(repeating: "y", count: 255 - "1;x=".utf8.count + excess)
    let text = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\(line)\r\nb\r\n0\r\n\r\n"
    #expect(refusal(text) == [expected, expected])
  }

  @Test(arguments: [(10, nil), (11, .bodyTooLarge)] as [(Int, RequestRefusal?)])
  func `a chunked body has the same limit`(count: Int, expected: RequestRefusal?) {
    let body = String(repeating: "1\r\nb\r\n", count: count)
    let text = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\(body)0\r\n\r\n"
    #expect(refusal(text) == [expected, expected])
  }

  @Test(arguments: [(2, nil), (3, .trailerTooLarge)] as [(Int, RequestRefusal?)])
  func `trailers have a count`(count: Int, expected: RequestRefusal?) {
    let lines = String(repeating: "X: y\r\n", count: count)
    let text = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\(lines)\r\n"
    #expect(refusal(text) == [expected, expected])
  }

  @Test(arguments: [(0, nil), (1, .trailerTooLarge)] as [(Int, RequestRefusal?)])
  func `trailers have a size`(excess: Int, expected: RequestRefusal?) {
    let filler = String(repeating: "y", count: 50 - "X: \r\n".utf8.count + excess)
    let text = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: \(filler)\r\n\r\n"
    #expect(refusal(text) == [expected, expected])
  }
}
