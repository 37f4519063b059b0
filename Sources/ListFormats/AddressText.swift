// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// An IP address in text, known to be well formed.
public struct AddressText: Hashable, Sendable, CustomStringConvertible {
  /// The address.
  public let text: String

  /// A dotted quad: four decimal numbers of 0...255 without leading zeros.
  public init?(ipv4 text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4, parts.allSatisfy(Self.isDecimalOctet) else { return nil }
    self.text = text
  }

  /// An IPv6 address (RFC 4291 §2.2 forms 1 and 2: no embedded dotted quad, no zone).
  public init?(ipv6 text: String) {
    guard text.utf8.allSatisfy(Self.isHexOrColon) else { return nil }
    let gap = text.indices.filter { text[$0...].hasPrefix("::") }
    let groups = text.split(separator: ":")
    guard groups.allSatisfy({ $0.utf8.count <= 4 }) else { return nil }
    let isWhole =
      gap.isEmpty && groups.count == 8
      && text.split(separator: ":", omittingEmptySubsequences: false).count == 8
    let isShortened = gap.count == 1 && groups.count <= 7 && Self.endsFit(text)
    guard isWhole || isShortened else { return nil }
    self.text = text.lowercased()
  }

  /// The text for people.
  public var description: String { text }

  private static func isDecimalOctet(_ part: Substring) -> Bool {
    guard part == "0" || !part.hasPrefix("0"), part.utf8.allSatisfy({ $0 &- 0x30 < 10 }) else { return false }
    return UInt8(part) != nil
  }

  private static func isHexOrColon(_ octet: UInt8) -> Bool {
    octet == UInt8(ascii: ":") || octet &- 0x30 < 10 || (octet | 0x20) &- 0x61 < 6
  }

  /// A single colon in front or at the end is no part of a shortened address.
  private static func endsFit(_ text: String) -> Bool {
    (!text.hasPrefix(":") || text.hasPrefix("::")) && (!text.hasSuffix(":") || text.hasSuffix("::"))
  }
}
