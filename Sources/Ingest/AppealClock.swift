// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// How long decisions took, over the appeals decided in some time.
public struct AppealClock: Hashable, Sendable {
  /// How many were decided.
  public let decided: Int
  /// How many are not decided now.
  public let open: Int
  /// Half of them took at most so many seconds; nil when none was decided.
  public let medianSeconds: Int64?
  /// All but a twentieth took at most so many seconds.
  public let ninetyFifthSeconds: Int64?

  /// The clock of these times, by nearest rank.
  public init(took seconds: [Int64], open: Int) {
    let sorted = seconds.sorted()
    func rank(_ percent: Int) -> Int64? {
      sorted.isEmpty ? nil : sorted[max(0, (sorted.count * percent + 99) / 100 - 1)]
    }
    decided = sorted.count
    self.open = open
    medianSeconds = rank(50)
    ninetyFifthSeconds = rank(95)
  }
}
