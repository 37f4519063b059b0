// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import HTTP2Frames
import HTTPWire
import Testing

/// A peer that asks and does not read must not make us keep ever more for it.
struct UnreadFrameTests {
  private func limits(_ change: (inout HTTP2Limits) -> Void) -> HTTP2Limits {
    var limits = HTTP2Limits()
    change(&limits)
    return limits
  }

  /// HEADERS of nine octets: a stream that is asked for and says nothing.
  private func bare(_ stream: UInt32) -> [UInt8] { Frames.frame(Frames.headers, flags: 5, stream: stream) }

  @Test(arguments: [false, true])
  func `refused streams are counted when they are asked for, once each, read or not`(
    reads: Bool
  ) throws {
    let test = try SessionUnderTest(
      http2: limits {
        $0.streams = 3
        $0.resets = .init(burst: 5, perSecond: 1)
      })
    func send(_ octets: [UInt8]) { if reads { test.send(octets) } else { test.sendUnread(octets) } }
    // The peer does not acknowledge our SETTINGS: it may not know how many streams there are.
    send(Frames.preface + Frames.setting(4, 0x7FFF_FFFF))
    for stream in [1, 3, 5] as [UInt32] { send(Frames.get(stream, FrameCase.waitingPath)) }
    for number in 0..<5 { send(bare(UInt32(7 + 2 * number))) }
    #expect(test.oversteps == [])
    #expect(!test.session.isEnding)
    send(bare(17))
    #expect(test.oversteps == [.resets])
    let refused = test.events.count { if case .turnedAway = $0 { true } else { false } }
    #expect(refused == 6)
    #expect(test.session.isEnding)
    test.pump()
    #expect(test.reader.goAways.map(\.code) == [FrameCase.enhanceYourCalm])
  }

  @Test func `a stream refused and one reset later are each counted once`() throws {
    let test = try SessionUnderTest(
      http2: limits {
        $0.streams = 1
        $0.resets = .init(burst: 4, perSecond: 1)
      })
    test.send(Frames.preface + Frames.frame(Frames.settings))
    test.send(Frames.get(1, FrameCase.waitingPath) + bare(3) + bare(5))
    test.session.reset(1, code: .cancel, now: test.now)
    test.pump()
    test.send(Frames.get(7, FrameCase.waitingPath) + bare(9))
    #expect(test.oversteps == [])
    test.send(bare(11))
    #expect(test.oversteps == [.resets])
  }

  @Test func `frames that wait are told at the limit's one past`() throws {
    let test = try SessionUnderTest(http2: limits { $0.queuedFrames = 3 })
    test.send(Frames.opening)
    let ping = Frames.frame(Frames.ping, [UInt8](repeating: 0, count: 8))
    for _ in 0..<3 { test.sendUnread(ping) }
    #expect(!test.session.isBackedUp)
    test.sendUnread(ping)
    #expect(test.session.isBackedUp)
    test.pump()
    #expect(!test.session.isBackedUp)
  }
}
