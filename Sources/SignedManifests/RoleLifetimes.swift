// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import FoundationEssentials

/// For how long each role's metadata is valid from its signing, in seconds.
public struct RoleLifetimes: Hashable, Sendable {
  /// Root, signed offline.
  public var root: TimeInterval
  /// The top-level targets.
  public var targets: TimeInterval
  /// The snapshot.
  public var snapshot: TimeInterval
  /// The timestamp.
  public var timestamp: TimeInterval

  /// A year for the root, 90 days for targets, 14 for snapshots, 3 for timestamps.
  public init(
    root: TimeInterval = 365 * day, targets: TimeInterval = 90 * day,
    snapshot: TimeInterval = 14 * day, timestamp: TimeInterval = 3 * day
  ) {
    self.root = root
    self.targets = targets
    self.snapshot = snapshot
    self.timestamp = timestamp
  }

  /// Seconds in a day.
  public static let day: TimeInterval = 86_400
}
