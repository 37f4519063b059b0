// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// What a report may not hold although a browser reads past it: signs that a cell, a line or a clipboard held something
/// other than one address. Browsers drop such characters, and so make a name that nobody wrote.
enum ReportForm {
  /// Looks at the text as sent, its blanks at both ends aside.
  ///
  /// - Throws: `control-character`, `white-space`, `invisible-character`, `glued-addresses`, at the code point to blame.
  static func check(_ text: String) throws(NameRefusal) {
    guard !isPlain(text.utf8.span) else { return }
    let all = Placed.all(of: text)
    let blanks = all.prefix { $0.is(" ") }.count
    var inside = all[blanks...]
    while inside.last?.is(" ") == true { inside.removeLast() }
    if let first = inside.first, first.is("=") {
      throw NameRefusal(
        .forbiddenCodePoint, column: first.column, detail: "This is a spreadsheet's formula, not an address.")
    }
    for placed in inside { try check(placed) }
    try GluedAddresses.check(Array(inside))
  }

  /// Looks at a host whose percent-encoding is undone: it hides nothing that it may not hold in plain sight.
  ///
  /// - Throws: `control-character`, `white-space`, `invisible-character`, at the code point to blame.
  static func check(host decoded: [Placed]) throws(NameRefusal) {
    for placed in decoded where !placed.scalar.isASCII { try check(placed) }
  }

  /// Printable ASCII without a `:` that may end a second scheme, or a formula: nothing to look for.
  private static func isPlain(_ octets: Span<UInt8>) -> Bool {
    guard octets.isEmpty || octets[0] != UInt8(ascii: "=") else { return false }
    for index in octets.indices {
      guard (0x21...0x7E).contains(octets[index]) else { return false }
      guard octets[index] == UInt8(ascii: ":"), index != 4, index != 5, index + 1 < octets.count
      else { continue }
      switch octets[index + 1] {
      case UInt8(ascii: "/"), UInt8(ascii: "\\"), UInt8(ascii: "]"), UInt8(ascii: ")"), UInt8(ascii: "}"):
        return false
      default: continue
      }
    }
    return true
  }

  private static func check(_ placed: Placed) throws(NameRefusal) {
    let scalar = placed.scalar
    if scalar.isASCII, scalar.value > 0x20, scalar.value != 0x7F { return }
    switch scalar {
    case "\r":
      throw NameRefusal(
        .controlCharacter, column: placed.column,
        detail: "A carriage return stands inside the address; a line ends in LF or CR LF.")
    case "\t":
      throw NameRefusal(
        .controlCharacter, column: placed.column, detail: "A tab stands inside the address: two cells?")
    default: break
    }
    if scalar.properties.generalCategory == .control {
      throw NameRefusal(
        .controlCharacter, column: placed.column,
        detail: "A control character, \(scalar.called), stands inside the address.")
    }
    if scalar.properties.isWhitespace {
      throw NameRefusal(
        .whiteSpace, column: placed.column,
        detail: scalar == " "
          ? "A blank stands inside the address: one address a line; a blank in a path is written %20."
          : "White space, \(scalar.called), stands in the address.")
    }
    if scalar.isInvisible {
      throw NameRefusal(
        .invisibleCharacter, column: placed.column,
        detail: "A character that nobody sees, \(scalar.called), stands in the address.")
    }
  }
}

extension Unicode.Scalar {
  /// Neither ink nor a blank, and no joiner that some scripts need: zero-width and direction marks, soft hyphens.
  package var isInvisible: Bool {
    switch value {
    case 0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180E, 0x200B, 0x3164, 0xFEFF, 0xFFA0: true
    case 0x200E...0x200F, 0x202A...0x202E, 0x2060...0x206F, 0xFFF9...0xFFFB, 0xE0000...0xE0FFF: true
    default: false
    }
  }

  /// The code point and its name, for people: `U+201D (right double quotation mark)`.
  package var called: String {
    let digits = String(value, radix: 16, uppercase: true)
    let code = "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    let name = properties.name ?? properties.nameAlias
    return name.map { "\(code) (\($0.lowercased()))" } ?? code
  }
}
