// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

package import FoundationEssentials

/// How far back a list's changes are kept. Both bounds hold.
package struct HistoryLimits: Sendable {
  /// So many releases at most.
  let releases: Int
  /// None that was published longer before the latest one, in seconds: who was up to date so long before it still gets a change.
  let seconds: TimeInterval

  package init(releases: Int, seconds: TimeInterval) {
    (self.releases, self.seconds) = (releases, seconds)
  }

  /// How many of the last releases are kept, of releases published at `times`, oldest first. The last one always is.
  package func kept(of times: [Date]) -> Int {
    guard let latest = times.last else { return 0 }
    // From the oldest on: one release made while the clock was wrong does not cut off those before it.
    let inTime = times.drop { latest.timeIntervalSince($0) > seconds }.count
    return max(1, min(releases, inTime))
  }
}
