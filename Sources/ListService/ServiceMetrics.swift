// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Synchronization

/// Counters of answers by route template and status, and how long they took.
final class ServiceMetrics: Sendable {
  struct Key: Hashable, Sendable {
    let method: String
    let template: String
    let status: Int
  }

  struct Timing: Sendable {
    var count = 0
    var seconds = 0.0
    /// Answers within each of `bounds`, cumulative.
    var within = [Int](repeating: 0, count: ServiceMetrics.bounds.count)
  }

  struct Values: Sendable {
    var answers: [Key: Int] = [:]
    var timings: [String: Timing] = [:]
    var submissions = [String: Int]()
    var limited = [String: Int]()
    /// Appeals that no reviewer may decide, as last counted.
    var unassignedAppeals = 0
  }

  /// Seconds.
  static let bounds = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10]

  private let values = Mutex(Values())

  /// Counts `times` answers, each of which took so long.
  func count(_ key: Key, took: Duration, times: Int = 1) {
    let seconds = Double(took.components.seconds) + Double(took.components.attoseconds) / 1e18
    values.withLock { values in
      values.answers[key, default: 0] += times
      var timing = values.timings[key.template] ?? Timing()
      timing.count += times
      timing.seconds += seconds * Double(times)
      for (index, bound) in Self.bounds.enumerated() where seconds <= bound { timing.within[index] += times }
      values.timings[key.template] = timing
    }
  }

  /// Items of submissions by outcome.
  func countItems(_ outcome: String, _ count: Int) {
    values.withLock { $0.submissions[outcome, default: 0] += count }
  }

  /// Requests that a rate limit turned away.
  func countLimited(_ limit: String) { values.withLock { $0.limited[limit, default: 0] += 1 } }

  /// How many appeals are nobody's.
  func setUnassignedAppeals(_ count: Int) { values.withLock { $0.unassignedAppeals = count } }

  var current: Values { values.withLock { $0 } }
}
