// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import HTTPWire

// Deadlines of a connection that speaks HTTP/2: the session's own, those of parked requests, and the output's.
extension Connection {
  /// After so long without a stream a connection gives its buffers back.
  private static let quietMilliseconds: UInt64 = 1000

  mutating func setHTTP2Deadline(on reactor: Reactor) {
    guard let conversation = http2 else { return }
    watchOutput(conversation, on: reactor)
    watchQuiet(conversation, on: reactor)
    var next = min(conversation.session.nextDeadline, conversation.parkedUntil)
    if conversation.blockedUntil > 0 { next = min(next, conversation.blockedUntil) }
    if conversation.quietAt > 0 { next = min(next, conversation.quietAt) }
    deadline = next
    if next != .max { schedule(max(next, reactor.now), on: reactor) }
  }

  /// A window over which the peer must take a least of what is pending.
  private mutating func watchOutput(_ conversation: HTTP2Conversation, on reactor: Reactor) {
    guard isWriteBlocked, hasPendingOutput else {
      conversation.blockedUntil = 0
      return
    }
    if conversation.blockedUntil == 0 { openOutputWindow(conversation, on: reactor) }
  }

  private mutating func openOutputWindow(_ conversation: HTTP2Conversation, on reactor: Reactor) {
    conversation.blockedUntil = reactor.now + reactor.core.patience.peerReading
    startWindow()
  }

  private mutating func watchQuiet(_ conversation: HTTP2Conversation, on reactor: Reactor) {
    guard conversation.onlyWaits, !hasPendingOutput else {
      conversation.quietAt = 0
      return
    }
    conversation.quietAt = reactor.now + Self.quietMilliseconds
  }

  mutating func http2DeadlinePassed(on reactor: Reactor) {
    guard let conversation = http2 else { return }
    if conversation.quietAt > 0, conversation.quietAt <= reactor.now {
      conversation.quietAt = 0
      transport.releaseBuffers()
    }
    if conversation.blockedUntil > 0, conversation.blockedUntil <= reactor.now {
      let limits = reactor.core.limits
      guard octetsAcknowledgedInWindow >= needed(limits.writeOctetsPerSecond, over: limits.writePause) else {
        reactor.counters.deadlinesMissed.bump()
        reactor.counters.limits.bump(.writeRate)
        return close(reset: true, on: reactor)
      }
      openOutputWindow(conversation, on: reactor)
    }
    conversation.session.check(now: reactor.now)
    heed(conversation.session.takeEvents(), on: reactor)
    if conversation.parkedUntil <= reactor.now {
      resumeStreams(isOver: false, onlyDue: true, on: reactor)
    } else {
      converse(isReadable: false, on: reactor)
    }
    guard phase != .closed else { return }
    deadline = .max
    settleAfterDeadline(conversation, on: reactor)
  }

  /// As `settle`, but a connection whose buffers were just given back stays so.
  private mutating func settleAfterDeadline(_ conversation: HTTP2Conversation, on reactor: Reactor) {
    let wasQuiet = conversation.quietAt == 0 && conversation.onlyWaits
    settle(on: reactor)
    if wasQuiet, phase == .multiplexed { conversation.quietAt = 0 }
  }
}
