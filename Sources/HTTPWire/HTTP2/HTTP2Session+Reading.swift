// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import CNGHTTP2
package import HTTPMessages

// What the library tells while it reads.
extension HTTP2Session {
  /// The nine octets of a frame's header are there; the library has not seen the last of them.
  func frameBegan(_ header: HTTP2FrameScanner.Header) {
    let type = UInt32(header.type)
    let stream = header.stream
    if type != NGHTTP2_CONTINUATION.rawValue { blockSince = nil }
    switch type {
    case NGHTTP2_HEADERS.rawValue:
      if streams[stream] == nil, let error = history.error(of: stream) { return violate(error) }
      history.note(stream)
      continuations = 0
      sectionOctets = 0
      blockSince = now
      blockStream = stream
    case NGHTTP2_CONTINUATION.rawValue:
      continuations += 1
      if continuations > http2.continuations { overstep(.continuations) }
    case NGHTTP2_DATA.rawValue:
      if header.octets == 0, header.flags & UInt8(NGHTTP2_FLAG_PADDED.rawValue) != 0 {
        return violate(.frameSizeError)
      }
      if header.octets > roomForData(on: stream) { return violate(.flowControlError) }
      guard streams[stream] == nil else { return }
      if let error = history.error(of: stream) { return violate(error) }
      spend(\.emptyData, .emptyData)
    case NGHTTP2_RST_STREAM.rawValue: spend(\.resets, .resets)
    case NGHTTP2_SETTINGS.rawValue:
      widestWindow = widestStreamWindow
      spend(\.settings, .settings)
    case NGHTTP2_PRIORITY.rawValue where stream == 0: violate(.protocolError)
    case NGHTTP2_PING.rawValue: spend(\.pings, .pings)
    case NGHTTP2_PRIORITY.rawValue, NGHTTP2_PRIORITY_UPDATE.rawValue: spend(\.priorities, .priorities)
    case NGHTTP2_WINDOW_UPDATE.rawValue: spend(\.windowUpdates, .windowUpdates)
    default: spend(\.otherFrames, .otherFrames)
    }
  }

  func spend(
    _ budget: ReferenceWritableKeyPath<HTTP2Session, FrameBudget>, _ overstep: HTTP2Overstep
  ) {
    if !self[keyPath: budget].spend(now: now) { self.overstep(overstep) }
  }

  /// What the windows of the connection and of a stream, if it is there, leave for a frame of DATA (RFC 9113 §6.9.1). The
  /// library looks at each part of a frame that comes in parts, when the window may be open again.
  private func roomForData(on stream: Int32) -> Int {
    let connection =
      unsafe nghttp2_session_get_effective_local_window_size(handle)
      - nghttp2_session_get_effective_recv_data_length(handle)
    let window = unsafe nghttp2_session_get_stream_effective_local_window_size(handle, stream)
    guard window >= 0 else { return Int(connection) }
    let received = unsafe nghttp2_session_get_stream_effective_recv_data_length(handle, stream)
    return Int(min(connection, window - max(0, received)))
  }

  private var widestStreamWindow: Int {
    streams.keys.reduce(0) {
      max($0, Int(unsafe nghttp2_session_get_stream_remote_window_size(handle, $1)))
    }
  }

  /// RFC 9113 §6.9.2: a window that a setting moves beyond what there is ends the connection; the library would
  /// reset the stream alone.
  func initialWindowCame(_ octets: Int) {
    if !streams.isEmpty, widestWindow + octets - initialWindow > Int(Int32.max) { violate(.flowControlError) }
    initialWindow = octets
  }

  func fieldsBegan(stream id: Int32, isRequest: Bool) {
    guard isRequest, streams[id] == nil else { return }
    streams[id] = HTTP2Stream(id)
  }

  func fieldCame(stream id: Int32, isRequest: Bool, name: Span<UInt8>, value: Span<UInt8>) {
    sectionOctets += name.count + value.count + 32
    guard sectionOctets <= http2.fieldSectionOctets else { return overstep(.fieldSection) }
    guard let stream = streams[id], stream.refusal == nil else { return }
    if isRequest {
      if name.count > 0, name[0] == 0x3A {
        takePseudo(stream, name, value)
      } else {
        takeField(stream, name, value)
      }
    } else {
      takeTrailer(stream, name, value)
    }
  }

  private func takePseudo(_ stream: HTTP2Stream, _ name: Span<UInt8>, _ value: Span<UInt8>) {
    guard value.count <= limits.requestLineOctets else {
      stream.refusal = .requestLineTooLong
      return
    }
    let whole = OctetRange(0, name.count)
    let place = append(value, to: stream)
    if name.equalsLowercased(whole, ":path") {
      stream.path = place
    } else if name.equalsLowercased(whole, ":method") {
      stream.method = place
    } else if name.equalsLowercased(whole, ":scheme") {
      stream.scheme = place
    } else if name.equalsLowercased(whole, ":authority") {
      stream.authority = place
      // It stands for a Host field.
      count(octets: 8 + value.count, of: stream)
    }
  }

  private func takeField(_ stream: HTTP2Stream, _ name: Span<UInt8>, _ value: Span<UInt8>) {
    count(octets: name.count + value.count + 4, of: stream)
    guard stream.refusal == nil else { return }
    let known = KnownField(name, OctetRange(0, name.count))
    let namePlace = append(name, to: stream)
    stream.lines.append(
      HTTP2Stream.Line(name: namePlace, value: append(value, to: stream), known: known))
    let lines = stream.lines.count + (stream.authority == nil ? 0 : 1)
    if lines > limits.headerCount { stream.refusal = .tooManyFields }
  }

  private func count(octets: Int, of stream: HTTP2Stream) {
    stream.fieldOctets += octets
    if stream.fieldOctets > limits.headerOctets { stream.refusal = .headerTooLarge }
  }

  private func append(_ octets: Span<UInt8>, to stream: HTTP2Stream) -> OctetRange {
    let start = stream.octets.count
    stream.octets.append(copying: octets)
    return OctetRange(start, stream.octets.count)
  }

  private func takeTrailer(_ stream: HTTP2Stream, _ name: Span<UInt8>, _ value: Span<UInt8>) {
    stream.trailerCount += 1
    stream.trailerOctets += name.count + value.count + 4
    if stream.trailerOctets > limits.trailerOctets || stream.trailerCount > limits.trailerCount {
      stream.refusal = .trailerTooLarge
    } else if KnownField(name, OctetRange(0, name.count)).isForbiddenInTrailer {
      stream.refusal = .malformedTrailer
    }
  }

  func fieldsEnded(stream id: Int32, isRequest: Bool, endsStream: Bool) {
    blockSince = nil
    guard let stream = streams[id] else { return }
    if isRequest { readHead(stream, endsStream: endsStream) }
    if endsStream { requestEnded(stream) }
  }

  private func readHead(_ stream: HTTP2Stream, endsStream: Bool) {
    guard turnsAwayBy == 0 else { return turnAway(stream) }
    do throws(RequestRefusal) {
      if let refusal = stream.refusal { throw refusal }
      if endsStream, recalls(stream) { return stream.forgetHead() }
      let request = try HTTP2HeadReader.read(
        stream, index: &index, limits: limits, scheme: scheme, facts: facts)
      stream.isHead = request.method == .head
      stream.readMethod = request.method
      stream.request = request
      if !endsStream { try expectBody(of: request, stream) }
    } catch {
      stream.isReceiving = !endsStream
      stream.isHead = Self.asksForHead(stream)
      refuse(stream, error)
    }
    stream.forgetHead()
  }

  /// A request of a peer for whom there is no place.
  private func turnAway(_ stream: HTTP2Stream) {
    stream.isHead = Self.asksForHead(stream)
    stream.forgetHead()
    settle(stream)
    events.append(.noPlace(stream: stream.id))
  }

  /// Whether an unread request is one whose answer has no content.
  private static func asksForHead(_ stream: HTTP2Stream) -> Bool {
    stream.method.map { stream.octets[$0.range].elementsEqual("HEAD".utf8) } ?? false
  }

  /// The most octets of content that the request on a stream might bring.
  package func contentLimit(of id: Int32) -> Int { streams[id]?.contentLimit ?? 0 }

  /// The method of a stream's request, once its head was read.
  package func method(of id: Int32) -> HTTPMethod? { streams[id]?.readMethod }

  /// The answer is settled before the request is whole, or without it.
  func refuse(_ stream: HTTP2Stream, _ refusal: RequestRefusal) {
    stream.refusal = refusal
    stream.key = []
    settle(stream)
    events.append(.refused(stream: stream.id, refusal))
  }

  /// What still comes on this stream is dropped.
  func settle(_ stream: HTTP2Stream) {
    stream.isDiscarding = true
    stream.request = nil
    stream.bodyWindowEnd = 0
    forgetRequest(of: stream)
  }

  func forgetRequest(of stream: HTTP2Stream) {
    heldOctets -= stream.bodyHeld
    stream.bodyHeld = 0
    stream.body = []
    heldHeadOctets -= stream.headHeld
    stream.headHeld = 0
  }

  /// The library answers with RST_STREAM or GOAWAY by itself. It is paid for now and not when it is sent: a peer that does
  /// not read could bring about any number of them before.
  func wasViolated(stream id: Int32, isBeyondStreams: Bool) {
    blockSince = nil
    if let stream = streams[id] { settle(stream) }
    events.append(isBeyondStreams ? .turnedAway : .violated)
    guard id != 0 else { return }
    resetsPaid += 1
    spend(\.resets, .resets)
  }

  func streamClosed(_ id: Int32) {
    guard let stream = streams.removeValue(forKey: id) else { return }
    forgetRequest(of: stream)
    if blockStream == id { blockSince = nil }
    idleSince = now
    events.append(.closed(stream: id))
  }
}
