// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// The SHA-256 of evidence that the police hold: 64 hexadecimal digits, kept in lower case.
public struct EvidenceDigest: Hashable, Sendable, CustomStringConvertible {
  /// 64 lower-case hexadecimal digits.
  public let hex: String

  /// The digest that `text` spells in either case; nil for anything else.
  public init?(_ text: String) {
    guard text.utf8.count == 64, text.utf8.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }) else {
      return nil
    }
    self.hex = text.lowercased()
  }

  /// The hexadecimal digits.
  public var description: String { hex }
}
