// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// A domain name in its one canonical spelling: lower-case letters, digits and hyphens in labels of 1...63 octets,
/// internationalised labels as A-labels (RFC 5890), no trailing dot, 1...253 octets in all, the last label no number.
///
/// Two names are the same name exactly when their texts are equal. Order is that of the octets.
public struct DomainName: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The canonical spelling.
  public let text: String

  /// The name spelled by `canonical`, which must already be the canonical spelling: nothing is mapped or repaired.
  ///
  /// - Throws: `not-canonical` (upper case, trailing dot, a label that IDNA spells otherwise), `forbidden-code-point`,
  ///   `empty-label`, `label-too-long`, `name-too-long`, `invalid-idna`, `ip-address`, `invalid-ip-address`, `empty`.
  public init(canonical: String) throws(NameRefusal) {
    guard !PlainHost.spans(canonical) else {
      self.text = canonical
      return
    }
    let host = try HostParser.domain(Placed.all(of: canonical))
    guard host.text == canonical else {
      let column = zip(host.text.unicodeScalars, canonical.unicodeScalars).prefix { $0 == $1 }.count + 1
      throw NameRefusal(.notCanonical, column: column, detail: "The canonical spelling is \(host.text).")
    }
    self = host
  }

  /// A name already known to be canonical; only this module's parsers, and readers of a list whose
  /// digest was verified or whose lines were checked, may say so.
  package init(proven text: String) {
    self.text = text
  }

  /// The name one label up, or nil for a top-level name.
  public var parent: DomainName? {
    guard let dot = text.utf8.firstIndex(of: UInt8(ascii: ".")) else { return nil }
    return DomainName(proven: String(text[text.utf8.index(after: dot)...]))
  }

  /// The labels from the leftmost to the top-level one.
  public var labels: [Substring] { text.split(separator: ".") }

  /// The last label.
  public var topLevel: Substring {
    guard let dot = text.utf8.lastIndex(of: UInt8(ascii: ".")) else { return text[...] }
    return text[text.utf8.index(after: dot)...]
  }

  /// Whether this name is `ancestor` itself or lies below it.
  public func isSubdomain(of ancestor: DomainName) -> Bool {
    let own = text.utf8
    let other = ancestor.text.utf8
    guard own.count > other.count else { return text == ancestor.text }
    let cut = own.index(own.endIndex, offsetBy: -other.count)
    return own[own.index(before: cut)] == UInt8(ascii: ".") && own[cut...].elementsEqual(other)
  }

  /// The canonical spelling.
  public var description: String { text }

  /// Whether `left` comes before `right` by the octets of their texts.
  public static func < (left: DomainName, right: DomainName) -> Bool {
    left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
  }

  /// The name that begins `offset` octets in, which must be the start of a label.
  func suffix(from offset: Int) -> DomainName {
    DomainName(proven: String(text[text.utf8.index(text.utf8.startIndex, offsetBy: offset)...]))
  }
}
