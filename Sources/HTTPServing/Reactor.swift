// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import CLinux
internal import Dispatch
private import Glibc
internal import HTTPWire

/// One serial queue that owns a listener, an epoll descriptor, connections and timers outright.
///
/// One block runs on the queue from start to shut-down and waits on the epoll descriptor: that costs
/// a tenth less than a dispatch source on it. So nothing else can run there; `post` leaves work.
/// `@unchecked Sendable`: every member that changes is touched on the queue only.
@safe final class Reactor: @unchecked Sendable {
  /// Room for what one read takes; leftovers move to their connection.
  static let receiveBufferOctets = 32_768
  private static let eventsPerTake = 256
  /// Stands for the mailbox in epoll, as 0 does for the listener.
  private static let mailboxToken: UInt64 = 1
  private static let administrationToken: UInt64 = 2

  private let queue: DispatchQueue
  private let mailbox = Mailbox()
  let core: ServerCore
  let counters = ReactorCounters()
  private let epoll: Int32
  private let events: UnsafeMutablePointer<cordon_event>
  var lobby = Lobby()

  // What connections borrow while they are being handled; one at a time.
  let receiveBuffer: UnsafeMutableRawBufferPointer
  var index = HeadIndex()
  var scratchOutput: [UInt8] = []
  var dateLine = DateLine()
  var memo = AnswerMemo()
  /// Nanoseconds, read once for every batch of events.
  private(set) var runBegan = MonotonicClock.nanoseconds
  /// The same in milliseconds.
  private(set) var now: UInt64 = 0

  var table = ConnectionTable()
  var wheel = TimerWheel()
  var waking = Waking()
  var listener: Int32
  var isAcceptPaused = false
  /// A Unix socket for administration; the first reactor has it, if there is one.
  var administrationListener: Int32?
  private var isAdministrationPaused = false
  var tls: TLSContext?
  private(set) var isDraining = false
  private var isStopped = false
  private var revisits: [UInt64] = []
  private var due = DueEntries()
  var lull = MemoryLull()
  private let started = MonotonicClock.milliseconds
  private var nextTick: UInt64 = 0

  /// Takes over the descriptors; `start()` begins to serve.
  init(number: Int, sockets: Listeners.Pair, core: ServerCore, tls: TLSContext?) {
    epoll = sockets.epoll
    queue = DispatchQueue(label: "cordon.reactor.\(number)")
    unsafe events = .allocate(capacity: Self.eventsPerTake)
    unsafe receiveBuffer = .allocate(byteCount: Self.receiveBufferOctets, alignment: 16)
    listener = sockets.listener
    self.core = core
    self.tls = tls
    now = runBegan / 1_000_000
  }

  deinit {
    unsafe events.deallocate()
    unsafe receiveBuffer.deallocate()
  }

  func start() {
    queue.async { [self] in
      watchListener()
      _ = watch(mailbox.bell, events: EPOLLIN.rawValue, token: Self.mailboxToken)
      watchAdministration()
      while !isStopped { runOnce() }
    }
  }

  /// Runs `work` on the reactor soon; drops it once the reactor is shut down.
  func post(_ work: @escaping @Sendable () -> Void) { mailbox.post(work) }

  /// New certificates for new connections; those that are open look at their clients' when they are next asked something.
  func take(_ tls: TLSContext) {
    self.tls = tls
    for token in table.tokens { handle(token) { $0.suspectCertificate() } }
  }

  func watchListener() {
    _ = cordon_epoll_control(epoll, EPOLL_CTL_ADD, listener, EPOLLIN.rawValue, 0)
    isAcceptPaused = false
  }

  func unwatchListener() {
    _ = cordon_epoll_control(epoll, EPOLL_CTL_DEL, listener, 0, 0)
    isAcceptPaused = true
  }

  private func watchAdministration() {
    isAdministrationPaused = false
    guard let administrationListener else { return }
    _ = watch(administrationListener, events: EPOLLIN.rawValue, token: Self.administrationToken)
  }

  func unwatchAdministration() {
    guard let administrationListener else { return }
    _ = cordon_epoll_control(epoll, EPOLL_CTL_DEL, administrationListener, 0, 0)
    isAdministrationPaused = true
  }

  func watch(_ descriptor: Int32, events: UInt32, token: UInt64) -> Bool {
    cordon_epoll_control(epoll, EPOLL_CTL_ADD, descriptor, events, token) == 0
  }

  func change(_ descriptor: Int32, events: UInt32, token: UInt64) {
    _ = cordon_epoll_control(epoll, EPOLL_CTL_MOD, descriptor, events, token)
  }

  private func runOnce() {
    let count = unsafe cordon_epoll_take(epoll, events, Int32(Self.eventsPerTake), patience)
    refreshClocks()
    for position in 0..<max(0, Int(count)) {
      let event = unsafe events[position]
      switch event.token {
      case 0: acceptConnections()
      case Self.mailboxToken: for work in mailbox.take() where !isStopped { work() }
      case Self.administrationToken: acceptAdministrators()
      default: handle(event.token) { $0.handle(events: event.events, on: self) }
      }
    }
    guard !isStopped else { return }
    revisitConnections()
    wakeParked()
    if now >= nextTick { tick() }
    lookAtDeadlines()
    // Last, so that what the rest took is known.
    serveLobby()
  }

  /// Milliseconds to wait for events.
  private var patience: Int32 {
    if !revisits.isEmpty || !due.isEmpty || !lobby.isEmpty { return 0 }
    let untilTick = nextTick > now ? nextTick - now : 0
    return Int32(clamping: waking.isUnderWay ? min(untilTick, 1) : untilTick)
  }

  private func refreshClocks() {
    runBegan = MonotonicClock.nanoseconds
    now = runBegan / 1_000_000
    let second = dateLine.second
    if dateLine.refresh() { memo.report(second: second) }
  }

  /// Handles `token` again after this run: TLS holds octets that epoll does not see.
  func revisit(_ token: UInt64) { revisits.append(token) }

  private func revisitConnections() {
    guard !revisits.isEmpty else { return }
    let tokens = revisits
    revisits.removeAll(keepingCapacity: true)
    for token in tokens { handle(token) { $0.handle(events: EPOLLIN.rawValue, on: self) } }
  }

  private func tick() {
    nextTick = now + TimerWheel.tickLength
    due.append(wheel.advance(to: (now - started) / TimerWheel.tickLength))
    if isAcceptPaused, !isDraining { watchListener() }
    if isAdministrationPaused { watchAdministration() }
    noteLull()
  }

  /// Few at a time: many may have begun together, and each may be closed now.
  private func lookAtDeadlines() {
    guard !due.isEmpty else { return }
    for entry in due.take() { handle(entry.token) { $0.timerCameUp(entry, on: self) } }
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
    core.held.add(unsafe -slot.pointee.octetsHeld, for: unsafe slot.pointee.holder)
    core.dismiss(unsafe slot.pointee.admission)
    counters.connectionsOpen.bump(by: -1)
    table.release(token)
  }

  /// Stops accepting; connections end after the request they are in.
  func beginDraining() {
    guard !isDraining else { return }
    isDraining = true
    if !isAcceptPaused { unwatchListener() }
    _ = close(listener)
    if let administrationListener { _ = close(administrationListener) }
    administrationListener = nil
    for token in table.tokens { handle(token) { $0.finishWhenIdle(on: self) } }
    memo.clear()
  }

  /// Closes everything; the reactor serves no more.
  func shutDown() {
    for token in table.tokens { handle(token) { $0.close(on: self) } }
    memo.report(second: dateLine.second)
    memo.clear()
    isStopped = true
    mailbox.close()
    _ = close(epoll)
    table.deallocate()
  }
}
