// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// How much a client fetches and follows before it gives up (TUF §5).
public struct ManifestLimits: Hashable, Sendable {
  /// Roots followed in one refresh.
  public var rootRotations = 256
  /// Delegated roles visited for one target.
  public var delegatedRoles = 32
  /// Octets of one root file.
  public var rootOctets = 512_000
  /// Octets of the timestamp file.
  public var timestampOctets = 16_384
  /// Octets of a snapshot file whose length is not signed.
  public var snapshotOctets = 2_000_000
  /// Octets of a targets file whose length is not signed.
  public var targetsOctets = 5_000_000
  /// Nesting of metadata.
  public static let depth = 64

  /// The defaults, as each property says.
  public init() {}
}
