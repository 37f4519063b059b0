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
    guard growth > 0, !mayHold(0, on: reactor) else { return }
    // HTTP/2 turns streams away where they would add; what is left is one buffer of frames.
    guard phase == .open || phase == .closing else { return }
    reactor.counters.limits.bump(.heldOctets)
    guard phase == .open, !hasPendingOutput else { return close(on: reactor) }
    turnAway(on: reactor)
  }

  /// Counts so many more octets, until all is counted anew.
  mutating func hold(_ growth: Int, on reactor: Reactor) {
    octetsHeld += growth
    reactor.core.hold(growth)
  }

  /// What HTTP/2 may hold besides; the session turns away what would be more.
  func roomLeft(on reactor: Reactor) -> Int {
    max(0, reactor.core.limits.heldOctets - reactor.core.octetsHeld.value)
  }

  /// Whether an answer of so many octets, which no one else shares, may be held.
  func mayHold(_ octets: Int, on reactor: Reactor) -> Bool {
    reactor.core.mayHold(octets)
  }

  /// Says in HTTP/1.1 that there is no room, and ends the connection. In HTTP/2 the session has its own word for it.
  mutating func turnAway(on reactor: Reactor) {
    forgetFinishedRequest()
    input = []
    machine.abandon()
    current.request = nil
    current.keepsAlive = false
    current.started = MonotonicClock.nanoseconds
    enqueue(Refusals.overloaded(retryAfter: reactor.core.limits.retryAfterSeconds), on: reactor)
    flush(on: reactor)
    settle(on: reactor)
  }

  private var octetsHeldNow: Int {
    phase == .closed
      ? 0
      : input.capacity + machine.heldOctets + output.capacity + octetsInTask + (ownsBody ? body.count : 0)
        + (current.request?.arrived?.receiver.octetsHeld ?? 0)
        + (http2.map { $0.session.octetsHeld + $0.octetsInTasks } ?? 0)
  }
}
