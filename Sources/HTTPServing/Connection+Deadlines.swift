// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import CLinux
internal import HTTPMessages
internal import HTTPWire

extension Connection {
  /// After so long without a request a connection gives its buffers back.
  private static let quietMilliseconds: UInt64 = 1000

  /// After any event: asks epoll for what is needed next and sets the deadline.
  mutating func settle(on reactor: Reactor) {
    switch phase {
    case .closed, .handshaking, .introducing: break
    // Answers to what was asked before do not wait for this one.
    case .answering where hasPendingOutput: ask(for: EPOLLOUT.rawValue, on: reactor)
    case .answering where interest == EPOLLOUT.rawValue: ask(for: EPOLLRDHUP.rawValue, on: reactor)
    case .answering: break
    case .open where awaitsReceiver && !isWriteBlocked: ask(for: 0, on: reactor)
    case .open, .closing:
      ask(for: isWriteBlocked ? EPOLLOUT.rawValue : EPOLLIN.rawValue, on: reactor)
    case .lingering: ask(for: EPOLLIN.rawValue, on: reactor)
    case .multiplexed: askForFrames(on: reactor)
    }
    if phase != .closed {
      setDeadline(on: reactor)
      // Who sends a request in small parts gets no buffer between them.
      if awaiting == .head || awaiting == .body { transport.releaseBuffers() }
    }
    account(on: reactor)
  }

  mutating func ask(for events: UInt32, on reactor: Reactor) {
    guard interest != events, phase != .closed else { return }
    interest = events
    reactor.change(
      transport.descriptor, events: isInLobby ? Lobby.events(events) : events, token: token)
  }

  /// Sets the deadline that fits what is awaited now; one that is running for the same thing stays.
  mutating func setDeadline(on reactor: Reactor) {
    if phase == .multiplexed { return setHTTP2Deadline(on: reactor) }
    let next = whatIsAwaited
    // Octets that make no request, such as a TLS record in pieces, buy no time.
    guard next != awaiting || requestsAnswered != awaitingSince else { return }
    awaiting = next
    awaitingSince = requestsAnswered
    startWindow()
    restartDeadline(on: reactor)
  }

  /// The server drains, and a request may be on its way.
  mutating func awaitLastRequest(on reactor: Reactor) {
    awaiting = .nothing
    setDeadline(on: reactor)
  }

  mutating func startWindow() {
    octetsInWindow = 0
    guard awaiting == .peerReading || phase == .multiplexed else { return }
    unacknowledgedBefore = transport.unacknowledged
    takenBefore = transport.recordOctetsTaken ?? 0
  }

  /// What the peer's system has acknowledged since the window began, not what ours has taken from us to send. Of a TLS record that
  /// waits to be taken whole, what was taken counts too.
  var octetsAcknowledgedInWindow: Int {
    let sent = transport.recordOctetsTaken.map { $0 - takenBefore } ?? octetsInWindow
    return sent + unacknowledgedBefore - transport.unacknowledged
  }

  private var whatIsAwaited: Awaiting {
    switch phase {
    case .closed, .multiplexed: .nothing
    case .answering: hasPendingOutput ? .peerReading : parked == nil ? .nothing : .release
    case .handshaking, .introducing: .handshake
    case .lingering: .peerLeaving
    case .closing: .peerReading
    case .open:
      if hasPendingOutput {
        .peerReading
      } else if !machine.isInsideRequest {
        .nextRequest
      } else {
        current.request == nil ? .head : .body
      }
    }
  }

  private mutating func restartDeadline(on reactor: Reactor) {
    let patience = reactor.core.patience
    let time: UInt64? =
      switch awaiting {
      case .nothing: nil
      case .handshake: patience.handshake
      case .head: patience.head
      case .body: patience.body
      case .nextRequest: reactor.isDraining ? patience.lastRequest : patience.nextRequest
      case .peerReading: patience.peerReading
      case .peerLeaving: patience.peerLeaving
      case .release: parkedUntil > reactor.now ? parkedUntil - reactor.now : 0
      }
    guard let time else {
      deadline = .max
      return
    }
    deadline = reactor.now + time
    if awaiting == .release { transport.releaseBuffers() }
    schedule(nextLook(on: reactor), on: reactor)
  }

  /// Sees that the timer comes up at millisecond `look`, or before.
  mutating func schedule(_ look: UInt64, on reactor: Reactor) {
    let tick = reactor.tick(of: look)
    // An entry that comes up earlier will look at the deadline again.
    guard scheduledTick == .max || tick < scheduledTick else { return }
    scheduledTick = reactor.wheel.insert(token: token, tick: tick)
  }

  mutating func timerCameUp(_ entry: TimerWheel.Entry, on reactor: Reactor) {
    guard entry.tick == scheduledTick else { return }
    scheduledTick = .max
    guard deadline != .max else { return }
    if reactor.now < deadline {
      var next = nextLook(on: reactor)
      if awaiting == .nextRequest, isQuiet(for: Self.quietMilliseconds, on: reactor) {
        transport.releaseBuffers()
        next = deadline
      }
      scheduledTick = reactor.wheel.insert(token: token, tick: reactor.tick(of: next))
    } else {
      deadlinePassed(on: reactor)
    }
  }

  /// Whether nothing has been asked for so long, between two requests.
  func isQuiet(for milliseconds: UInt64, on reactor: Reactor) -> Bool {
    deadline + milliseconds <= reactor.now + reactor.core.patience.nextRequest
  }

  /// When to look at the deadline: before it has passed where a connection may have gone quiet.
  private func nextLook(on reactor: Reactor) -> UInt64 {
    awaiting == .nextRequest ? min(deadline, reactor.now + Self.quietMilliseconds) : deadline
  }

  private mutating func deadlinePassed(on reactor: Reactor) {
    if phase == .multiplexed { return http2DeadlinePassed(on: reactor) }
    if awaiting == .release || parked != nil && parkedUntil <= reactor.now {
      return resume(isOver: true, on: reactor)
    }
    if isMovingFastEnough(reactor.core.limits) {
      startWindow()
      return restartDeadline(on: reactor)
    }
    countMissedDeadline(on: reactor)
    let isHead = awaiting == .head
    guard isHead || awaiting == .body else {
      return close(reset: awaiting == .peerReading, on: reactor)
    }
    forgetFinishedRequest()
    current.keepsAlive = false
    current.request = nil
    current.started = MonotonicClock.nanoseconds
    let limits = reactor.core.limits
    enqueue(isHead ? Refusals.lateHead(limits) : Refusals.slowBody(limits), isOurs: true, on: reactor)
    flush(on: reactor)
    settle(on: reactor)
  }

  private func countMissedDeadline(on reactor: Reactor) {
    let limit: EngineLimit? =
      switch awaiting {
      case .handshake: .handshakeDeadline
      case .head: .headerDeadline
      case .body: .bodyRate
      case .nextRequest: .idleDeadline
      case .peerReading: .writeRate
      case .peerLeaving: .lingering
      case .nothing, .release: nil
      }
    guard let limit else { return }
    reactor.counters.limits.bump(limit)
    if limit != .idleDeadline, limit != .lingering { reactor.counters.deadlinesMissed.bump() }
  }

  /// Whether the window that just ended saw the least rate of a body or an answer.
  private func isMovingFastEnough(_ limits: ServerLimits) -> Bool {
    switch awaiting {
    case .body:
      awaitsReceiver || octetsInWindow >= needed(limits.bodyOctetsPerSecond, over: limits.bodyPause)
    case .peerReading:
      octetsAcknowledgedInWindow
        >= needed(limits.writeOctetsPerSecond, over: limits.writePause)
    default: false
    }
  }

  func needed(_ rate: Int, over window: Duration) -> Int {
    max(1, rate * Int(window.milliseconds) / 1000)
  }
}
