// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import CNGHTTP2

// Time: what a peer may keep waiting, and for how long.
extension HTTP2Session {
  /// The millisecond at which `check(now:)` is to be called at the latest.
  package var nextDeadline: UInt64 {
    var next = UInt64.max
    if isEnding { return next }
    if !isSettled { next = min(next, began + pace.head) }
    if let blockSince { next = min(next, blockSince + pace.head) }
    if let drainingSince, !hasNamedLast { next = min(next, drainingSince + pace.drainNotice) }
    if streams.isEmpty { return min(next, turnsAwayBy > 0 ? turnsAwayBy : idleSince + pace.idle) }
    for stream in streams.values {
      if stream.bodyWindowEnd > 0 { next = min(next, stream.bodyWindowEnd) }
      if stream.writeWindowEnd > 0 { next = min(next, stream.writeWindowEnd) }
      if stream.resetAt > 0 { next = min(next, stream.resetAt) }
    }
    return next
  }

  /// Looks at every deadline.
  package func check(now: UInt64) {
    self.now = now
    guard !isEnding else { return }
    if !isSettled, now >= began + pace.head { return overstep(.slowStart, code: .settingsTimeout) }
    if let blockSince, now >= blockSince + pace.head { return overstep(.slowHead) }
    if let drainingSince, now >= drainingSince + pace.drainNotice { nameLast() }
    if streams.isEmpty, turnsAwayBy > 0, now >= turnsAwayBy {
      hasFailed = true
      unsafe nghttp2_session_terminate_session(handle, HTTP2ErrorCode.enhanceYourCalm.rawValue)
      return
    }
    if streams.isEmpty, now >= idleSince + pace.idle {
      hasFailed = true
      unsafe nghttp2_session_terminate_session(handle, HTTP2ErrorCode.noError.rawValue)
      return
    }
    checkConnectionWindow()
    for stream in streams.values {
      checkBody(stream)
      checkWindow(stream)
      checkFarewell(stream)
    }
  }

  private func checkBody(_ stream: HTTP2Stream) {
    guard stream.bodyWindowEnd > 0, now >= stream.bodyWindowEnd else { return }
    // While we keep it waiting, the peer is not to blame.
    guard !stream.awaitsReceiver, stream.bodyOctetsInWindow < pace.bodyOctetsInWindow else {
      stream.bodyOctetsInWindow = 0
      stream.bodyWindowEnd = now + pace.bodyPause
      return
    }
    settle(stream)
    events.append(.tooSlow(stream: stream.id))
  }

  /// A stream is to blame only if its own window is shut; where the connection's is, or the network is slow, all wait.
  private func checkWindow(_ stream: HTTP2Stream) {
    guard stream.writeWindowEnd > 0, now >= stream.writeWindowEnd else { return }
    let isMoving = stream.writtenInWindow >= pace.writeOctetsInWindow
    stream.writtenInWindow = 0
    stream.writeWindowEnd = now + pace.writePause
    guard !isMoving, unsafe nghttp2_session_get_stream_remote_window_size(handle, stream.id) <= 0 else {
      return
    }
    stream.writeWindowEnd = 0
    stream.content = []
    events.append(.stalled)
    reset(stream.id, code: .cancel, now: now)
  }

  private func checkFarewell(_ stream: HTTP2Stream) {
    guard stream.resetAt > 0, now >= stream.resetAt else { return }
    stream.resetAt = 0
    if stream.isReceiving { reset(stream.id, code: .noError, now: now) }
  }

  private func checkConnectionWindow() {
    guard writeWindowEnd > 0, now >= writeWindowEnd else { return }
    let isMoving = writtenInWindow >= pace.writeOctetsInWindow
    writtenInWindow = 0
    let isWaiting = streams.values.contains { !$0.content.isEmpty }
    writeWindowEnd = isWaiting ? now + pace.writePause : 0
    guard isWaiting, !isMoving, unsafe nghttp2_session_get_remote_window_size(handle) <= 0 else { return }
    overstep(.stalledConnection)
  }
}
