// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import HTTP2Frames
import HTTPMessages
import HTTPWire
import Testing

/// The rules of RFC 9113, section by section: what a peer that breaks one of them gets.
struct FrameCaseTests {
  @Test(arguments: FrameCase.all)
  func `each rule has its error, however the octets arrive`(broken: FrameCase) throws {
    for step in [Int.max, 1, 7] {
      let test = try SessionUnderTest()
      if !broken.isWhole { test.send(Frames.opening, step: step) }
      test.send(broken.octets, step: step)
      check(broken, test, "in steps of \(step)")
    }
  }

  private func check(_ broken: FrameCase, _ test: SessionUnderTest, _ how: Comment) {
    let reader = test.reader
    #expect(!reader.isBroken, how)
    switch broken.outcome {
    case .connection(let code):
      #expect(reader.goAways.map(\.code) == [code], how)
      let answered = test.requests.count
      test.send(Frames.get(FrameCase.after))
      #expect(test.requests.count == answered, how)
      return
    case .stream(let stream, let code):
      #expect(reader.resets == [stream: code], how)
      #expect(reader.answers[stream]?.isWhole != true, how)
    case .answer(let stream, let status):
      #expect(reader.answers[stream]?.status == status, how)
      #expect(reader.answers[stream]?.isWhole == true, how)
    case .ignored: #expect(reader.resets.isEmpty, how)
    }
    #expect(reader.goAways.isEmpty, how)
    test.send(Frames.get(FrameCase.after, "/after"))
    #expect(reader.answers[FrameCase.after]?.octets == Array("/after".utf8), how)
  }

  /// Every section of RFC 9113 that says what a server is to do with what is wrong, not known or too much: nil where cases here
  /// show it, else why there is none.
  private static let sections: [String: String?] = [
    "3.4": nil, "4.1": nil, "4.2": nil, "4.3": nil,
    "4.3.1": "it is about a table that was made smaller; this server leaves its own as large as it began",
    "5.1": nil, "5.1.1": nil, "5.1.2": nil,
    "5.4.1": "GOAWAY and then the end: every case that ends the connection, through TLS in HTTP2Tests",
    "5.4.2": nil,
    "5.4.3": "a connection that is gone without a word: EarlyEndTests",
    "5.5": nil, "6.1": nil, "6.2": nil, "6.3": nil, "6.4": nil, "6.5": nil, "6.5.2": nil,
    "6.5.3": "SETTINGS that are not acknowledged in time: HTTP2PaceTests",
    "6.6": nil, "6.7": nil, "6.8": nil, "6.9": nil, "6.9.1": nil, "6.9.2": nil,
    "6.9.3": "it is about a window that was made smaller; this server makes none smaller",
    "6.10": nil, "7": nil, "8.1": nil, "8.1.1": nil, "8.2.1": nil, "8.2.2": nil, "8.2.3": nil, "8.3": nil,
    "8.3.1": nil,
    "8.3.2": "it is about answers, which clients look at",
    "8.4": "PUSH_PROMISE of a client: the case of 6.6",
    "8.5": nil,
    "8.6": "101 is an answer, which this server gives to nobody; Upgrade in a request is a case of 8.2.2",
    "8.7": "what REFUSED_STREAM means to a client; where it is sent, the case of 5.1.2",
    "9.1.1": "421 for a host that is not served; this server serves every host alike",
    "9.2.1": "renegotiation in TLS 1.2: TLSTests",
    "9.2.2": "suites that are not allowed are not offered: TLSTests",
    "9.2.3": "nobody is asked to authenticate behind the handshake; OpenSSL ends who does",
    "10.3": "names and values that could be two in HTTP/1.1: the cases of 8.2.1",
    "10.5": "floods: HTTP2LimitTests",
    "10.5.1": "field sections too large: the cases of 8.3.1, and HTTP2LimitTests",
    "10.5.2": "CONNECT leads nowhere here: the case of 8.5",
  ]

  @Test func `every section that speaks of errors has its cases, or a reason why not`() {
    let withCases = Set(FrameCase.all.map(\.section))
    #expect(withCases == Set(Self.sections.filter { $0.value == nil }.keys))
  }
}
