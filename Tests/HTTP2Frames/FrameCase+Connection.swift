// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

// RFC 9113 §3 to §5: the connection, frames in general, streams. Where a stream error ends the connection, the library
// treats it so, as §5.4.1 allows.
extension FrameCase {
  private typealias F = Frames

  /// So many streams that stay open.
  private static func waiting(_ count: UInt32) -> [UInt8] {
    (0..<count).flatMap { F.get($0 * 2 + 1, waitingPath) }
  }

  static let connectionCases: [FrameCase] = [
    FrameCase(
      "3.4", "another preface", .connection(protocolError), Array("PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n".utf8),
      isWhole: true),
    FrameCase(
      "3.4", "a request of HTTP/1.1", .connection(protocolError),
      Array("GET / HTTP/1.1\r\nHost: a.example\r\n\r\n".utf8), isWhole: true),
    FrameCase(
      "3.4", "the first frame is no SETTINGS", .connection(protocolError),
      F.preface + F.frame(F.ping, [UInt8](repeating: 0, count: 8)), isWhole: true),
    FrameCase(
      "3.4", "the first frame acknowledges", .connection(protocolError),
      F.preface + F.frame(F.settings, flags: F.ack), isWhole: true),

    FrameCase(
      "4.1", "a frame of an unknown type", .ignored, F.frame(0xEE, flags: 0xFF, stream: 0, [1, 2, 3])),
    FrameCase(
      "4.1", "flags that are not defined", .ignored,
      F.frame(F.ping, flags: 0xF0, [UInt8](repeating: 0, count: 8))),
    FrameCase(
      "4.1", "the reserved bit", .ignored,
      F.frame(F.ping, stream: 0x8000_0000, [UInt8](repeating: 0, count: 8))),
    FrameCase(
      "4.2", "HEADERS larger than allowed", .connection(frameSizeError),
      F.frame(F.headers, flags: 5, stream: 1, [UInt8](repeating: 0, count: 16_385))),
    FrameCase(
      "4.2", "DATA larger than allowed", .connection(frameSizeError),
      F.headers(1, F.request("POST", "/never"), ends: false) + F.data(1, [UInt8](repeating: 0, count: 16_385))
    ),
    FrameCase(
      "4.2", "an unknown frame larger than allowed", .connection(frameSizeError),
      F.frame(0xEE, [UInt8](repeating: 0, count: 16_385))),
    FrameCase(
      "4.3", "an index beyond the table", .connection(compressionError),
      F.frame(F.headers, flags: 5, stream: 1, [0xFF, 0xFF, 0x01])),
    FrameCase(
      "4.3", "a table larger than allowed", .connection(compressionError),
      F.frame(F.headers, flags: 5, stream: 1, [0x3F, 0xE1, 0xFF, 0x03])),
    FrameCase(
      "4.3", "a field block that breaks off", .connection(compressionError),
      F.frame(F.headers, flags: 5, stream: 1, [0x00, 0x05, 0x61])),
    FrameCase(
      "4.3", "PING inside a field block", .connection(protocolError),
      F.frame(F.headers, flags: 1, stream: 1, F.block(F.request()))
        + F.frame(F.ping, [UInt8](repeating: 0, count: 8))),
    FrameCase(
      "4.3", "HEADERS inside a field block", .connection(protocolError),
      F.frame(F.headers, flags: 1, stream: 1, F.block(F.request())) + F.get(3)),
    FrameCase(
      "4.3", "DATA inside a field block", .connection(protocolError),
      F.frame(F.headers, flags: 0, stream: 1, F.block(F.request("POST"))) + F.data(1, [1])),
    FrameCase(
      "4.3", "CONTINUATION of another stream", .connection(protocolError),
      F.frame(F.headers, flags: 1, stream: 1, F.block(F.request()))
        + F.frame(F.continuation, flags: 4, stream: 3)),
    FrameCase(
      "5.5", "an unknown frame inside a field block", .connection(protocolError),
      F.frame(F.headers, flags: 1, stream: 1, F.block(F.request())) + F.frame(0xEE, stream: 1)),

    FrameCase(
      "5.1.2", "one stream more than allowed, of a peer that knows", .connection(protocolError),
      waiting(100) + F.get(201)),
    FrameCase(
      "5.1.2", "one stream more than allowed, of a peer that may not know", .stream(201, refusedStream),
      F.preface + F.frame(F.settings) + waiting(100) + F.get(201) + F.reset(1), isWhole: true),
    FrameCase("5.1.2", "as many streams as allowed", .ignored, waiting(99)),
    FrameCase(
      "5.4.2", "RST_STREAM is not answered with another", .ignored, F.get(1, waitingPath) + F.reset(1)),

    FrameCase("5.1", "DATA on an idle stream", .connection(protocolError), F.data(1, [1])),
    FrameCase("5.1", "RST_STREAM on an idle stream", .connection(protocolError), F.reset(1)),
    FrameCase("5.1", "WINDOW_UPDATE on an idle stream", .connection(protocolError), F.windowUpdate(1, 1)),
    FrameCase(
      "5.1", "CONTINUATION on an idle stream", .connection(protocolError),
      F.frame(F.continuation, flags: 4, stream: 1)),
    FrameCase(
      "5.1", "DATA behind the end of a request", .connection(streamClosed),
      F.get(1, waitingPath) + F.data(1, [1])),
    FrameCase(
      "5.1", "HEADERS behind the end of a request", .connection(streamClosed),
      F.get(1, waitingPath) + F.headers(1, [("x", "y")])),
    FrameCase(
      "5.1", "CONTINUATION behind the end of a request", .connection(protocolError),
      F.get(1, waitingPath) + F.frame(F.continuation, flags: 4, stream: 1)),
    FrameCase(
      "5.1", "HEADERS on a stream that the peer reset", .connection(streamClosed),
      F.get(1, waitingPath) + F.reset(1) + F.get(1)),
    FrameCase(
      "5.1", "CONTINUATION on a stream that the peer reset", .connection(protocolError),
      F.get(1, waitingPath) + F.reset(1) + F.frame(F.continuation, flags: 4, stream: 1)),
    FrameCase(
      "5.1", "PRIORITY on an idle stream", .ignored, F.frame(F.priority, stream: 9, [0, 0, 0, 0, 1])),
    FrameCase(
      "5.1", "PRIORITY on a closed stream", .ignored,
      F.get(1, waitingPath) + F.reset(1) + F.frame(F.priority, stream: 1, [0, 0, 0, 0, 1])),
    FrameCase(
      "5.1", "WINDOW_UPDATE on a closed stream", .ignored,
      F.get(1, waitingPath) + F.reset(1) + F.windowUpdate(1, 1)),
    FrameCase(
      "5.1", "RST_STREAM on a closed stream", .ignored, F.get(1, waitingPath) + F.reset(1) + F.reset(1)),
    FrameCase("5.1.1", "an even stream", .connection(protocolError), F.get(2)),
    FrameCase(
      "5.1.1", "a stream below one before", .connection(protocolError), F.get(5, waitingPath) + F.get(3)),
    FrameCase(
      "5.1", "DATA behind a request that was answered", .connection(streamClosed), F.get(1) + F.data(1, [1])),
    FrameCase(
      "5.1", "HEADERS behind a request that was answered", .connection(streamClosed), F.get(1) + F.get(1)),
    FrameCase(
      "5.1", "DATA on a stream that the peer reset", .connection(streamClosed),
      F.headers(1, F.request("POST", waitingPath), ends: false) + F.reset(1) + F.data(1, [1])),
  ]
}
