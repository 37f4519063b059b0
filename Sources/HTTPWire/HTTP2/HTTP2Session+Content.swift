// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import CNGHTTP2
internal import HTTPMessages

// Content that somebody takes as it arrives.
extension HTTP2Session {
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
