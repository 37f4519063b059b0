// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// A domain name in its one canonical spelling: lower-case letters, digits and hyphens in labels of 1...63 octets,
/// internationalised labels as A-labels (RFC 5890), no trailing dot, 1...253 octets in all.
///
/// Two names are the same name exactly when their texts are equal. Order is that of the octets.
public struct DomainName: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The canonical spelling.
  public let text: String

  /// The name spelled by `canonical`, which must already be the canonical spelling: nothing is mapped or repaired.
  ///
  /// - Throws: `not-canonical` (upper case, trailing dot, a label that IDNA spells otherwise), `forbidden-code-point`, `empty-label`,
  ///   `label-too-long`, `name-too-long`, `invalid-idna`, `ip-address`, `empty`.
  public init(canonical: String) throws(NameRefusal) {
    self.text = canonical
  }

  /// A name already known to be canonical; only the parsers of this module may say so.
  init(proven text: String) {
    self.text = text
  }

  /// The name one label up, or nil for a top-level name.
  public var parent: DomainName? {
    guard let dot = text.utf8.firstIndex(of: UInt8(ascii: ".")) else { return nil }
    return DomainName(proven: String(text[text.utf8.index(after: dot)...]))
  }

  /// The labels from the leftmost to the top-level one.
  public var labels: [Substring] { text.split(separator: ".") }

  /// Whether this name is `ancestor` itself or lies below it.
  public func isSubdomain(of ancestor: DomainName) -> Bool {
    let own = text.utf8
    let other = ancestor.text.utf8
    guard own.count > other.count else { return text == ancestor.text }
    let cut = own.index(own.endIndex, offsetBy: -other.count)
    return own[own.index(before: cut)] == UInt8(ascii: ".") && own[cut...].elementsEqual(other)
  }

  public var description: String { text }

  public static func < (left: DomainName, right: DomainName) -> Bool {
    left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
  }
}
