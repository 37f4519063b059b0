// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Dispatch

/// Notices that many connections have gone, whose freed memory would stay with the process as holes.
struct MemoryLull {
  /// So many fewer than there were, and less than half.
  static let least = 100
  /// Milliseconds for which they must be gone. Giving back takes a look at all that is free, while nobody gets memory:
  /// not for those who come again at once.
  static let length: UInt64 = 5000

  private var most = 0
  /// Since when there are so few; nil while there are more.
  private var since: UInt64?

  /// - Returns: whether it is time to give memory back.
  mutating func note(open: Int, now: UInt64) -> Bool {
    most = max(most, open)
    guard open <= most / 2, most - open >= Self.least else {
      since = nil
      return false
    }
    guard let since else {
      self.since = now
      return false
    }
    guard now - since >= Self.length else { return false }
    most = open
    self.since = nil
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
