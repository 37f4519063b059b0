// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

extension JSONParser {
  /// The string that starts here; the document is known to be UTF-8, so only escapes need care.
  mutating func string(quote: Unicode.Scalar) throws(JSONError) -> String {
    position += 1
    let close = UInt8(ascii: quote)
    var run = position
    var decoded: [UInt8] = []
    while let octet = current {
      if octet == close {
        decoded.append(contentsOf: octets[run..<position])
        position += 1
        return String(decoding: decoded, as: UTF8.self)
      }
      guard octet >= 0x20 else { throw refusal(.controlCharacter) }
      guard octet == UInt8(ascii: "\\") else {
        position += 1
        continue
      }
      decoded.append(contentsOf: octets[run..<position])
      try escape(into: &decoded)
      run = position
    }
    throw unexpected
  }

  private mutating func escape(into decoded: inout [UInt8]) throws(JSONError) {
    let start = position
    position += 1
    guard let octet = current else { throw unexpected }
    position += 1
    switch octet {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): decoded.append(octet)
    case UInt8(ascii: "'") where dialect == .json5: decoded.append(octet)
    case UInt8(ascii: "b"): decoded.append(0x08)
    case UInt8(ascii: "f"): decoded.append(0x0C)
    case UInt8(ascii: "n"): decoded.append(0x0A)
    case UInt8(ascii: "r"): decoded.append(0x0D)
    case UInt8(ascii: "t"): decoded.append(0x09)
    case UInt8(ascii: "u"):
      decoded.append(contentsOf: Array(String(Character(try escapedScalar(from: start))).utf8))
    default: throw refusal(.invalidEscape, at: start)
    }
  }

  private mutating func escapedScalar(from start: Int) throws(JSONError) -> Unicode.Scalar {
    let first = try fourHexDigits()
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard first < 0xDC00, take("\\"), take("u") else { throw refusal(.loneSurrogate, at: start) }
    let second = try fourHexDigits()
    guard (0xDC00...0xDFFF).contains(second),
      let scalar = Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
    else { throw refusal(.loneSurrogate, at: start) }
    return scalar
  }

  private mutating func fourHexDigits() throws(JSONError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let octet = current else { throw unexpected }
      switch octet {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt32(octet - 0x30)
      case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt32(octet - 0x57)
      case UInt8(ascii: "A")...UInt8(ascii: "F"): value = value << 4 | UInt32(octet - 0x37)
      default: throw refusal(.invalidEscape)
      }
      position += 1
    }
    return value
  }
}
