// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import CNGHTTP2
internal import HTTPMessages

// The content of requests, which is held here or taken by somebody as it arrives.
extension HTTP2Session {
  func expectBody(of request: HTTPRequest, _ stream: HTTP2Stream) throws(RequestRefusal) {
    if !isKnown, knows?(request) == true {
      isKnown = true
      room = roomOfKnown
    }
    let octets = request.octetsHeld
    guard roomTaken + octets <= room else {
      settle(stream)
      return events.append(.noRoom(stream: stream.id, octets: roomTaken + octets))
    }
    roomTaken += octets
    heldHeadOctets += octets
    stream.headHeld = octets
    stream.contentLimit = max(0, bodyLimit(request))
    stream.bodyLimit = stream.contentLimit
    stream.bodyWindowEnd = now + pace.bodyPause
    if let length = request.fields["content-length"].flatMap({ Int($0) }), length > stream.bodyLimit {
      throw .bodyTooLarge
    }
    stream.request?.arrived = receiver(request).map { ArrivedContent($0) }
    // What cannot be taken is refused before it is sent.
    if stream.request?.arrived?.receiver.appetite == .sated { return finishEarly(stream) }
    if request.fields.contains("expect") { sendContinue(stream) }
  }

  func dataCame(stream id: Int32, _ octets: Span<UInt8>) {
    guard let stream = streams[id], !stream.isDiscarding, stream.request != nil else {
      // Only the connection's window is opened again: this stream shall send no more.
      unsafe nghttp2_session_consume_connection(handle, octets.count)
      return
    }
    stream.bodyOctetsInWindow += octets.count
    guard octets.count <= stream.bodyLimit else {
      unsafe nghttp2_session_consume_connection(handle, octets.count)
      return refuse(stream, .bodyTooLarge)
    }
    let isWithinOwn = heldOctets + octets.count <= http2.heldBodyOctets
    guard isWithinOwn, roomTaken + octets.count <= room else {
      unsafe nghttp2_session_consume_connection(handle, octets.count)
      settle(stream)
      return events.append(.noRoom(stream: id, octets: isWithinOwn ? roomTaken + octets.count : nil))
    }
    stream.bodyLimit -= octets.count
    let before = stream.bodyHeld
    let receiver = stream.request?.arrived?.receiver
    if let receiver {
      receiver.take(octets)
      stream.bodyHeld = receiver.octetsHeld
    } else {
      stream.body.append(copying: octets)
      stream.bodyHeld = stream.body.count
    }
    heldOctets += stream.bodyHeld - before
    roomTaken += stream.bodyHeld - before
    unsafe nghttp2_session_consume_connection(handle, octets.count)
    stream.unconsumed += octets.count
    heedAppetite(of: receiver, for: stream)
  }

  func dataEnded(stream id: Int32, isEmpty: Bool, endsStream: Bool) {
    if isEmpty, !endsStream { spend(\.emptyData, .emptyData) }
    guard endsStream, let stream = streams[id] else { return }
    requestEnded(stream)
  }

  func requestEnded(_ stream: HTTP2Stream) {
    stream.isReceiving = false
    stream.bodyWindowEnd = 0
    if let refusal = stream.refusal, !stream.isDiscarding { return refuse(stream, refusal) }
    guard !stream.isDiscarding, var request = stream.request else { return }
    stream.request = nil
    request.body = stream.body
    // Its head may have come before a certificate stopped counting.
    if stream.headHeld > 0 { request.connection = facts }
    forgetRequest(of: stream)
    events.append(.requested(stream: stream.id, request))
  }

  /// Opens the stream's window again unless who takes its content is not ready for more; then no other stream waits for it.
  func heedAppetite(of receiver: (any ContentReceiver)?, for stream: HTTP2Stream) {
    switch receiver?.appetite ?? .hungry {
    case .hungry:
      unsafe nghttp2_session_consume_stream(handle, stream.id, stream.unconsumed)
      stream.unconsumed = 0
      stream.awaitsReceiver = false
    case .sated: finishEarly(stream)
    case .full:
      guard let receiver, !stream.awaitsReceiver else { return }
      stream.awaitsReceiver = true
      events.append(.filled(stream: stream.id, receiver))
    }
  }

  /// The receiver of a stream's content has put away what it held.
  package func readOn(stream id: Int32, now: UInt64) {
    self.now = now
    guard let stream = streams[id], stream.awaitsReceiver else { return }
    stream.awaitsReceiver = false
    guard !stream.isDiscarding, let receiver = stream.request?.arrived?.receiver else { return }
    heldOctets += receiver.octetsHeld - stream.bodyHeld
    stream.bodyHeld = receiver.octetsHeld
    heedAppetite(of: receiver, for: stream)
  }

  /// RFC 9113 §8.1: the answer does not depend on what is left of the request, which is dropped.
  func finishEarly(_ stream: HTTP2Stream) {
    guard var request = stream.request else { return }
    request.connection = facts
    settle(stream)
    events.append(.requested(stream: stream.id, request))
  }
}
