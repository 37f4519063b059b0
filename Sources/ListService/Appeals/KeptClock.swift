// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import FoundationEssentials
internal import Ingest
internal import Publication
private import Synchronization

/// How long decisions on appeals took, read from the store once a minute however many ask: anyone may.
final class KeptClock: Sendable {
  /// Seconds that what was read is told for.
  static let seconds = 60.0

  private let kept = Mutex<(clock: AppealClock, at: Date)?>(nil)
  private let gate = SerialGate()

  /// The clock as kept, or as `read` now finds it; of those who come at once one reads.
  func value(
    _ now: Date, _ read: () async throws(Problem) -> AppealClock
  ) async throws(Problem) -> AppealClock {
    if let clock = fresh(now) { return clock }
    await gate.enter()
    do throws(Problem) {
      let clock: AppealClock
      if let found = fresh(now) { clock = found } else { clock = try await read() }
      if fresh(now) == nil { kept.withLock { $0 = (clock, now) } }
      await gate.leave()
      return clock
    } catch {
      await gate.leave()
      throw error
    }
  }

  private func fresh(_ now: Date) -> AppealClock? {
    kept.withLock { kept in
      guard let kept, abs(now.timeIntervalSince(kept.at)) < Self.seconds else { return nil }
      return kept.clock
    }
  }
}
