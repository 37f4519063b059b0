// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import CLinux
internal import HTTPMessages
internal import HTTPWire

// A connection that speaks HTTP/2: octets between transport and session.
extension Connection {
  /// Octets of frames made ready at once.
  private static let frameOctets = 65_536
  /// How often that much is sent in one run before others get their turn.
  private static let fillsPerRun = 2

  /// The handshake is done and the peer chose HTTP/2.
  mutating func beginHTTP2(on reactor: Reactor) {
    let core = reactor.core
    let session = HTTP2Session(
      limits: core.messageLimits, http2: core.limits.http2, pace: core.limits.http2Pace, facts: facts,
      now: reactor.now, receiver: { [responder = core.responder] in responder.receiver(for: $0) },
      bodyLimit: { [responder = core.responder, octets = core.limits.bodyOctets] request in
        min(octets, responder.bodyLimit(for: request))
      })
    guard let session else { return close(on: reactor) }
    http2 = HTTP2Conversation(session, RecalledAnswers(reactor, for: holder))
    session.isKnown = isKnown
    session.knows = { [responder = core.responder] in responder.knows($0) }
    phase = .multiplexed
    reactor.counters.http2.connections.bump()
    if admission == .toBeRefused {
      session.turnAway(by: reactor.now + core.patience.peerLeaving)
    }
    if reactor.isDraining { session.drain(now: reactor.now) }
    converse(isReadable: true, on: reactor)
  }

  mutating func converse(events: UInt32, on reactor: Reactor) {
    if events & EPOLLOUT.rawValue != 0 { isWriteBlocked = false }
    converse(isReadable: events & EPOLLIN.rawValue != 0, on: reactor)
  }

  /// Sends and reads what can be sent and read now.
  mutating func converse(isReadable: Bool, on reactor: Reactor) {
    borrowOutput(of: reactor)
    defer { returnOutput(to: reactor) }
    var isReadable = isReadable
    var reads = 0
    while true {
      pump(on: reactor)
      guard phase == .multiplexed, !isHeldBack, isReadable || transport.hasPending else { return }
      reads += 1
      guard reads <= Self.readsPerRun else { return reactor.revisit(token) }
      guard readFrames(on: reactor) else { return }
      isReadable = false
    }
  }

  /// Whether nothing is read: the peer does not read, and too much of what it brings about waits for it already.
  private var isHeldBack: Bool { isWriteBlocked && http2?.session.isBackedUp == true }

  /// Asks epoll for what is needed next.
  mutating func askForFrames(on reactor: Reactor) {
    guard isWriteBlocked else { return ask(for: EPOLLIN.rawValue, on: reactor) }
    guard isHeldBack else { return ask(for: EPOLLIN.rawValue | EPOLLOUT.rawValue, on: reactor) }
    if interest & EPOLLIN.rawValue != 0 { reactor.counters.http2.peersHeldBack.bump() }
    ask(for: EPOLLOUT.rawValue, on: reactor)
  }

  /// - Returns: whether octets came.
  private mutating func readFrames(on reactor: Reactor) -> Bool {
    guard let session = http2?.session else { return false }
    let core = reactor.core
    switch unsafe transport.receive(into: reactor.receiveBuffer) {
    case .octets(let count):
      reactor.counters.octetsReceived.bump(by: count)
      if reactor.dateLine.second >= certificateEnd { reviewCertificate(on: reactor) }
      session.facts = facts
      // The reactor's buffer holds `count` fresh octets and is not written while the span is in use.
      let fresh = unsafe Span<UInt8>(
        _unsafeBytes: UnsafeRawBufferPointer(rebasing: reactor.receiveBuffer[..<count]))
      session.room = core.held.room(for: holder, core.limits)
      if !isKnown {
        session.roomOfKnown = core.held.room(for: Holder(bucket: holder.bucket, isKnown: true), core.limits)
      }
      session.receive(fresh, now: reactor.now)
      if session.isKnown { becomeKnown(on: reactor) }
      heed(session.takeEvents(), on: reactor)
      return true
    case .wantsRead: return false
    case .wantsWrite: isWriteBlocked = true
    case .closed, .failed: close(on: reactor)
    }
    return false
  }

  /// Sends frames as far as the peer takes them; ends the connection when all is said.
  mutating func pump(on reactor: Reactor) {
    guard let session = http2?.session else { return }
    var fills = 0
    while phase == .multiplexed, !isWriteBlocked {
      guard fills < Self.fillsPerRun else { return reactor.revisit(token) }
      fills += 1
      // While all is full, one frame at a time.
      let hasMore = session.fill(&output, limit: reactor.core.isFull ? 1 : Self.frameOctets)
      heed(session.takeEvents(), on: reactor)
      if hasPendingOutput { flush(on: reactor) } else { break }
      if !hasMore, !hasPendingOutput, !session.hasMoreToSay { break }
    }
    guard phase == .multiplexed, !hasPendingOutput, session.isOver || session.isEnding else { return }
    endHTTP2(on: reactor)
    endSending(on: reactor)
  }

  /// Drops the conversation: what runs for it is told so.
  mutating func endHTTP2(on reactor: Reactor) {
    guard let conversation = http2 else { return }
    for stream in Array(conversation.exchanges.keys) { forget(stream: stream, on: reactor) }
    http2 = nil
  }

  /// The server drains: no new streams; those that only wait are answered now.
  mutating func drainHTTP2(on reactor: Reactor) {
    http2?.session.drain(now: reactor.now)
    resumeStreams(isOver: true, on: reactor)
  }
}

extension ServerLimits {
  var http2Pace: HTTP2Pace {
    HTTP2Pace(
      head: headerDeadline.milliseconds, bodyPause: bodyPause.milliseconds,
      bodyOctetsPerSecond: bodyOctetsPerSecond, writePause: writePause.milliseconds,
      writeOctetsPerSecond: writeOctetsPerSecond, idle: idleDeadline.milliseconds,
      drainNotice: lastRequestDeadline.milliseconds, timeToRead: timeToRead.milliseconds)
  }
}
