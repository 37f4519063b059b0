// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import CLinux

/// A head as mere octets: where it ends, and a number for it.
enum HeadOctets {
  /// The octets up to and with the first empty line; nil if it is not among the first `limit`.
  static func length(in input: Span<UInt8>, limit: Int) -> Int? {
    let length = unsafe input.withUnsafeBytes { octets in
      // The search stays inside `octets`.
      unsafe cordon_head_length(octets.baseAddress, min(octets.count, limit))
    }
    return length > 0 ? length : nil
  }

  /// A number that depends on every octet of `head` and on `seed`.
  static func hash(_ head: Span<UInt8>, seed: UInt64) -> UInt64 {
    unsafe head.withUnsafeBytes { octets in
      var hash = seed ^ UInt64(truncatingIfNeeded: octets.count)
      var position = 0
      while position + 8 <= octets.count {
        // Eight octets are left.
        let eight = unsafe octets.loadUnaligned(fromByteOffset: position, as: UInt64.self)
        hash = mixed(hash ^ eight)
        position += 8
      }
      while position < octets.count {
        let octet = unsafe octets[position]
        hash = mixed(hash ^ UInt64(octet))
        position += 1
      }
      return hash
    }
  }

  /// The halves of the product with a large odd number, folded together.
  private static func mixed(_ value: UInt64) -> UInt64 {
    let product = value.multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
    return product.high ^ product.low
  }
}
