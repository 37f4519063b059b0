// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import CNGHTTP2
package import HTTPMessages

// Answers, and what the library tells while it writes.
extension HTTP2Session {
  /// Answers a request; nothing happens if its stream is gone.
  ///
  /// - Parameter isShared: whether its content is held elsewhere too.
  /// - Parameter date: the Date field's value, 29 octets.
  /// - Returns: false, with nothing sent, if a field cannot go on the wire; the caller answers 500 instead.
  package func respond(
    to id: Int32, _ response: HTTPResponse, isShared: Bool = false, date: [UInt8], now: UInt64
  ) -> Bool {
    self.now = now
    guard let stream = streams[id], !stream.isAnswered else { return true }
    guard let head = HTTP2ResponseHead(response, date: date, isTLS: facts.tls) else { return false }
    let hasContent = !stream.isHead && response.status.allowsBody
    answer(stream, head, hasContent ? response.body.slice : [], isShared: isShared)
    return true
  }

  /// Answers a request that was recalled; nothing happens if its stream is gone.
  ///
  /// - Parameter isShared: whether the content is held elsewhere too.
  package func respond(
    to id: Int32, again head: HTTP2ResponseHead, _ content: ArraySlice<UInt8>, isShared: Bool, date: [UInt8],
    now: UInt64
  ) {
    self.now = now
    guard let stream = streams[id], !stream.isAnswered else { return }
    var head = head
    head.setDate(date)
    answer(stream, head, content, isShared: isShared)
  }

  private func answer(
    _ stream: HTTP2Stream, _ head: HTTP2ResponseHead, _ content: ArraySlice<UInt8>, isShared: Bool
  ) {
    if stream.isReceiving { settle(stream) }
    stream.isAnswered = true
    stream.ownsContent = !isShared
    stream.content = content
    submit(head, to: stream, isFinal: true)
    guard !stream.content.isEmpty else { return }
    stream.writtenInWindow = 0
    stream.writeWindowEnd = now + pace.writePause
    if writeWindowEnd == 0 {
      writtenInWindow = 0
      writeWindowEnd = now + pace.writePause
    }
  }

  /// Whether this stream's content of an answer has a body to send for its method.
  package func isHead(_ id: Int32) -> Bool { streams[id]?.isHead ?? false }

  func sendContinue(_ stream: HTTP2Stream) {
    submit(.interim, to: stream, isFinal: false)
  }

  private func submit(_ head: HTTP2ResponseHead, to stream: HTTP2Stream, isFinal: Bool) {
    var octets = head.octets
    unsafe octets.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      // The library copies what these point at.
      var lines: [nghttp2_nv] = unsafe []
      for line in head.lines {
        unsafe lines.append(
          nghttp2_nv(
            name: base + line.name.lowerBound, value: base + line.value.lowerBound, namelen: line.name.count,
            valuelen: line.value.count, flags: UInt8(NGHTTP2_NV_FLAG_NONE.rawValue)))
      }
      guard isFinal else {
        unsafe nghttp2_submit_headers(
          handle, UInt8(NGHTTP2_FLAG_NONE.rawValue), stream.id, nil, lines, lines.count, nil)
        return
      }
      guard !stream.content.isEmpty else {
        unsafe nghttp2_submit_response(handle, stream.id, lines, lines.count, nil)
        return
      }
      var provider = unsafe nghttp2_data_provider()
      unsafe provider.read_callback = { _, id, buffer, room, flags, _, context in
        guard let context = unsafe context, let buffer = unsafe buffer, let flags = unsafe flags else {
          return Int(NGHTTP2_ERR_CALLBACK_FAILURE.rawValue)
        }
        // The session lives, since this happens inside one of its own calls.
        let session = unsafe Unmanaged<HTTP2Session>.fromOpaque(context).takeUnretainedValue()
        let (count, isEnd) = unsafe session.takeContent(
          of: id, into: UnsafeMutableRawBufferPointer(start: buffer, count: room))
        if isEnd { unsafe flags.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue }
        return count
      }
      unsafe nghttp2_submit_response(handle, stream.id, lines, lines.count, &provider)
    }
  }

  /// Copies the next of an answer's content.
  fileprivate func takeContent(
    of id: Int32, into buffer: UnsafeMutableRawBufferPointer
  ) -> (count: Int, isEnd: Bool) {
    guard let stream = streams[id] else { return (0, true) }
    let count = min(buffer.count, stream.content.count)
    unsafe buffer.copyBytes(from: stream.content.prefix(count))
    stream.content = stream.content.dropFirst(count)
    stream.writtenInWindow += count
    writtenInWindow += count
    windowUpdates.refund(2)
    if stream.content.isEmpty {
      stream.content = []
      stream.writeWindowEnd = 0
    }
    return (count, stream.content.isEmpty)
  }

  func frameWasSent(stream id: Int32, endsStream: Bool) {
    guard endsStream, let stream = streams[id], stream.isReceiving else { return }
    // RFC 9113 §8.1: the answer is whole, the rest of the request is not wanted. A client that is still sending (curl is one) may
    // drop an answer that it has not read when the reset comes.
    stream.resetAt = now + pace.timeToRead
  }

  func resetWasSent(stream id: Int32, code: UInt32) {
    if blockStream == id { blockSince = nil }
    history.noteReset(id)
    guard code != HTTP2ErrorCode.noError.rawValue else { return }
    guard resetsPaid == 0 else {
      resetsPaid -= 1
      return
    }
    if !resets.spend(now: now) { overstep(.resets) }
  }

  /// Resets a stream that is not to be answered.
  package func reset(_ id: Int32, code: HTTP2ErrorCode, now: UInt64) {
    self.now = now
    guard streams[id] != nil else { return }
    unsafe nghttp2_submit_rst_stream(handle, UInt8(NGHTTP2_FLAG_NONE.rawValue), id, code.rawValue)
  }
}

extension HTTPBody {
  /// The content as part of an array, not copied.
  package var slice: ArraySlice<UInt8> {
    switch self {
    case .empty: []
    case .octets(let octets): octets[...]
    case .slice(let slice): slice
    }
  }
}
