// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
private import Synchronization

/// The kept deltas of one list, each from a release to the next, and the merged ones built from them on demand.
public final class ReleaseHistory: Sendable {
  /// The oldest release a delta can start from.
  public let oldest: ListVersion
  /// The latest release.
  public let latest: ListVersion
  /// `steps[i]` leads from `oldest + i` to `oldest + i + 1`.
  let steps: [Delta]
  /// Merged deltas to `latest` by where they start. Guarded by its mutex; bounded by `maximumMerged`.
  private let merged = Mutex<[ListVersion: Delta]>([:])

  /// Merged deltas kept ready for one release.
  static let maximumMerged = 64

  init(oldest: ListVersion, steps: [Delta]) {
    self.oldest = oldest
    self.latest = ListVersion(oldest.number + UInt64(steps.count))
    self.steps = steps
  }

  /// The history with one more release, reaching back at most `limit` releases.
  func appending(_ delta: Delta, limit: Int) -> ReleaseHistory {
    let all = steps + [delta]
    let excess = max(0, all.count - limit)
    return ReleaseHistory(oldest: ListVersion(oldest.number + UInt64(excess)), steps: Array(all[excess...]))
  }

  /// The merged delta from `since` to the latest release; nil if `since` is out of the kept range.
  public func delta(since: ListVersion) -> Delta? {
    guard since >= oldest, since <= latest else { return nil }
    if let ready = merged.withLock({ $0[since] }) { return ready }
    guard let delta = mergedSteps(from: Int(since.number - oldest.number)) else { return nil }
    merged.withLock { if $0.count < Self.maximumMerged { $0[since] = delta } }
    return delta
  }

  private func mergedSteps(from first: Int) -> Delta? {
    var sum = Delta.none
    for step in steps[first...] {
      do throws(BlocklistError) { sum = try sum.merging(step) } catch { return nil }
    }
    return sum
  }
}
