// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import HTTP2Frames
import HTTPMessages
import HTTPWire
import Testing

/// Each bound of `HTTP2Limits` and `HTTP2Pace`, at it and one past it.
struct HTTP2LimitTests {
  private func limits(_ change: (inout HTTP2Limits) -> Void) -> HTTP2Limits {
    var limits = HTTP2Limits()
    change(&limits)
    return limits
  }

  private static let calm: [UInt32] = [FrameCase.enhanceYourCalm]

  /// Sends `frame` as often as is allowed, then once more.
  private func flood(
    _ http2: HTTP2Limits, allowed: Int, _ overstep: HTTP2Overstep, opening: [UInt8] = Frames.opening,
    _ frame: (Int) -> [UInt8]
  ) throws {
    let test = try SessionUnderTest(http2: http2)
    test.send(opening)
    for number in 0..<allowed { test.send(frame(number)) }
    #expect(test.oversteps == [])
    #expect(test.reader.goAways.isEmpty)
    test.send(frame(allowed))
    #expect(test.oversteps == [overstep])
    #expect(test.reader.goAways.map(\.code) == Self.calm)
    #expect(test.session.isEnding)
  }

  @Test func `streams reset by the peer are counted`() throws {
    let http2 = limits { $0.resets = .init(burst: 5, perSecond: 1) }
    try flood(http2, allowed: 5, .resets) { number in
      let stream = UInt32(number) * 2 + 1
      return Frames.get(stream, FrameCase.waitingPath) + Frames.reset(stream)
    }
  }

  @Test func `streams that the peer makes us reset are counted too`() throws {
    let http2 = limits { $0.resets = .init(burst: 5, perSecond: 1) }
    try flood(http2, allowed: 5, .resets) { number in
      let stream = UInt32(number) * 2 + 1
      return Frames.get(stream, FrameCase.waitingPath) + Frames.windowUpdate(stream, 0x7FFF_FFFF)
    }
  }

  @Test func `resets are allowed again with time`() throws {
    let test = try SessionUnderTest(http2: limits { $0.resets = .init(burst: 2, perSecond: 1) })
    test.send(Frames.opening)
    for number in UInt32(0)..<10 {
      test.send(Frames.get(number * 2 + 1, FrameCase.waitingPath) + Frames.reset(number * 2 + 1))
      test.now += 1000
    }
    #expect(test.oversteps == [])
  }

  @Test func `SETTINGS, PING, PRIORITY and unknown frames are counted`() throws {
    let rate = HTTP2Limits.Rate(burst: 5, perSecond: 1)
    // The opening has two SETTINGS already.
    try flood(limits { $0.settings = rate }, allowed: 3, .settings) { _ in Frames.setting(3, 1) }
    try flood(limits { $0.pings = rate }, allowed: 5, .pings) { _ in
      Frames.frame(Frames.ping, [UInt8](repeating: 0, count: 8))
    }
    try flood(limits { $0.priorities = rate }, allowed: 5, .priorities) { _ in
      Frames.frame(Frames.priority, stream: 3, [0, 0, 0, 0, 1])
    }
    try flood(limits { $0.priorities = rate }, allowed: 5, .priorities) { _ in
      Frames.frame(0x10, Frames.number(3) + Array("u=1".utf8))
    }
    try flood(limits { $0.otherFrames = rate }, allowed: 5, .otherFrames) { _ in Frames.frame(0xEE) }
    try flood(limits { $0.windowUpdates = rate }, allowed: 5, .windowUpdates) { _ in Frames.windowUpdate(0, 1)
    }
  }

  @Test func `DATA that brings nothing is counted, padded or not`() throws {
    let rate = HTTP2Limits.Rate(burst: 5, perSecond: 1)
    let opening = Frames.opening + Frames.headers(1, Frames.request("POST", "/echo"), ends: false)
    try flood(limits { $0.emptyData = rate }, allowed: 5, .emptyData, opening: opening) { _ in
      Frames.data(1, [], ends: false)
    }
    try flood(limits { $0.emptyData = rate }, allowed: 5, .emptyData, opening: opening) { _ in
      Frames.frame(Frames.data, flags: Frames.padded, stream: 1, [3, 0, 0, 0])
    }
  }

  @Test func `each DATA frame of an answer allows two WINDOW_UPDATE`() throws {
    let test = try SessionUnderTest(http2: limits { $0.windowUpdates = .init(burst: 2, perSecond: 1) })
    test.send(Frames.opening + Frames.get(1, "/large"))
    while test.reader.answers[1]?.isWhole == false {
      test.send(Frames.windowUpdate(0, 16_384) + Frames.windowUpdate(1, 16_384))
    }
    #expect(test.oversteps == [])
    #expect(test.reader.answers[1]?.octets.count == test.largeOctets)
  }

  @Test func `CONTINUATION frames are counted for each block`() throws {
    let block = Frames.block(Frames.request())
    func request(_ stream: UInt32, continuations: Int) -> [UInt8] {
      Frames.frame(Frames.headers, flags: Frames.endStream, stream: stream, block)
        + (1..<continuations).flatMap { _ in Frames.frame(Frames.continuation, stream: stream) }
        + Frames.frame(Frames.continuation, flags: Frames.endHeaders, stream: stream)
    }
    let test = try SessionUnderTest()
    test.send(Frames.opening + request(1, continuations: 8) + request(3, continuations: 8), step: 1)
    #expect(test.requests.count == 2)
    test.send(request(5, continuations: 9))
    #expect(test.oversteps == [.continuations])
    #expect(test.requests.count == 2)
    #expect(test.reader.goAways.map(\.code) == Self.calm)
  }

  @Test func `a field section beyond all measure ends the connection, octets that unfold too`() throws {
    // One entry in the table, then references to it: an octet each.
    let entry = [0x40, 1, 0x78, 100] + [UInt8](repeating: 0x61, count: 100)
    let base = Frames.request().reduce(0) { $0 + $1.0.utf8.count + $1.1.utf8.count + 32 }
    let allowed = (HTTP2Limits().fieldSectionOctets - base - 133) / 133
    func request(_ references: Int) -> [UInt8] {
      Frames.frame(
        Frames.headers, flags: 5, stream: 1,
        Frames.block(Frames.request()) + entry + [UInt8](repeating: 0xBE, count: references))
    }
    let test = try SessionUnderTest()
    test.send(Frames.opening + request(allowed))
    #expect(test.reader.answers[1]?.status == 431)
    let other = try SessionUnderTest()
    other.send(Frames.opening + request(allowed + 1))
    #expect(other.oversteps == [.fieldSection])
    #expect(other.reader.goAways.map(\.code) == Self.calm)
  }

  @Test func `streams beyond those allowed are refused or end the connection`() throws {
    let test = try SessionUnderTest(http2: limits { $0.streams = 3 })
    #expect(test.reader.settings[3] == 3)
    // Not acknowledged yet: a peer may not know.
    test.send(Frames.preface + Frames.frame(Frames.settings))
    for stream in [1, 3, 5] as [UInt32] { test.send(Frames.get(stream, FrameCase.waitingPath)) }
    #expect(test.requests.count == 3)
    test.send(Frames.get(7))
    #expect(test.reader.resets == [7: FrameCase.refusedStream])
    test.send(Frames.frame(Frames.settings, flags: Frames.ack) + Frames.get(9))
    #expect(test.reader.goAways.map(\.code) == [FrameCase.protocolError])
    #expect(test.requests.count == 3)
  }

  @Test(arguments: [100, 101], [1, 60, 200])
  func `a frame larger than a stream's window breaks flow control, in whatever pieces it comes`(
    count: Int, step: Int
  ) throws {
    let test = try SessionUnderTest(http2: limits { $0.streamWindowOctets = 100 })
    test.send(Frames.opening + Frames.headers(1, Frames.request("POST", "/echo"), ends: false))
    let frame = Frames.data(1, [UInt8](repeating: 1, count: count))
    for start in stride(from: 0, to: frame.count, by: step) {
      test.send(Array(frame[start..<min(frame.count, start + step)]))
    }
    #expect(test.reader.answers[1]?.status == (count == 100 ? 200 : nil))
    #expect(test.reader.goAways.map(\.code) == (count == 100 ? [] : [FrameCase.flowControlError]))
  }

  @Test func `bodies at the limit pass and one past it is refused without its rest`() throws {
    let test = try SessionUnderTest(bodyLimit: 20_000)
    let post = Frames.request("POST", "/echo")
    test.send(Frames.opening + Frames.headers(1, post, ends: false))
    test.send(Frames.data(1, [UInt8](repeating: 1, count: 10_000), ends: false))
    test.send(Frames.data(1, [UInt8](repeating: 1, count: 10_000)))
    #expect(test.reader.answers[1]?.octets.count == 20_000)
    test.send(
      Frames.headers(3, post, ends: false) + Frames.data(3, [UInt8](repeating: 1, count: 10_000), ends: false)
    )
    test.send(Frames.data(3, [UInt8](repeating: 1, count: 10_001), ends: false))
    #expect(test.reader.answers[3]?.status == 413)
    // What was under way is dropped.
    test.send(Frames.data(3, [UInt8](repeating: 1, count: 10_000), ends: false))
    test.wait(milliseconds: 999)
    #expect(test.reader.resets.isEmpty, "curl drops an answer that it has not read when a reset comes")
    test.wait(milliseconds: 1)
    #expect(test.reader.resets == [3: FrameCase.noError])
    test.send(Frames.data(3, [UInt8](repeating: 1, count: 10_000)))
    test.send(Frames.get(5))
    #expect(test.reader.answers[5]?.status == 200)
  }

  @Test func `who ends a refused request in time is told nothing more`() throws {
    let test = try SessionUnderTest(bodyLimit: 100)
    test.send(Frames.opening + Frames.headers(1, Frames.request("POST", "/echo"), ends: false))
    test.send(Frames.data(1, [UInt8](repeating: 1, count: 101), ends: false))
    #expect(test.reader.answers[1]?.status == 413)
    test.send(Frames.data(1, [1]))
    test.wait(milliseconds: 10_000)
    #expect(test.reader.resets.isEmpty && test.reader.goAways.isEmpty)
  }

  @Test func `bodies of one connection are held up to a bound`() throws {
    let test = try SessionUnderTest(http2: limits { $0.heldBodyOctets = 1000 })
    let post = Frames.request("POST", "/echo")
    test.send(Frames.opening)
    for stream in [1, 3] as [UInt32] {
      test.send(
        Frames.headers(stream, post, ends: false)
          + Frames.data(stream, [UInt8](repeating: 1, count: 500), ends: false))
    }
    test.send(Frames.headers(5, post, ends: false) + Frames.data(5, [1], ends: false))
    #expect(test.reader.answers[5]?.status == 503)
    test.send(Frames.data(1, []) + Frames.data(3, []))
    #expect(test.reader.answers[1]?.octets.count == 500)
    #expect(test.reader.answers[3]?.octets.count == 500)
    test.send(Frames.headers(7, post, ends: false) + Frames.data(7, [UInt8](repeating: 1, count: 1000)))
    #expect(test.reader.answers[7]?.octets.count == 1000)
  }
}
