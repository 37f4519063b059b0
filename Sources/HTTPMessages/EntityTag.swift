// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// A validator of one representation (RFC 9110 §8.8.3).
public struct EntityTag: Hashable, Sendable {
  /// What stands between the quotes.
  public let opaque: String
  /// Whether it only promises equal meaning, not equal octets.
  public let isWeak: Bool

  /// Accepts visible characters other than the quote; nil for anything else.
  public init?(_ opaque: String, isWeak: Bool = false) {
    guard opaque.utf8.allSatisfy({ $0 == 0x21 || $0 >= 0x23 && $0 <= 0x7E }) else { return nil }
    self.opaque = opaque
    self.isWeak = isWeak
  }

  /// Reads the form on the wire: `"…"` or `W/"…"`.
  public init?(parsing text: some StringProtocol) {
    let isWeak = text.hasPrefix("W/")
    let quoted = isWeak ? text.dropFirst(2) : text[...]
    guard quoted.utf8.count >= 2, quoted.hasPrefix("\""), quoted.hasSuffix("\"") else { return nil }
    self.init(String(quoted.dropFirst().dropLast()), isWeak: isWeak)
  }

  /// The form on the wire.
  public var text: String { isWeak ? "W/\"\(opaque)\"" : "\"\(opaque)\"" }

  /// Equal octets: both strong and the same (RFC 9110 §8.8.3.2).
  public func matchesStrongly(_ other: EntityTag) -> Bool {
    !isWeak && !other.isWeak && opaque == other.opaque
  }

  /// Equal meaning: the same, weak or not.
  public func matchesWeakly(_ other: EntityTag) -> Bool { opaque == other.opaque }
}
