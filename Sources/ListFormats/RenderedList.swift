// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// A list in one format.
public struct RenderedList: Hashable, Sendable {
  /// The whole file.
  public let octets: [UInt8]
  /// How much of the list it carries.
  public let counts: RenderedCounts

  /// How many entries it carries.
  public var listed: Int { counts.listed }
  /// How many of those it carries as the name alone, because the format cannot say "and everything below".
  public var narrowed: Int { counts.narrowed }
  /// How many entries it had to leave out, because the format cannot spell them.
  public var omitted: Int { counts.omitted }
}

/// How much of a list a format could carry.
public struct RenderedCounts: Hashable, Sendable {
  /// How many entries it carries.
  public let listed: Int
  /// How many of those it carries as the name alone, because the format cannot say "and everything below".
  public let narrowed: Int
  /// How many entries it had to leave out, because the format cannot spell them.
  public let omitted: Int
}
