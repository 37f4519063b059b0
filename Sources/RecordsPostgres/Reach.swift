// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Synchronization

/// What the last attempts to connect tell of the database, for all that connect to it: after a failed one nobody tries for a
/// moment, so that requests are refused at once while it is away; the first that succeeds ends that for everybody.
final class Reach: Sendable {
  private static let pause = Duration.milliseconds(300)

  private let state = Mutex<(away: ContinuousClock.Instant?, reached: ContinuousClock.Instant?)>((nil, nil))

  /// Whether nobody is to try now.
  var isAway: Bool { state.withLock { $0.away.map { $0 > .now } ?? false } }

  /// A connection was made.
  func succeeded() { state.withLock { $0 = (nil, .now) } }

  /// An attempt begun at `start` failed. It tells nothing when another succeeded since.
  func failed(begunAt start: ContinuousClock.Instant) {
    state.withLock { state in
      if let reached = state.reached, reached > start { return }
      state.away = .now + Self.pause
    }
  }
}
