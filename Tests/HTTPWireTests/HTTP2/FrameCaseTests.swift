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
      test.send(Frames.get(101))
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
    test.send(Frames.get(101, "/after"))
    #expect(reader.answers[101]?.octets == Array("/after".utf8), how)
  }

  @Test func `every section that speaks of errors has its cases`() {
    let sections = Set(FrameCase.all.map(\.section))
    for section in [
      "3.4", "4.1", "4.2", "4.3", "5.1", "5.1.1", "5.5", "6.1", "6.2", "6.3", "6.4", "6.5", "6.5.2", "6.6",
      "6.7", "6.8", "6.9", "6.9.1", "6.9.2", "6.10", "8.1", "8.1.1", "8.2", "8.2.2", "8.3", "8.3.1", "8.5",
    ] {
      #expect(sections.contains(section), "\(section)")
    }
  }
}
