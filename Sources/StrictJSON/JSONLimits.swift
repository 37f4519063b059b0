// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// How much JSON is read before it is refused unread.
public struct JSONLimits: Hashable, Sendable {
  /// The longest document, in octets.
  public var octets: Int
  /// The deepest nesting of arrays and objects; a document `[[]]` has depth 2. At most ``deepest``.
  public var depth: Int

  /// The bound of `depth`, which keeps the parser's own stack small.
  public static let deepest = 512

  /// Bounds with the service's defaults: a mebibyte, 64 levels.
  public init(octets: Int = 1 << 20, depth: Int = 64) {
    self.octets = octets
    self.depth = min(depth, Self.deepest)
  }
}
