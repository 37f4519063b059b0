// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
internal import FoundationEssentials
private import Synchronization

/// The kept deltas of one list, each from a release to the next, and the merged ones built from them on demand.
public final class ReleaseHistory: Sendable {
  /// The oldest release a delta can start from.
  public let oldest: ListVersion
  /// The latest release.
  public let latest: ListVersion
  /// `steps[i]` leads from `oldest + i` to `oldest + i + 1`.
  let steps: [Delta]
  /// When each of them was published.
  private let times: [Date]
  /// Merged deltas by where they start and end. Guarded by its mutex; bounded by `maximumMerged`.
  private let merged = Mutex<[ClosedRange<ListVersion>: Delta]>([:])

  /// Merged deltas kept ready for one release.
  static let maximumMerged = 64

  /// - Parameter times: when the release to which each step leads was published.
  init(oldest: ListVersion, steps: [Delta], times: [Date]) {
    self.oldest = oldest
    self.latest = ListVersion(oldest.number + UInt64(steps.count))
    self.steps = steps
    self.times = times
  }

  /// Changes that are kept at most. Past them the whole list is the shorter way.
  package static let maximumChanges = 1_000_000

  /// How many of the last steps are kept, of steps with so many changes each: the last one in any case, and those before it as
  /// long as all together have no more than `maximum`.
  package static func kept(of changes: [Int], maximum: Int = maximumChanges) -> Int {
    var (sum, kept) = (0, 0)
    for count in changes.reversed() {
      sum += count
      guard sum <= maximum || kept == 0 else { break }
      kept += 1
    }
    return kept
  }

  /// The history with one more release, reaching back as far as `limits` say.
  func appending(_ delta: Delta, at time: Date, _ limits: HistoryLimits) -> ReleaseHistory {
    let (all, times) = (steps + [delta], times + [time])
    let excess = all.count - min(limits.kept(of: times), Self.kept(of: all.map(\.count)))
    return ReleaseHistory(
      oldest: ListVersion(oldest.number + UInt64(excess)), steps: Array(all[excess...]),
      times: Array(times[excess...]))
  }

  /// Whether the kept history holds both releases.
  func reaches(_ since: ListVersion, _ to: ListVersion) -> Bool {
    since >= oldest && since <= to && to <= latest
  }

  /// The merged delta from `since` to `to`, the latest release unless given; nil if they are out of the kept range.
  public func delta(since: ListVersion, to: ListVersion? = nil) -> Delta? {
    let to = to ?? latest
    guard reaches(since, to) else { return nil }
    if let ready = merged.withLock({ $0[since...to] }) { return ready }
    let (first, last) = (Int(since.number - oldest.number), Int(to.number - oldest.number))
    guard let delta = Self.merged(steps[first..<last]) else { return nil }
    merged.withLock { if $0.count < Self.maximumMerged { $0[since...to] = delta } }
    return delta
  }

  /// By halves, so that no change is copied more often than the logarithm of their number.
  private static func merged(_ steps: ArraySlice<Delta>) -> Delta? {
    guard steps.count > 1 else { return steps.first ?? Delta.none }
    let middle = steps.startIndex + steps.count / 2
    guard let left = merged(steps[..<middle]), let right = merged(steps[middle...]) else { return nil }
    return try? left.merging(right)
  }
}
