// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// A list in one format.
public struct RenderedList: Hashable, Sendable {
  /// The whole file.
  public let octets: [UInt8]
  /// How many entries it carries.
  public let listed: Int
  /// How many of those it carries as the name alone, because the format cannot say "and everything below".
  public let narrowed: Int
  /// How many entries it had to leave out, because the format cannot spell them.
  public let omitted: Int
}
