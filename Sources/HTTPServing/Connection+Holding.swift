// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import HTTPMessages
internal import HTTPWire

extension Connection {
  /// Counts anew what is held for this peer alone. Who adds to it while all together are beyond the limit is let go.
  mutating func account(on reactor: Reactor) {
    let held = octetsHeldNow
    let growth = held - octetsHeld
    guard growth != 0 else { return }
    octetsHeld = held
    let all = reactor.core.hold(growth)
    guard growth > 0, all > reactor.core.limits.heldOctets,
      phase == .open || phase == .closing || phase == .multiplexed
    else { return }
    reactor.counters.limits.bump(.heldOctets)
    guard phase == .open, !hasPendingOutput else { return close(on: reactor) }
    turnAway(on: reactor)
  }

  /// Whether an answer of so many octets, which no one else shares, may be held.
  func mayHold(_ octets: Int, on reactor: Reactor) -> Bool {
    reactor.core.octetsHeld.value + octets <= reactor.core.limits.heldOctets
  }

  /// Says that there is no room, and ends the connection.
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
        + (http2?.session.octetsHeld ?? 0)
  }
}
