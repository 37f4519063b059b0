// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import CNGHTTP2

/// The library's calls back, each handed to the session it is for.
enum HTTP2Callbacks {
  private static let goOn: Int32 = 0
  private static let stop = NGHTTP2_ERR_CALLBACK_FAILURE.rawValue
  /// Resets the stream with the error that the library means for it.
  private static let resetStream = NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue

  /// Freed by the caller; nil for want of memory.
  static func make() -> OpaquePointer? {
    var made: OpaquePointer?
    guard unsafe nghttp2_session_callbacks_new(&made) == 0, let callbacks = unsafe made else { return nil }
    unsafe setReading(callbacks)
    unsafe setWriting(callbacks)
    return unsafe callbacks
  }

  /// The session that a call is for; it lives, since the call happens inside one of its own.
  private static func session(_ context: UnsafeMutableRawPointer?) -> HTTP2Session? {
    guard let context = unsafe context else { return nil }
    return unsafe Unmanaged<HTTP2Session>.fromOpaque(context).takeUnretainedValue()
  }

  private static func setReading(_ callbacks: OpaquePointer) {
    unsafe nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks) { _, frame, context in
      guard let session = unsafe HTTP2Callbacks.session(context), let frame = unsafe frame?.pointee else {
        return HTTP2Callbacks.stop
      }
      session.fieldsBegan(
        stream: unsafe frame.hd.stream_id, isRequest: unsafe frame.headers.cat == NGHTTP2_HCAT_REQUEST)
      return HTTP2Callbacks.goOn
    }
    unsafe nghttp2_session_callbacks_set_on_header_callback(callbacks) {
      _, frame, name, nameCount, value, valueCount, _, context in
      guard let session = unsafe HTTP2Callbacks.session(context), let frame = unsafe frame?.pointee else {
        return HTTP2Callbacks.stop
      }
      // The octets stay until this call returns.
      session.fieldCame(
        stream: unsafe frame.hd.stream_id, isRequest: unsafe frame.headers.cat == NGHTTP2_HCAT_REQUEST,
        name: unsafe Span(_unsafeStart: name ?? HTTP2Callbacks.nothing, count: nameCount),
        value: unsafe Span(_unsafeStart: value ?? HTTP2Callbacks.nothing, count: valueCount))
      return !session.isEnding ? HTTP2Callbacks.goOn : HTTP2Callbacks.stop
    }
    unsafe nghttp2_session_callbacks_set_on_invalid_header_callback(callbacks) { _, _, _, _, _, _, _, _ in
      // Without this the library would drop the field and go on.
      HTTP2Callbacks.resetStream
    }
    unsafe nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks) { _, frame, context in
      guard let session = unsafe HTTP2Callbacks.session(context), let frame = unsafe frame?.pointee else {
        return HTTP2Callbacks.stop
      }
      let header = unsafe frame.hd
      switch UInt32(header.type) {
      case NGHTTP2_HEADERS.rawValue:
        session.fieldsEnded(
          stream: header.stream_id, isRequest: unsafe frame.headers.cat == NGHTTP2_HCAT_REQUEST,
          endsStream: header.endsStream)
      case NGHTTP2_DATA.rawValue:
        session.dataEnded(
          stream: header.stream_id, isEmpty: unsafe header.length <= frame.data.padlen,
          endsStream: header.endsStream)
      case NGHTTP2_SETTINGS.rawValue where header.flags & UInt8(NGHTTP2_FLAG_ACK.rawValue) != 0:
        session.isSettled = true
      case NGHTTP2_SETTINGS.rawValue:
        for position in 0..<(unsafe frame.settings.niv) {
          let entry = unsafe frame.settings.iv[position]
          guard entry.settings_id == Int32(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE.rawValue) else { continue }
          session.initialWindowCame(Int(entry.value))
        }
      case NGHTTP2_PING.rawValue where header.flags & UInt8(NGHTTP2_FLAG_ACK.rawValue) != 0:
        session.nameLast()
      case NGHTTP2_RST_STREAM.rawValue: session.events.append(.wasReset)
      default: break
      }
      return !session.isEnding ? HTTP2Callbacks.goOn : HTTP2Callbacks.stop
    }
    unsafe nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(callbacks) {
      _, frame, error, context in
      guard let session = unsafe HTTP2Callbacks.session(context), let frame = unsafe frame?.pointee else {
        return HTTP2Callbacks.stop
      }
      session.wasViolated(
        stream: unsafe frame.hd.stream_id, isBeyondStreams: error == NGHTTP2_ERR_REFUSED_STREAM.rawValue)
      return !session.isEnding ? HTTP2Callbacks.goOn : HTTP2Callbacks.stop
    }
    unsafe nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks) {
      _, _, stream, octets, count, context in
      guard let session = unsafe HTTP2Callbacks.session(context) else { return HTTP2Callbacks.stop }
      session.dataCame(
        stream: stream, unsafe Span(_unsafeStart: octets ?? HTTP2Callbacks.nothing, count: count))
      return HTTP2Callbacks.goOn
    }
  }

  private static func setWriting(_ callbacks: OpaquePointer) {
    unsafe nghttp2_session_callbacks_set_on_frame_send_callback(callbacks) { _, frame, context in
      guard let session = unsafe HTTP2Callbacks.session(context), let frame = unsafe frame?.pointee else {
        return HTTP2Callbacks.stop
      }
      let header = unsafe frame.hd
      switch UInt32(header.type) {
      case NGHTTP2_HEADERS.rawValue, NGHTTP2_DATA.rawValue:
        session.frameWasSent(stream: header.stream_id, endsStream: header.endsStream)
      case NGHTTP2_RST_STREAM.rawValue:
        session.resetWasSent(stream: header.stream_id, code: unsafe frame.rst_stream.error_code)
      default: break
      }
      return HTTP2Callbacks.goOn
    }
    unsafe nghttp2_session_callbacks_set_on_stream_close_callback(callbacks) { _, stream, _, context in
      unsafe HTTP2Callbacks.session(context)?.streamClosed(stream)
      return HTTP2Callbacks.goOn
    }
  }

  /// Stands for the octets of an empty field; never read.
  private static var nothing: UnsafePointer<UInt8> {
    unsafe ("" as StaticString).utf8Start
  }
}

extension nghttp2_frame_hd {
  fileprivate var endsStream: Bool { flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0 }
}
