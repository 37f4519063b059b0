// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import CLinux
internal import HTTPMessages
internal import HTTPWire

extension Connection {
  /// Octets sent in one run before others get their turn.
  private static let sendBudget = 1 << 17

  mutating func handle(events: UInt32, on reactor: Reactor) {
    guard isInLobby else { return serve(events: events, on: reactor) }
    if eventsInLobby == 0 { reactor.lobby.append(token) }
    eventsInLobby |= events
  }

  /// Its turn in the lobby has come.
  mutating func takeStep(on reactor: Reactor) {
    let events = eventsInLobby
    eventsInLobby = 0
    serve(events: events, on: reactor)
  }

  private mutating func serve(events: UInt32, on reactor: Reactor) {
    transport.tls?.noteReadable(isEnding: events & EPOLLRDHUP.rawValue != 0)
    if events & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0, phase != .handshaking {
      return close(politely: false, on: reactor)
    }
    switch phase {
    case .closed: return
    case .handshaking: shakeHands(on: reactor)
    case .introducing: readIntroduction(on: reactor)
    case .answering where hasPendingOutput: sendWhileAnswering(events: events, on: reactor)
    case .answering: noticeWhileAnswering(events: events, on: reactor)
    case .lingering: discard(on: reactor)
    case .multiplexed: converse(events: events, on: reactor)
    case .open, .closing:
      if events & EPOLLOUT.rawValue != 0 { isWriteBlocked = false }
      proceed(on: reactor, isReadable: events & EPOLLIN.rawValue != 0)
    }
    settle(on: reactor)
  }

  mutating func shakeHands(on reactor: Reactor) {
    switch transport.tls?.handshake() ?? .failed {
    case .octets:
      completeHandshake(on: reactor)
      if phase == .open {
        if transport.tls?.speaksHTTP2 == true {
          beginHTTP2(on: reactor)
        } else {
          proceed(on: reactor, isReadable: true)
        }
      }
      if phase != .closed, transport.tls?.letGo() == false { close(politely: false, on: reactor) }
    case .wantsRead: ask(for: EPOLLIN.rawValue, on: reactor)
    case .wantsWrite: ask(for: EPOLLOUT.rawValue, on: reactor)
    case .closed, .failed:
      reactor.counters.handshakesFailed.bump()
      close(on: reactor)
    }
  }

  private mutating func completeHandshake(on reactor: Reactor) {
    isInLobby = false
    interest = EPOLLIN.rawValue
    reactor.change(transport.descriptor, events: interest, token: token)
    reactor.counters.handshakesCompleted.bump()
    if transport.tls?.wasResumed == true { reactor.counters.handshakesResumed.bump() }
    facts = ConnectionFacts(
      peerAddress: facts.peerAddress, isLoopback: facts.isLoopback, tls: true,
      clientCertificateSPKI: transport.tls?.clientCertificateSPKI)
    noteCertificate(on: reactor)
    phase = .open
    if admission == .toBeRefused, transport.tls?.speaksHTTP2 != true { turnAway(on: reactor) }
  }

  /// While an answer is awaited nothing is read, so more input must not wake us again; a peer that
  /// has left cancels the task, though an answer that comes nevertheless is still sent.
  private mutating func noticeWhileAnswering(events: UInt32, on reactor: Reactor) {
    let hasLeft = events & EPOLLRDHUP.rawValue != 0 || transport.peerHasLeft()
    if hasLeft, parked != nil { return resume(isOver: true, on: reactor) }
    if hasLeft { task?.cancel() }
    ask(for: hasLeft ? 0 : EPOLLRDHUP.rawValue, on: reactor)
  }

  /// What was answered before goes out meanwhile; whether the peer has left is looked at after that.
  private mutating func sendWhileAnswering(events: UInt32, on reactor: Reactor) {
    guard events & EPOLLOUT.rawValue != 0 else { return }
    isWriteBlocked = false
    flush(on: reactor)
    returnOutput(to: reactor)
  }

  private mutating func discard(on reactor: Reactor) {
    switch unsafe transport.discard(into: reactor.receiveBuffer) {
    case .octets(let count):
      lingeringOctets += count
      guard lingeringOctets > reactor.core.limits.lingeringOctets else { return }
      reactor.counters.limits.bump(.lingering)
      close(on: reactor)
    case .wantsRead, .wantsWrite: break
    case .closed, .failed: close(on: reactor)
    }
  }

  /// Sends what is pending, as far as the peer takes it.
  mutating func flush(on reactor: Reactor) {
    var budget = Self.sendBudget
    while hasPendingOutput, !isWriteBlocked, phase != .closed {
      switch sendPending() {
      case .octets(let count):
        reactor.counters.octetsSent.bump(by: count)
        octetsInWindow += count
        forget(count)
        budget -= count
        if budget <= 0 { isWriteBlocked = hasPendingOutput }
      case .wantsWrite: isWriteBlocked = true
      case .wantsRead, .closed, .failed: close(on: reactor)
      }
    }
    guard phase != .closed, !hasPendingOutput else { return }
    output.removeAll(keepingCapacity: true)
    outputStart = 0
    body = []
    if phase == .closing { endSending(on: reactor) }
  }

  private func sendPending() -> TransferOutcome {
    unsafe output.withUnsafeBytes { head in
      unsafe body.withUnsafeBytes { tail in
        unsafe transport.send(UnsafeRawBufferPointer(rebasing: head[outputStart...]), tail)
      }
    }
  }

  private mutating func forget(_ count: Int) {
    let fromOutput = min(count, output.count - outputStart)
    outputStart += fromOutput
    if count > fromOutput { body = body.dropFirst(count - fromOutput) }
  }

  /// Our last word is out. Closing with input unread would send a reset that may destroy it.
  mutating func endSending(on reactor: Reactor) {
    transport.finishSending()
    phase = .lingering
    input = []
  }

  /// - Parameters:
  ///   - politely: whether the peer is there to hear TLS's goodbye.
  ///   - reset: whether what is under way to it is dropped.
  mutating func close(politely: Bool = true, reset: Bool = false, on reactor: Reactor) {
    guard phase != .closed else { return }
    releaseBody(on: reactor)
    task?.cancel()
    task = nil
    leavePark(on: reactor)
    endHTTP2(on: reactor)
    transport.close(politely: politely && phase == .open && !hasPendingOutput, reset: reset)
    phase = .closed
    awaiting = .nothing
  }

  /// For draining: ends now if nothing is going on, else after the present request, or the next one: who has just asked may be
  /// asking again before our end reaches him.
  mutating func finishWhenIdle(on reactor: Reactor) {
    switch phase {
    case .open where !machine.isInsideRequest && !hasPendingOutput && input.isEmpty:
      let justNow = reactor.core.patience.lastRequest
      if requestsAnswered > 0, isQuiet(for: justNow, on: reactor), !transport.hasUnread {
        close(on: reactor)
      } else {
        awaitLastRequest(on: reactor)
      }
    case .multiplexed: drainHTTP2(on: reactor)
    case .answering: resume(isOver: true, on: reactor)
    // One that comes in now is served: its peer cannot know that we drain.
    default: break
    }
  }
}
