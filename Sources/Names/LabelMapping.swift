// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import CIDN2

/// UTS #46 ToASCII of one label, non-transitional, by libidn2.
enum LabelMapping {
  /// Longer labels are refused without asking libidn2: nothing that long maps to 63 octets in earnest.
  static let maximumCodePoints = 255

  /// The A-label, or the plain ASCII label, that `label` maps to: lower case, letters, digits and hyphens only.
  ///
  /// - Throws: `invalid-idna`, `forbidden-code-point`, `empty-label`, `label-too-long`, at the code point to blame where one is,
  ///   else at the label.
  static func ascii(_ label: ArraySlice<Placed>) throws(NameRefusal) -> String {
    guard let first = label.first else { return "" }
    guard label.count <= maximumCodePoints else { throw tooLong(first.column) }
    let scalars = label.map(\.scalar)
    switch looked(up: scalars) {
    case .success(let text) where text.isEmpty:
      throw NameRefusal(.emptyLabel, column: first.column, detail: "Nothing of this label remains.")
    case .success(let text):
      guard text.unicodeScalars.allSatisfy(\.isLetterDigitHyphen) else {
        throw forbidden(in: label)
      }
      return text
    case .failure(let fault):
      if fault.isDisallowed, let symbols = SymbolLabel.aLabel(scalars), isReadBack(symbols) { return symbols }
      if fault.isTooLong { throw tooLong(first.column) }
      let culprit = blamed(in: label, for: fault)
      let who = culprit.map { "\($0.scalar.called) " } ?? ""
      throw NameRefusal(
        .invalidIDNA, column: (culprit ?? first).column, detail: "IDNA refuses \(who)here: \(fault.reason).")
    }
  }

  /// Whether `aLabel`, when it comes as such, is taken for a label of symbols too, and not refused for another reason.
  private static func isReadBack(_ aLabel: String) -> Bool {
    switch looked(up: Array(aLabel.unicodeScalars)) {
    case .success(let text): text == aLabel
    case .failure(let fault): fault.isDisallowed
    }
  }

  /// What libidn2 said against a label.
  struct Fault: Error {
    let code: Int32

    var isDisallowed: Bool {
      code == IDN2_DISALLOWED.rawValue || code == IDN2_UNASSIGNED.rawValue
    }

    var isTooLong: Bool {
      code == IDN2_TOO_BIG_LABEL.rawValue || code == IDN2_TOO_BIG_DOMAIN.rawValue
        || code == IDN2_PUNYCODE_BIG_OUTPUT.rawValue
    }

    var reason: String {
      guard let text = unsafe idn2_strerror(code) else { return "error \(code)" }
      return unsafe String(cString: text)
    }
  }

  private static func looked(up scalars: [Unicode.Scalar]) -> Result<String, Fault> {
    // STD3 is checked on the result: libidn2's own flag drops such characters silently, and so names another host.
    let flags = Int32(IDN2_NFC_INPUT.rawValue | IDN2_NONTRANSITIONAL.rawValue)
    // Capital sharp s stands for the small one since Unicode 15.1, and no longer for "ss" as in this libidn2.
    let current = scalars.map { $0 == "\u{1E9E}" ? "\u{DF}" : $0 }
    let octets = Array(String(String.UnicodeScalarView(current)).utf8) + [0]
    var output: UnsafeMutablePointer<UInt8>? = nil
    let code = unsafe octets.withUnsafeBufferPointer { input in
      unsafe idn2_lookup_u8(input.baseAddress, &output, flags)
    }
    defer { unsafe idn2_free(output) }
    guard code == IDN2_OK.rawValue, let text = unsafe output else { return .failure(Fault(code: code)) }
    return .success(unsafe String(cString: text))
  }

  /// The first code point that IDNA refuses even between two letters; nil when it is the label that it refuses.
  private static func blamed(in label: ArraySlice<Placed>, for fault: Fault) -> Placed? {
    if fault.code == IDN2_CONTEXTJ.rawValue || fault.code == IDN2_CONTEXTJ_NO_RULE.rawValue,
      let joiner = label.first(where: { $0.is("\u{200C}") || $0.is("\u{200D}") })
    {
      return joiner
    }
    guard fault.isDisallowed else { return nil }
    return label.first { placed in
      guard !placed.scalar.isASCII, case .failure(let own) = looked(up: ["a", placed.scalar, "a"])
      else { return false }
      return own.isDisallowed
    }
  }

  private static func forbidden(in label: ArraySlice<Placed>) -> NameRefusal {
    let culprit = label.first { placed in
      guard case .success(let text) = looked(up: [placed.scalar]) else { return false }
      return !text.unicodeScalars.allSatisfy(\.isLetterDigitHyphen)
    }
    return NameRefusal(
      .forbiddenCodePoint, column: (culprit ?? label[label.startIndex]).column,
      detail: "It stands for characters that no host name may hold.")
  }

  private static func tooLong(_ column: Int) -> NameRefusal {
    NameRefusal(.labelTooLong, column: column, detail: "A label holds at most 63 octets in its A-label form.")
  }
}
