// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import CLinux

/// A range of addresses, `10.0.0.0/8` or `2001:db8::/32`; an address alone is a range of one.
public struct NetworkRange: Hashable, Sendable {
  private let octets: [UInt8]
  private let bits: Int

  /// Nil for text that is none, and for one whose address has bits set behind its length.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let octets = Self.octets(of: String(parts[0])) else { return nil }
    var bits = octets.count * 8
    if parts.count == 2 {
      guard (1...3).contains(parts[1].utf8.count), parts[1].utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
        let number = Int(parts[1]), number <= bits
      else { return nil }
      bits = number
    }
    self.octets = octets
    self.bits = bits
    for bit in bits..<octets.count * 8 where octets[bit / 8] & (0x80 >> UInt8(bit % 8)) != 0 { return nil }
  }

  /// Whether an address, as text, lies in it; IPv4 inside of IPv6 counts as IPv4.
  public func contains(_ address: String) -> Bool {
    guard let other = Self.octets(of: address), other.count == octets.count else { return false }
    let whole = bits / 8
    guard other[..<whole] == octets[..<whole] else { return false }
    guard bits % 8 > 0 else { return true }
    let mask = UInt8(truncatingIfNeeded: 0xFF00 >> (bits % 8))
    return other[whole] & mask == octets[whole] & mask
  }

  /// The 4 or 16 octets of an address.
  private static func octets(of address: String) -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: 16)
    // The system's reader would stop at a zero.
    guard !address.utf8.contains(0) else { return nil }
    let count = Int(unsafe cordon_address_octets(address, &buffer))
    return count > 0 ? Array(buffer[..<count]) : nil
  }
}
