// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import HTTP2Frames
import HTTPMessages
import HTTPWire
import Testing

/// What a peer may keep waiting, by a clock of the test's own.
struct HTTP2PaceTests {
  private static let post = Frames.request("POST", "/echo")

  @Test func `a start that is not finished in time ends the connection`() throws {
    let silent = try SessionUnderTest()
    silent.send(Array(Frames.preface.prefix(10)))
    silent.wait(milliseconds: 9_999)
    #expect(silent.oversteps == [])
    silent.wait(milliseconds: 1)
    #expect(silent.oversteps == [.slowStart])
    #expect(silent.reader.goAways.map(\.code) == [4])
    let unsettled = try SessionUnderTest()
    unsettled.send(Frames.preface + Frames.frame(Frames.settings))
    unsettled.wait(milliseconds: 10_000)
    #expect(unsettled.oversteps == [.slowStart])
  }

  @Test func `a field block that is not finished in time ends the connection`() throws {
    let test = try SessionUnderTest()
    test.send(Frames.opening)
    test.wait(milliseconds: 20_000)
    test.send(Array(Frames.get(1).prefix(12)))
    test.wait(milliseconds: 5_000)
    test.send(Array(Frames.get(1).dropFirst(12).prefix(4)))
    test.wait(milliseconds: 4_999)
    #expect(test.oversteps == [])
    test.wait(milliseconds: 1)
    #expect(test.oversteps == [.slowHead])
  }

  @Test func `a body below the least rate is answered 408, and others go on`() throws {
    let test = try SessionUnderTest(bodyLimit: 1 << 20)
    test.send(
      Frames.opening + Frames.headers(1, Self.post, ends: false) + Frames.headers(3, Self.post, ends: false))
    // 512 octets a second over ten seconds.
    test.send(Frames.data(1, [UInt8](repeating: 1, count: 5119), ends: false))
    test.send(Frames.data(3, [UInt8](repeating: 1, count: 5120), ends: false))
    test.wait(milliseconds: 10_000)
    #expect(test.reader.answers[1]?.status == 408)
    #expect(test.reader.resets.isEmpty)
    test.wait(milliseconds: 1_000)
    #expect(test.reader.resets == [1: FrameCase.noError])
    test.send(Frames.data(3, []))
    #expect(test.reader.answers[3]?.octets.count == 5120)
  }

  @Test func `a stream whose window stays shut is reset, and others go on`() throws {
    let test = try SessionUnderTest()
    test.send(Frames.opening + Frames.setting(4, 10) + Frames.get(1, "/large"))
    #expect(test.reader.answers[1]?.octets.count == 10)
    test.wait(milliseconds: 19_999)
    #expect(test.reader.resets.isEmpty)
    test.wait(milliseconds: 1)
    #expect(test.reader.resets == [1: FrameCase.cancel])
    test.send(Frames.get(3, "/short"))
    #expect(test.reader.answers[3]?.isWhole == true)
  }

  @Test func `a window that opens by less than the least rate counts as shut`() throws {
    for octets in [10_239, 10_240] as [UInt32] {
      let test = try SessionUnderTest()
      test.send(Frames.opening + Frames.setting(4, 0) + Frames.get(1, "/large"))
      test.wait(milliseconds: 10_000)
      test.send(Frames.windowUpdate(1, octets))
      test.wait(milliseconds: 10_000)
      #expect(test.reader.resets == (octets == 10_239 ? [1: FrameCase.cancel] : [:]))
    }
  }

  @Test func `a connection whose window stays shut ends`() throws {
    let test = try SessionUnderTest()
    test.send(Frames.opening + Frames.setting(4, 1 << 20) + Frames.get(1, "/large") + Frames.get(3, "/large"))
    let sent = [1, 3].reduce(0) { $0 + (test.reader.answers[UInt32($1)]?.octets.count ?? 0) }
    #expect(sent == 65_535)
    // The octets that went at once count for the first window.
    test.wait(milliseconds: 39_999)
    #expect(test.oversteps == [])
    test.wait(milliseconds: 1)
    #expect(test.oversteps == [.stalledConnection])
    #expect(test.reader.goAways.map(\.code) == [FrameCase.enhanceYourCalm])
  }

  @Test func `a connection without streams ends in peace, whatever else it sends`() throws {
    let test = try SessionUnderTest()
    test.send(Frames.opening + Frames.get(1))
    for _ in 0..<7 {
      test.wait(milliseconds: 10_000)
      test.send(Frames.frame(Frames.ping, [UInt8](repeating: 0, count: 8)))
    }
    #expect(test.reader.goAways.isEmpty)
    #expect(test.reader.pingAnswers == 7)
    test.wait(milliseconds: 5_000)
    #expect(test.reader.goAways.map(\.code) == [FrameCase.noError])
    #expect(test.oversteps == [])
  }

  @Test func `a parked request is no idleness`() throws {
    let test = try SessionUnderTest()
    test.send(Frames.opening + Frames.get(1, FrameCase.waitingPath))
    test.wait(milliseconds: 300_000)
    #expect(test.reader.goAways.isEmpty)
    test.respond(1, HTTPResponse(status: .noContent))
    test.pump()
    #expect(test.reader.answers[1]?.status == 204)
  }

  @Test func `draining first says so, then names the last stream, and ends with it`() throws {
    let test = try SessionUnderTest()
    test.send(Frames.opening + Frames.get(1, FrameCase.waitingPath))
    test.session.drain(now: test.now)
    test.pump()
    #expect(test.reader.goAways.map(\.last) == [0x7FFF_FFFF])
    // Sent before the peer heard of it: answered.
    test.send(Frames.get(3))
    #expect(test.reader.answers[3]?.status == 200)
    test.wait(milliseconds: 1000)
    #expect(test.reader.goAways.map(\.last) == [0x7FFF_FFFF, 3])
    test.send(Frames.get(5))
    #expect(test.reader.answers[5] == nil)
    #expect(!test.session.isOver)
    test.respond(1, HTTPResponse(status: .noContent))
    test.pump()
    #expect(test.reader.answers[1]?.status == 204)
    #expect(test.session.isOver)
  }

  @Test func `draining names the last stream as soon as the peer answers`() throws {
    let test = try SessionUnderTest()
    test.send(Frames.opening + Frames.get(1))
    test.session.drain(now: test.now)
    test.pump()
    test.send(Frames.frame(Frames.ping, flags: Frames.ack, [UInt8](repeating: 0, count: 8)))
    #expect(test.reader.goAways.map(\.last) == [0x7FFF_FFFF, 1])
    #expect(test.session.isOver)
  }
}
