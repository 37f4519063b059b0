// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Dispatch

/// Notices that many connections have gone, whose freed memory would stay with the process as holes.
struct MemoryLull {
  /// So many fewer than there were, and less than half.
  static let least = 100
  /// Milliseconds between two times that memory is given back: it takes a look at all that is free.
  static let pause: UInt64 = 5000

  private var most = 0
  private var next: UInt64 = 0

  /// - Returns: whether it is time to give memory back.
  mutating func note(open: Int, now: UInt64) -> Bool {
    most = max(most, open)
    guard open <= most / 2, most - open >= Self.least, now >= next else { return false }
    most = open
    next = now + Self.pause
    return true
  }
}

extension Reactor {
  /// Gives memory back, on another thread, once a crowd has left.
  func noteLull() {
    guard lull.note(open: counters.connectionsOpen.value, now: now) else { return }
    DispatchQueue.global().async { ProcessMemory.giveBack() }
  }
}
