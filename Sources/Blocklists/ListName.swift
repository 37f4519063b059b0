// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// The name of a list: 1...64 octets of lower-case letters, digits and single inner hyphens (`worst-of`).
public struct ListName: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The greatest length, in octets.
  public static let maximumLength = 64

  /// The name as it stands in paths and metadata.
  public let text: String

  /// The list named `text`.
  ///
  /// - Throws: `BlocklistError.invalidListName`.
  public init(_ text: String) throws(BlocklistError) {
    guard (1...Self.maximumLength).contains(text.utf8.count) else { throw .invalidListName }
    var previous = UInt8(ascii: "-")
    for octet in text.utf8 {
      let isWord = Octet.isLowerLetterOrDigit(octet)
      guard isWord || (octet == Octet.hyphen && previous != Octet.hyphen) else { throw .invalidListName }
      previous = octet
    }
    guard previous != Octet.hyphen else { throw .invalidListName }
    self.text = text
  }

  /// The text for people.
  public var description: String { text }

  /// Order by octets.
  public static func < (left: ListName, right: ListName) -> Bool {
    left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
  }
}
