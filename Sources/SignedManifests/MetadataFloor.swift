// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Versions of the online roles' metadata that clients may have seen: the next ones lie beyond them.
public struct MetadataFloor: Hashable, Sendable {
  /// Of the timestamp.
  public var timestamp: Int64
  /// Of the snapshot.
  public var snapshot: Int64
  /// Of the targets, the highest of the top-level ones and those they delegate to.
  public var targets: Int64

  /// No floor, unless told otherwise.
  public init(timestamp: Int64 = 0, snapshot: Int64 = 0, targets: Int64 = 0) {
    self.timestamp = timestamp
    self.snapshot = snapshot
    self.targets = targets
  }
}
