// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Labels of symbols and ASCII, such as emoji names.
///
/// UTS #46 holds them valid and browsers resolve them, registries of some countries sell them, but IDNA2008, and with it
/// libidn2, does not know them. A name that resolves must be listable, so these labels are converted here.
enum SymbolLabel {
  /// The A-label for `scalars` (a U-label) or for what an `xn--` label encodes; nil when the label is not of this kind.
  static func aLabel(_ scalars: [Unicode.Scalar]) -> String? {
    let lowered = scalars.map(\.lowercasedASCII)
    let text = String(String.UnicodeScalarView(lowered))
    guard text.hasPrefix("xn--") else {
      let shown = lowered.filter { $0 != "\u{FE0F}" && $0 != "\u{FE0E}" }
      return accepts(shown) ? "xn--" + Punycode.encoded(shown) : nil
    }
    guard let decoded = Punycode.decoded(text.dropFirst(4)), accepts(decoded),
      "xn--" + Punycode.encoded(decoded) == text
    else { return nil }
    return text
  }

  private static func accepts(_ scalars: [Unicode.Scalar]) -> Bool {
    scalars.contains { !$0.isASCII }
      && scalars.allSatisfy { $0.isLetterDigitHyphen && !("A"..."Z").contains($0) || isSymbol($0) }
  }

  /// A symbol that UTS #46 keeps as it is: not changed by NFKC case folding, and none of the few it disallows.
  private static func isSymbol(_ scalar: Unicode.Scalar) -> Bool {
    guard !scalar.isASCII, !scalar.properties.changesWhenNFKCCaseFolded else { return false }
    switch scalar.value {
    case 0x1F3FB...0x1F3FF: return true  // skin tones
    case 0x2FF0...0x2FFF, 0x31EF, 0xFFFC, 0xFFFD: return false  // ideographic description, replacement
    default: return scalar.properties.generalCategory == .otherSymbol
    }
  }
}
