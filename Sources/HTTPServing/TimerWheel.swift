// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Deadlines of a reactor's connections, by tick. A connection's deadline mostly moves away, so
/// its entry stays where it is and is looked at again when its slot comes up.
struct TimerWheel {
  struct Entry {
    let token: UInt64
    /// The tick this entry was made for; a connection that has a newer entry ignores this one.
    let tick: UInt64
  }

  /// Milliseconds.
  static let tickLength: UInt64 = 50
  private static let slotCount: UInt64 = 1024

  private var slots = [[Entry]](repeating: [], count: Int(slotCount))
  private(set) var current: UInt64 = 0

  /// Puts an entry at `tick`, or as far away as the wheel reaches.
  /// - Returns: the tick at which it will come up.
  mutating func insert(token: UInt64, tick: UInt64) -> UInt64 {
    let nearest = max(tick, current + 1)
    let reachable = min(nearest, current + Self.slotCount - 1)
    slots[Int(reachable % Self.slotCount)].append(Entry(token: token, tick: reachable))
    return reachable
  }

  /// Moves to `tick` and takes the entries whose time has come.
  mutating func advance(to tick: UInt64) -> [Entry] {
    var due: [Entry] = []
    while current < tick {
      current += 1
      let slot = Int(current % Self.slotCount)
      guard !slots[slot].isEmpty else { continue }
      due.append(contentsOf: slots[slot])
      slots[slot].removeAll(keepingCapacity: slots[slot].count <= 64)
    }
    return due
  }
}
