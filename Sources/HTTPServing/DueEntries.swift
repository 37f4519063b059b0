// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Timer entries that came up and wait for their turn.
struct DueEntries {
  /// Looked at in one run of the reactor.
  static let perRun = 4

  private var entries: [TimerWheel.Entry] = []
  private var done = 0

  var isEmpty: Bool { entries.isEmpty }

  mutating func append(_ more: [TimerWheel.Entry]) { entries.append(contentsOf: more) }

  /// The next few, in the order in which they came up.
  mutating func take() -> ArraySlice<TimerWheel.Entry> {
    let end = min(entries.count, done + Self.perRun)
    let taken = entries[done..<end]
    done = end
    if done == entries.count {
      entries = []
      done = 0
    }
    return taken
  }
}
