// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// The SHA-256 of evidence that the police hold: 64 hexadecimal digits, kept in lower case.
public struct EvidenceDigest: Hashable, Sendable, CustomStringConvertible {
  /// 64 lower-case hexadecimal digits.
  public let hex: String

  /// The digest that `text` spells in either case; nil for anything else.
  public init?(_ text: String) {
    guard text.utf8.count == 64 else { return nil }
    var isLower = true
    for octet in text.utf8 {
      switch octet {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): break
      case UInt8(ascii: "A")...UInt8(ascii: "F"): isLower = false
      default: return nil
      }
    }
    self.hex = isLower ? text : text.lowercased()
  }

  /// The hexadecimal digits.
  public var description: String { hex }
}
