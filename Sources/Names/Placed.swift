// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// One code point of the submitted text and where it stood, so that any later refusal can point at it.
struct Placed {
  let scalar: Unicode.Scalar
  /// From 1, in code points of the text as given.
  let column: Int

  /// Every code point of `text`.
  static func all(of text: String) -> [Placed] {
    var all: [Placed] = []
    all.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars { all.append(Placed(scalar: scalar, column: all.count + 1)) }
    return all
  }

  /// The code points of `text` as the WHATWG URL parser sees them: C0 controls and spaces trimmed from both ends,
  /// tabs and newlines removed everywhere (URL Standard, "basic URL parser", steps 1–3).
  static func stripped(_ text: String) -> [Placed] {
    var stripped: [Placed] = []
    stripped.reserveCapacity(text.utf8.count)
    // How many are left when the end is trimmed.
    var (column, kept) = (0, 0)
    for scalar in text.unicodeScalars {
      column += 1
      let isTrimmed = scalar.value <= 0x20
      if isTrimmed, stripped.isEmpty || [0x09, 0x0A, 0x0D].contains(scalar.value) { continue }
      stripped.append(Placed(scalar: scalar, column: column))
      if !isTrimmed { kept = stripped.count }
    }
    stripped.removeLast(stripped.count - kept)
    return stripped
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
