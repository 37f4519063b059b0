// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import HTTPMessages
internal import HTTPWire

/// What a connection keeps while it speaks HTTP/2. Its connection alone holds it, on the reactor's queue.
final class HTTP2Conversation {
  /// One request that is being answered.
  struct Exchange {
    var method: HTTPMethod?
    var path: String?
    /// When the request was whole, in monotonic nanoseconds.
    var started: UInt64
    var task: Task<Void, Never>?
    var parked: ParkedAnswer?
    /// Octets of the request that it keeps.
    var octetsHeld = 0
    /// The millisecond at which waiting is over.
    var parkedUntil: UInt64 = .max
  }

  let session: HTTP2Session
  let recalled: RecalledAnswers
  var exchanges: [Int32: Exchange] = [:]
  /// Deferred answers that run, those of streams that are gone included: a peer that resets what it asked for must
  /// not start more work than one that waits.
  var running = 0
  var parkedCount = 0
  /// Octets of requests that parked answers keep.
  var parkedOctets = 0
  /// When the output that the peer does not take is looked at again, and what had moved then; 0 while it takes all.
  var blockedUntil: UInt64 = 0
  /// The millisecond at which the buffers of a quiet connection are given back; 0 once they are.
  var quietAt: UInt64 = 0

  init(_ session: HTTP2Session, _ recalled: RecalledAnswers) {
    self.session = session
    self.recalled = recalled
    session.recalledOctets = AnswerMemo.requestOctets
    session.recall = { key, facts in recalled.look(for: key, on: facts) }
  }

  /// Whether all that is going on is waiting for a release.
  var onlyWaits: Bool { parkedCount == session.streamCount }

  /// The earliest end of a parked request.
  var parkedUntil: UInt64 {
    guard parkedCount > 0 else { return .max }
    return exchanges.values.reduce(.max) { min($0, $1.parkedUntil) }
  }
}
