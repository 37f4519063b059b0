// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

// RFC 9113 §6 and §7: each type of frame. That DATA goes beyond the window of the connection (§6.9.1) cannot come about here: content
// is taken from that window as it comes, and one frame is smaller than half of it.
extension FrameCase {
  private typealias F = Frames
  private static let eight = [UInt8](repeating: 0, count: 8)

  static let frameCases: [FrameCase] = [
    FrameCase("6.1", "DATA on stream 0", .connection(protocolError), F.data(0, [1])),
    FrameCase(
      "6.1", "DATA with more padding than it has", .connection(protocolError),
      F.headers(1, F.request("POST", "/never"), ends: false)
        + F.frame(F.data, flags: 9, stream: 1, [5, 1, 2, 3])),
    FrameCase(
      "6.1", "DATA with as much padding as it is long", .connection(protocolError),
      F.headers(1, F.request("POST", "/never"), ends: false)
        + F.frame(F.data, flags: 9, stream: 1, [4, 1, 2, 3])),
    FrameCase(
      "6.1", "DATA of padding alone", .answer(1, 200),
      F.headers(1, F.request("POST", "/echo"), ends: false)
        + F.frame(F.data, flags: 9, stream: 1, [3, 0, 0, 0])),
    FrameCase(
      "6.1", "DATA padded without room for the length", .connection(frameSizeError),
      F.headers(1, F.request("POST", "/never"), ends: false) + F.frame(F.data, flags: 9, stream: 1)),
    FrameCase(
      "6.1", "DATA with padding is content without it", .answer(1, 200),
      F.headers(1, F.request("POST", "/echo"), ends: false)
        + F.frame(F.data, flags: 9, stream: 1, [3, 0x61, 0, 0, 0])),
    FrameCase("6.2", "HEADERS on stream 0", .connection(protocolError), F.get(0)),
    FrameCase(
      "6.2", "HEADERS with more padding than it has", .connection(protocolError),
      F.frame(F.headers, flags: 0xD, stream: 1, [200] + F.block(F.request()))),
    FrameCase(
      "6.2", "HEADERS padded and with a priority", .answer(1, 200),
      F.frame(F.headers, flags: 0x2D, stream: 1, [2, 0, 0, 0, 0, 9] + F.block(F.request()) + [0, 0])),
    FrameCase(
      "6.2", "HEADERS too short for its priority", .connection(frameSizeError),
      F.frame(F.headers, flags: 0x25, stream: 1, [0, 0])),
    FrameCase(
      "6.3", "PRIORITY on stream 0", .connection(protocolError), F.frame(F.priority, [0, 0, 0, 0, 1])),
    FrameCase(
      "6.3", "PRIORITY of another length", .connection(frameSizeError),
      F.get(1, waitingPath) + F.frame(F.priority, stream: 1, [0, 0, 0, 1])),
    FrameCase("6.4", "RST_STREAM on stream 0", .connection(protocolError), F.reset(0)),
    FrameCase(
      "6.4", "RST_STREAM of another length", .connection(frameSizeError),
      F.get(1, waitingPath) + F.frame(F.resetStream, stream: 1, [0, 0, 8])),
    FrameCase(
      "6.5", "SETTINGS on a stream", .connection(protocolError),
      F.get(1, waitingPath) + F.frame(F.settings, stream: 1)),
    FrameCase(
      "6.5", "SETTINGS of a length that is no multiple of six", .connection(frameSizeError),
      F.frame(F.settings, [0, 1, 0])),
    FrameCase(
      "6.5", "an acknowledgement with content", .connection(frameSizeError),
      F.frame(F.settings, flags: F.ack, [0, 1, 0, 0, 0, 0])),
    FrameCase("6.5.2", "HEADER_TABLE_SIZE of 0", .ignored, F.setting(1, 0)),
    FrameCase("6.5.2", "HEADER_TABLE_SIZE of 2^32-1", .ignored, F.setting(1, .max)),
    FrameCase("6.5.2", "ENABLE_PUSH of 0", .ignored, F.setting(2, 0)),
    FrameCase("6.5.2", "ENABLE_PUSH of 1", .ignored, F.setting(2, 1)),
    FrameCase("6.5.2", "MAX_CONCURRENT_STREAMS of 0", .ignored, F.setting(3, 0)),
    FrameCase("6.5.2", "MAX_CONCURRENT_STREAMS of 2^32-1", .ignored, F.setting(3, .max)),
    FrameCase("6.5.2", "INITIAL_WINDOW_SIZE of 2^31-1", .ignored, F.setting(4, 0x7FFF_FFFF)),
    FrameCase("6.5.2", "MAX_HEADER_LIST_SIZE of 0, which is advice", .ignored, F.setting(6, 0)),
    FrameCase("6.5.2", "ENABLE_PUSH of 2", .connection(protocolError), F.setting(2, 2)),
    FrameCase(
      "6.5.2", "INITIAL_WINDOW_SIZE of 2^31", .connection(flowControlError), F.setting(4, 0x8000_0000)),
    FrameCase("6.5.2", "MAX_FRAME_SIZE of 16383", .connection(protocolError), F.setting(5, 16_383)),
    FrameCase("6.5.2", "MAX_FRAME_SIZE of 16384", .ignored, F.setting(5, 16_384)),
    FrameCase("6.5.2", "MAX_FRAME_SIZE of 2^24", .connection(protocolError), F.setting(5, 1 << 24)),
    FrameCase("6.5.2", "MAX_FRAME_SIZE of 2^24-1", .ignored, F.setting(5, 1 << 24 - 1)),
    FrameCase("6.5.2", "a setting that is not known", .ignored, F.setting(0xFFFE, 7)),
    FrameCase(
      "6.6", "PUSH_PROMISE of a client", .connection(protocolError),
      F.get(1, waitingPath) + F.frame(F.pushPromise, flags: 4, stream: 1, F.number(2) + F.block(F.request()))),
    FrameCase(
      "7", "RST_STREAM with a code that is not known", .ignored, F.get(1, waitingPath) + F.reset(1, .max)),
    FrameCase(
      "7", "GOAWAY with a code that is not known", .ignored,
      F.get(1, waitingPath) + F.frame(F.goAway, F.number(0) + F.number(0xDEAD_BEEF))),
    FrameCase("6.7", "PING on a stream", .connection(protocolError), F.frame(F.ping, stream: 1, eight)),
    FrameCase(
      "6.7", "PING of another length", .connection(frameSizeError), F.frame(F.ping, Array(eight.dropLast()))),
    FrameCase("6.7", "an answer to no PING", .ignored, F.frame(F.ping, flags: F.ack, eight)),
    FrameCase("6.8", "GOAWAY on a stream", .connection(protocolError), F.frame(F.goAway, stream: 1, eight)),
    FrameCase("6.8", "GOAWAY too short", .connection(frameSizeError), F.frame(F.goAway, [0, 0, 0, 0])),
    FrameCase(
      "6.9", "WINDOW_UPDATE by 0 on a stream", .connection(protocolError),
      F.get(1, waitingPath) + F.windowUpdate(1, 0)),
    FrameCase(
      "6.9", "WINDOW_UPDATE by 0 on the connection", .connection(protocolError), F.windowUpdate(0, 0)),
    FrameCase(
      "6.9", "WINDOW_UPDATE of another length", .connection(frameSizeError),
      F.frame(F.windowUpdate, [0, 0, 1])),
    FrameCase(
      "6.9.1", "a stream's window beyond 2^31-1", .stream(1, flowControlError),
      F.get(1, waitingPath) + F.windowUpdate(1, 0x7FFF_FFFF)),
    FrameCase(
      "6.9.1", "the connection's window beyond 2^31-1", .connection(flowControlError),
      F.windowUpdate(0, 0x7FFF_FFFF)),
    FrameCase(
      "6.9.2", "a setting that moves a window beyond 2^31-1", .connection(flowControlError),
      F.get(1, waitingPath) + F.windowUpdate(1, 0x7FFF_0000) + F.setting(4, 0x7FFF_FFFF)),
    FrameCase(
      "6.10", "CONTINUATION on stream 0", .connection(protocolError),
      F.frame(F.headers, flags: 1, stream: 1, F.block(F.request())) + F.frame(F.continuation, flags: 4)),
    FrameCase(
      "6.10", "CONTINUATION behind the end of a block", .connection(protocolError),
      F.get(1, waitingPath) + F.frame(F.continuation, flags: 4, stream: 1)),
    FrameCase(
      "6.10", "CONTINUATION behind DATA", .connection(protocolError),
      F.headers(1, F.request("POST", "/never"), ends: false) + F.data(1, [1], ends: false)
        + F.frame(F.continuation, flags: 4, stream: 1)),
    FrameCase(
      "6.10", "a block in three frames", .answer(1, 200),
      F.frame(F.headers, flags: 1, stream: 1, Array(F.block(F.request()).prefix(5)))
        + F.frame(F.continuation, stream: 1)
        + F.frame(F.continuation, flags: 4, stream: 1, Array(F.block(F.request()).dropFirst(5)))),
  ]
}
