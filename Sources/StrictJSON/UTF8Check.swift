// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// UTF-8 as RFC 3629 has it: no overlong form, no surrogate, nothing past U+10FFFF.
package enum UTF8Check {
  /// The offset of the first octet of the first ill-formed sequence.
  package static func firstInvalid(in octets: [UInt8]) -> Int? {
    var index = 0
    while index < octets.count {
      if octets[index] < 0x80 {
        index += 1
        continue
      }
      guard let length = sequenceLength(octets, at: index) else { return index }
      index += length
    }
    return nil
  }

  private static func sequenceLength(_ octets: [UInt8], at index: Int) -> Int? {
    let length: Int
    var second: ClosedRange<UInt8> = 0x80...0xBF
    switch octets[index] {
    case 0xC2...0xDF: length = 2
    case 0xE0: (length, second) = (3, 0xA0...0xBF)
    case 0xED: (length, second) = (3, 0x80...0x9F)
    case 0xE1...0xEF: length = 3
    case 0xF0: (length, second) = (4, 0x90...0xBF)
    case 0xF1...0xF3: length = 4
    case 0xF4: (length, second) = (4, 0x80...0x8F)
    default: return nil
    }
    guard index + length <= octets.count, second.contains(octets[index + 1]) else { return nil }
    for offset in 2..<max(length, 2) where octets[index + offset] & 0xC0 != 0x80 { return nil }
    return length
  }
}
