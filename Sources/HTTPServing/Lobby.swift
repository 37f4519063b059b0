// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import CLinux
private import Glibc

/// Where connections wait until their TLS handshake is done: an epoll descriptor of its own inside the reactor's.
///
/// A step of a handshake costs as much as dozens of requests. Apart from the others, those who come anew can be
/// served a few steps at a time, however many there are, so that they never stand before those who are connected.
struct Lobby {
  let epoll: Int32

  func watch(_ descriptor: Int32, events: UInt32, token: UInt64) -> Bool {
    cordon_epoll_control(epoll, EPOLL_CTL_ADD, descriptor, events, token) == 0
  }

  func change(_ descriptor: Int32, events: UInt32, token: UInt64) {
    _ = cordon_epoll_control(epoll, EPOLL_CTL_MOD, descriptor, events, token)
  }

  func unwatch(_ descriptor: Int32) {
    _ = cordon_epoll_control(epoll, EPOLL_CTL_DEL, descriptor, 0, 0)
  }

  /// One event that is ready; epoll puts who was served behind the others.
  func take() -> cordon_event? {
    var event = cordon_event()
    return unsafe cordon_epoll_take(epoll, &event, 1, 0) == 1 ? event : nil
  }

  func close() { _ = Glibc.close(epoll) }
}

extension Reactor {
  /// Nanoseconds after which no further step is begun.
  private static let longest: UInt64 = 250_000

  /// Steps of handshakes: one, and then for no longer than everything else of this run took.
  func serveLobby() {
    let began = MonotonicClock.nanoseconds
    let end = began + min(began - runBegan, Self.longest)
    repeat {
      guard let event = lobby.take() else { return }
      handle(event.token) { $0.handle(events: event.events, on: self) }
    } while MonotonicClock.nanoseconds < end
  }
}
