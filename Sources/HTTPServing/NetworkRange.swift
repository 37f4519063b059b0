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
    var buffer = [UInt8](repeating: 0, count: 16)
    let count = Int(unsafe cordon_address_octets(String(parts[0]), &buffer))
    guard count > 0 else { return nil }
    var bits = count * 8
    if parts.count == 2 {
      guard (1...3).contains(parts[1].utf8.count), parts[1].utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
        let number = Int(parts[1]), number <= bits
      else { return nil }
      bits = number
    }
    octets = Array(buffer[..<count])
    self.bits = bits
    for bit in bits..<count * 8 where octets[bit / 8] & (0x80 >> UInt8(bit % 8)) != 0 { return nil }
  }

  /// Whether an address, as text, lies in it; IPv4 inside of IPv6 counts as IPv4.
  public func contains(_ address: String) -> Bool {
    var buffer = [UInt8](repeating: 0, count: 16)
    let count = Int(unsafe cordon_address_octets(address, &buffer))
    guard count == octets.count else { return false }
    let whole = bits / 8
    guard buffer[..<whole] == octets[..<whole] else { return false }
    guard bits % 8 > 0 else { return true }
    let mask = UInt8(truncatingIfNeeded: 0xFF00 >> (bits % 8))
    return buffer[whole] & mask == octets[whole] & mask
  }
}
