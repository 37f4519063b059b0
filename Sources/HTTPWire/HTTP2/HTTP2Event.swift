// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

package import HTTPMessages

/// What a session tells, in the order it happened.
package enum HTTP2Event: Sendable {
  /// A whole request; it is answered by `HTTP2Session.respond`.
  case requested(stream: Int32, HTTPRequest)
  /// A request that `HTTP2Session.recall` knew; events of this kind come in the order of its calls.
  case recalled(stream: Int32)
  /// Content comes more quickly than its receiver puts it away; `HTTP2Session.readOn` is to be called when that has.
  case filled(stream: Int32, any ContentReceiver)
  /// A request that breaks a rule of requests, not of the protocol; it is to be answered too.
  case refused(stream: Int32, RequestRefusal)
  /// A body that comes below the least rate; to be answered too.
  case tooSlow(stream: Int32)
  /// There is no room to hold this request's head or body; to be answered too. `octets` is what was wanted since the room was told;
  /// nil when it is this connection alone that has too much.
  case noRoom(stream: Int32, octets: Int?)
  /// A request on a connection for which there is no place, unread; to be answered too, and then the connection ends.
  case noPlace(stream: Int32)
  /// The stream is gone: answered wholly, or reset by either side.
  case closed(stream: Int32)
  /// The peer broke the protocol: its stream is reset or its connection ends.
  case violated
  /// A stream beyond those that a peer may have open was refused; it may not know how many those are.
  case turnedAway
  /// The peer reset a stream.
  case wasReset
  /// The peer did not open a stream's window in time; the stream was reset.
  case stalled
  /// The connection ends for this.
  case overstepped(HTTP2Overstep)
}
