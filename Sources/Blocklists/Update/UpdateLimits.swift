// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// How much an update body may hold before it is refused.
public struct UpdateLimits: Hashable, Sendable {
  /// Octets of the whole body.
  public var octets: Int
  /// Octets of the signed metadata in it, unpacked.
  public var metadataOctets: Int
  /// Files of signed metadata in it.
  public var metadataFiles: Int
  /// Octets of the approvals in it, unpacked.
  public var approvalsOctets: Int
  /// The list and the changes.
  public var list: ListLimits

  /// The limits given; the defaults leave room for a list four times the largest foreseen.
  public init(
    octets: Int = 64 << 20, metadataOctets: Int = 8 << 20, metadataFiles: Int = 320,
    approvalsOctets: Int = 4 << 20, list: ListLimits = ListLimits()
  ) {
    self.octets = octets
    self.metadataOctets = metadataOctets
    self.metadataFiles = metadataFiles
    self.approvalsOctets = approvalsOctets
    self.list = list
  }
}
