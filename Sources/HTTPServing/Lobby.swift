// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import CLinux

/// Where connections wait for their steps until their TLS handshake is done.
///
/// A step of a handshake costs as much as dozens of requests. In a queue of their own, those who come anew can be
/// served a few steps at a time, however many there are, so that they never stand before those who are connected. Each stands
/// in it once at most: epoll tells of it when something comes, not for as long as something is there.
struct Lobby {
  private var waiting: [UInt64] = []
  private var taken = 0

  var isEmpty: Bool { taken == waiting.count }

  /// What to ask epoll for, to hear of `events` here.
  static func events(_ events: UInt32) -> UInt32 { events | EPOLLRDHUP.rawValue | EPOLLET.rawValue }

  mutating func append(_ token: UInt64) { waiting.append(token) }

  /// Who has waited longest.
  mutating func take() -> UInt64? {
    guard !isEmpty else { return nil }
    defer {
      taken += 1
      if taken == waiting.count {
        waiting.removeAll(keepingCapacity: waiting.capacity <= Self.keptCapacity)
        taken = 0
      } else if taken >= Self.keptCapacity, taken * 2 >= waiting.count {
        waiting.removeFirst(taken)
        taken = 0
      }
    }
    return waiting[taken]
  }

  /// Room that is kept, and how many may be gone before the others move up.
  private static let keptCapacity = 1024
}

extension Reactor {
  /// Nanoseconds after which no further step is begun.
  private static let longest: UInt64 = 250_000

  /// Steps of handshakes: one, and then for no longer than everything else of this run took.
  func serveLobby() {
    guard !lobby.isEmpty else { return }
    let began = MonotonicClock.nanoseconds
    let end = began + min(began - runBegan, Self.longest)
    repeat {
      guard let token = lobby.take() else { return }
      handle(token) { $0.takeStep(on: self) }
    } while MonotonicClock.nanoseconds < end
  }
}
