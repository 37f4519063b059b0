// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// The greatest sizes accepted from outside.
public struct ListLimits: Hashable, Sendable {
  /// Entries in one list.
  public var entries: Int
  /// Octets of one list's text.
  public var octets: Int
  /// Removals and additions in one delta.
  public var changes: Int
  /// Octets of one delta's text.
  public var deltaOctets: Int

  /// The limits given; the defaults leave room for a list four times the largest foreseen.
  public init(
    entries: Int = 4_000_000, octets: Int = 256 << 20, changes: Int = 4_000_000, deltaOctets: Int = 256 << 20
  ) {
    self.entries = entries
    self.octets = octets
    self.changes = changes
    self.deltaOctets = deltaOctets
  }
}
