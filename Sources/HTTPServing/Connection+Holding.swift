// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import HTTPMessages
internal import HTTPWire

extension Connection {
  /// Counts anew what is held for this peer alone. Who adds to it while all together are beyond the limit is let go.
  mutating func account(on reactor: Reactor) {
    let growth = octetsHeldNow - octetsHeld
    guard growth != 0 else { return }
    hold(growth, on: reactor)
    guard growth > 0, let limit = limitPassed(by: 0, on: reactor) else { return }
    // HTTP/2 turns streams away where they would add; what is left is one buffer of frames.
    guard phase == .open || phase == .closing else { return }
    reactor.counters.limits.bump(limit)
    guard phase == .open, !hasPendingOutput else { return close(on: reactor) }
    turnAway(on: reactor)
  }

  /// For whom octets are held here.
  var holder: Holder {
    if case .full(let bucket) = admission { return Holder(bucket: bucket, isKnown: isKnown) }
    return Holder(bucket: nil, isKnown: isKnown)
  }

  /// Counts so many more octets, until all is counted anew.
  mutating func hold(_ growth: Int, on reactor: Reactor) {
    octetsHeld += growth
    reactor.core.held.add(growth, for: holder)
  }

  /// It is somebody's whom the service knows: what it holds counts no more as a stranger's.
  mutating func becomeKnown(on reactor: Reactor) {
    guard !isKnown else { return }
    recount(on: reactor) { $0.isKnown = true }
    http2?.recalled.holder = holder
  }

  /// Whom it counts for changes.
  mutating func recount(on reactor: Reactor, _ change: (inout Connection) -> Void) {
    let held = octetsHeld
    hold(-held, on: reactor)
    change(&self)
    hold(held, on: reactor)
  }

  /// What so many octets more would pass; nil if they may be held.
  func limitPassed(by octets: Int, on reactor: Reactor) -> EngineLimit? {
    reactor.core.held.limitPassed(by: octets, for: holder, reactor.core.limits)
  }

  /// Says in HTTP/1.1 that there is no room, and ends the connection. In HTTP/2 the session has its own word for it.
  mutating func turnAway(on reactor: Reactor) {
    forgetFinishedRequest()
    input = []
    machine.abandon()
    current.request = nil
    current.keepsAlive = false
    current.started = MonotonicClock.nanoseconds
    refuseForRoom(on: reactor)
    flush(on: reactor)
    settle(on: reactor)
  }

  /// What the receiver of the content that is being read holds.
  private var octetsWithReceiver: Int {
    guard machine.isInsideRequest else { return 0 }
    return current.request?.arrived?.receiver.octetsHeld ?? 0
  }

  private var octetsHeldNow: Int {
    phase == .closed
      ? 0
      : input.capacity + machine.heldOctets + output.capacity + (ownsBody ? body.count : 0)
        + requestHeld + octetsWithReceiver
        + (http2.map { $0.session.octetsHeld + $0.parkedOctets } ?? 0)
  }
}
