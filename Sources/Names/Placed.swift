// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// One code point of the submitted text and where it stood, so that any later refusal can point at it.
struct Placed {
  let scalar: Unicode.Scalar
  /// From 1, in code points of the text as given.
  let column: Int

  /// Every code point of `text`.
  static func all(of text: String) -> [Placed] {
    text.unicodeScalars.enumerated().map { Placed(scalar: $1, column: $0 + 1) }
  }

  /// The code points of `text` as the WHATWG URL parser sees them: C0 controls and spaces trimmed from both ends,
  /// tabs and newlines removed everywhere (URL Standard, "basic URL parser", steps 1–3).
  static func stripped(_ text: String) -> [Placed] {
    let all = Placed.all(of: text)
    let start = all.firstIndex { $0.scalar.value > 0x20 } ?? all.endIndex
    let end = all.lastIndex { $0.scalar.value > 0x20 }.map { $0 + 1 } ?? start
    return all[start..<end].filter { ![0x09, 0x0A, 0x0D].contains($0.scalar.value) }
  }

  /// Whether this is the ASCII character `character`.
  func `is`(_ character: Unicode.Scalar) -> Bool { scalar == character }
}

extension Unicode.Scalar {
  var isASCIIDigit: Bool { ("0"..."9").contains(self) }

  var isASCIILetter: Bool { ("a"..."z").contains(self) || ("A"..."Z").contains(self) }

  /// Letters, digits and hyphen: all that STD 3 (RFC 1123 §2.1) lets a host name hold.
  var isLetterDigitHyphen: Bool { isASCIILetter || isASCIIDigit || self == "-" }

  var lowercasedASCII: Unicode.Scalar {
    ("A"..."Z").contains(self) ? Unicode.Scalar(UInt8(value) + 32) : self
  }

  /// A dot, or what UTS #46 maps to one.
  var isLabelSeparator: Bool {
    self == "." || self == "\u{3002}" || self == "\u{FF0E}" || self == "\u{FF61}"
  }
}
