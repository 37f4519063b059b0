// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import CLinux
internal import Dispatch
private import Glibc
internal import HTTPWire

/// One serial queue that owns a listener, an epoll descriptor, connections and timers outright.
///
/// A single dispatch source watches the epoll descriptor; its handler drains what is ready.
/// `@unchecked Sendable`: every member that changes is touched on `queue` only; others reach the
/// reactor through `queue.async`.
@safe final class Reactor: @unchecked Sendable {
  /// Room for what one read takes; leftovers move to their connection.
  static let receiveBufferOctets = 32_768
  private static let eventsPerTake = 256
  /// Takes in one run of the handler, so that other blocks on the queue get their turn.
  private static let takesPerRun = 32

  let queue: DispatchQueue
  let core: ServerCore
  let counters = ReactorCounters()
  private let epoll: Int32
  private let source: any DispatchSourceRead
  private let timer: any DispatchSourceTimer
  private let events: UnsafeMutablePointer<cordon_event>

  // What connections borrow while they are being handled; one at a time.
  let receiveBuffer: UnsafeMutableRawBufferPointer
  var index = HeadIndex()
  var scratchOutput: [UInt8] = []
  var dateLine = DateLine()
  /// Milliseconds, read once for every batch of events.
  private(set) var now = MonotonicClock.milliseconds

  var table = ConnectionTable()
  var wheel = TimerWheel()
  var listener: Int32
  var isAcceptPaused = false
  var tls: TLSContext?
  private(set) var isDraining = false
  private var revisits: [UInt64] = []
  private let started = MonotonicClock.milliseconds

  /// Takes over both descriptors; `start()` begins to serve.
  init(number: Int, epoll: Int32, listener: Int32, core: ServerCore, tls: TLSContext?) {
    self.epoll = epoll
    queue = DispatchQueue(label: "cordon.reactor.\(number)")
    source = DispatchSource.makeReadSource(fileDescriptor: epoll, queue: queue)
    timer = DispatchSource.makeTimerSource(queue: queue)
    unsafe events = .allocate(capacity: Self.eventsPerTake)
    unsafe receiveBuffer = .allocate(byteCount: Self.receiveBufferOctets, alignment: 16)
    self.listener = listener
    self.core = core
    self.tls = tls
  }

  deinit {
    unsafe events.deallocate()
    unsafe receiveBuffer.deallocate()
  }

  func start() {
    source.setEventHandler { [self] in drainEvents() }
    timer.setEventHandler { [self] in tick() }
    let period = DispatchTimeInterval.milliseconds(Int(TimerWheel.tickLength))
    timer.schedule(deadline: .now() + period, repeating: period, leeway: .milliseconds(10))
    watchListener()
    source.activate()
    timer.activate()
  }

  func watchListener() {
    _ = cordon_epoll_control(epoll, EPOLL_CTL_ADD, listener, EPOLLIN.rawValue, 0)
    isAcceptPaused = false
  }

  func unwatchListener() {
    _ = cordon_epoll_control(epoll, EPOLL_CTL_DEL, listener, 0, 0)
    isAcceptPaused = true
  }

  func watch(_ descriptor: Int32, events: UInt32, token: UInt64) -> Bool {
    cordon_epoll_control(epoll, EPOLL_CTL_ADD, descriptor, events, token) == 0
  }

  func change(_ descriptor: Int32, events: UInt32, token: UInt64) {
    _ = cordon_epoll_control(epoll, EPOLL_CTL_MOD, descriptor, events, token)
  }

  private func drainEvents() {
    defer { revisitConnections() }
    for _ in 0..<Self.takesPerRun {
      let count = unsafe cordon_epoll_take(epoll, events, Int32(Self.eventsPerTake))
      guard count > 0 else { return }
      now = MonotonicClock.milliseconds
      for position in 0..<Int(count) {
        let event = unsafe events[position]
        if event.token == 0 {
          acceptConnections()
        } else {
          handle(event.token) { $0.handle(events: event.events, on: self) }
        }
      }
    }
  }

  /// Handles `token` again after this run: TLS holds octets that epoll does not see.
  func revisit(_ token: UInt64) { revisits.append(token) }

  private func revisitConnections() {
    guard !revisits.isEmpty else { return }
    let tokens = revisits
    revisits.removeAll()
    queue.async { [self] in
      now = MonotonicClock.milliseconds
      for token in tokens { handle(token) { $0.handle(events: EPOLLIN.rawValue, on: self) } }
      revisitConnections()
    }
  }

  private func tick() {
    now = MonotonicClock.milliseconds
    for entry in wheel.advance(to: (now - started) / TimerWheel.tickLength) {
      handle(entry.token) { $0.timerCameUp(entry, on: self) }
    }
    if isAcceptPaused, !isDraining { watchListener() }
  }

  /// The tick in which millisecond `deadline` has passed.
  func tick(of deadline: UInt64) -> UInt64 {
    (deadline - started) / TimerWheel.tickLength + 1
  }

  /// Runs `work` on a connection in place, if it is still there, and clears up if it closed.
  func handle(_ token: UInt64, _ work: (inout Connection) -> Void) {
    guard let slot = unsafe table.find(token) else { return }
    // The slot's memory does not move, and no one else reaches it while `work` runs: work on one
    // connection never handles another.
    unsafe work(&slot.pointee)
    guard unsafe slot.pointee.phase == .closed else { return }
    core.dismiss(bucket: unsafe slot.pointee.addressBucket)
    counters.connectionsOpen.bump(by: -1)
    table.release(token)
  }

  /// Stops accepting; connections end after the request they are in.
  func beginDraining() {
    guard !isDraining else { return }
    isDraining = true
    if !isAcceptPaused { unwatchListener() }
    _ = close(listener)
    for token in table.tokens { handle(token) { $0.finishWhenIdle(on: self) } }
  }

  /// Closes everything; the reactor serves no more.
  func shutDown() {
    for token in table.tokens { handle(token) { $0.close(on: self) } }
    source.setCancelHandler { [epoll] in _ = close(epoll) }
    source.cancel()
    timer.cancel()
    table.deallocate()
  }
}
