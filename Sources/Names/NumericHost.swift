// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Hosts that a browser takes for IP addresses (URL Standard, "host parsing", "IPv4 parser", "IPv6 parser").
enum NumericHost {
  /// What the labels mean as an IPv4 address.
  enum Verdict: Equatable {
    /// The last label is not a number: this is a name.
    case name
    case address(UInt32)
    /// A browser takes it for an address and then refuses it.
    case invalid
  }

  /// The verdict on lower-case `labels`, without an empty last one ("ends in a number checker").
  static func verdict(on labels: [String]) -> Verdict {
    guard let last = labels.last, endsInNumber(last) else { return .name }
    guard labels.count <= 4 else { return .invalid }
    var numbers: [UInt64] = []
    for label in labels {
      guard let number = number(label) else { return .invalid }
      numbers.append(number)
    }
    let tail = numbers.removeLast()
    guard numbers.allSatisfy({ $0 <= 255 }), tail < 1 << (8 * UInt64(4 - numbers.count)) else {
      return .invalid
    }
    var address = tail
    for (index, number) in numbers.enumerated() { address += number << (8 * UInt64(3 - index)) }
    return .address(UInt32(address))
  }

  /// Whether a name that ends in `label` is parsed as an IPv4 address.
  static func endsInNumber(_ label: String) -> Bool {
    guard !label.isEmpty else { return false }
    if label.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) { return true }
    return label.hasPrefix("0x") && number(label) != nil
  }

  /// The IPv4 number `text` in decimal, `0x` hexadecimal or `0` octal; too large a one is `UInt64.max`.
  private static func number(_ text: String) -> UInt64? {
    guard !text.isEmpty else { return nil }
    var digits = text[...]
    var radix: UInt64 = 10
    if digits.hasPrefix("0x") {
      (digits, radix) = (digits.dropFirst(2), 16)
    } else if digits.utf8.count > 1, digits.hasPrefix("0") {
      (digits, radix) = (digits.dropFirst(), 8)
    }
    var value: UInt64 = 0
    for digit in digits {
      guard digit.isASCII, let worth = digit.hexDigitValue, worth < radix else { return nil }
      value = value > 1 << 32 ? value : value * radix + UInt64(worth)
    }
    return value
  }

  /// Dotted decimal.
  static func text(_ address: UInt32) -> String {
    [24, 16, 8, 0].map { String((address >> $0) & 255) }.joined(separator: ".")
  }

  /// The eight pieces of the IPv6 address spelled by `text` (without brackets), or nil when it is none.
  static func sixteenBitPieces(_ text: String) -> [UInt16]? {
    guard text.unicodeScalars.allSatisfy(\.isASCII) else { return nil }
    var halves: [[UInt16]] = []
    for half in splitAtDoubleColon(text) {
      guard let pieces = pieces(half) else { return nil }
      halves.append(pieces)
    }
    let count = halves.reduce(0) { $0 + $1.count }
    switch halves.count {
    case 1: return count == 8 ? halves[0] : nil
    case 2 where count < 8 && !endsInIPv4(halves, text):
      return halves[0] + Array(repeating: 0, count: 8 - count) + halves[1]
    default: return nil
    }
  }

  /// An embedded IPv4 address may only end the whole text, never the part before `::`.
  private static func endsInIPv4(_ halves: [[UInt16]], _ text: String) -> Bool {
    splitAtDoubleColon(text)[0].contains(".")
  }

  private static func splitAtDoubleColon(_ text: String) -> [Substring] {
    var found: [Substring] = []
    var start = text.startIndex
    var index = text.startIndex
    while index < text.endIndex {
      let next = text.index(after: index)
      if text[index] == ":", next < text.endIndex, text[next] == ":" {
        found.append(text[start..<index])
        start = text.index(after: next)
        index = start
      } else {
        index = next
      }
    }
    return found + [text[start...]]
  }

  private static func pieces(_ half: Substring) -> [UInt16]? {
    guard !half.isEmpty else { return [] }
    var pieces: [UInt16] = []
    let parts = half.split(separator: ":", omittingEmptySubsequences: false)
    for (index, part) in parts.enumerated() {
      if index == parts.count - 1, part.contains(".") {
        guard let address = dottedDecimal(part) else { return nil }
        pieces += [UInt16(address >> 16), UInt16(address & 0xFFFF)]
      } else {
        guard (1...4).contains(part.count), part.allSatisfy(\.isHexDigit),
          let piece = UInt16(part, radix: 16)
        else { return nil }
        pieces.append(piece)
      }
    }
    return pieces
  }

  /// Four decimal parts without leading zeros: the only IPv4 spelling inside IPv6.
  private static func dottedDecimal(_ text: Substring) -> UInt32? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var address: UInt32 = 0
    for part in parts {
      guard part.allSatisfy({ $0 >= "0" && $0 <= "9" }), part.count == 1 || part.first != "0",
        let value = UInt8(part)
      else { return nil }
      address = address << 8 | UInt32(value)
    }
    return address
  }
}
