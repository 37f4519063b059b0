// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import StrictJSON

extension SubmissionBody {
  /// Only UTF-8 is read. What else spreadsheets and desktops write is called by its name, so that the officer knows what to do.
  static func checkEncoding(_ octets: [UInt8]) throws(SubmissionBodyError) {
    if let kind = foreignKind(octets) {
      throw SubmissionBodyError(.invalidUTF8, detail: "\(kind) Save it as CSV or text in UTF-8.")
    }
    guard let offset = UTF8Check.firstInvalid(in: octets) else { return }
    let place = place(of: offset, in: octets)
    let digits = String(octets[offset], radix: 16, uppercase: true)
    throw SubmissionBodyError(
      .invalidUTF8, line: place.line, column: place.column,
      detail:
        "The octet \(digits) is no UTF-8 here; is the text in Windows-1252 or the like? Save it in UTF-8.")
  }

  /// The octets after a byte order mark.
  static func content(of octets: [UInt8]) -> ArraySlice<UInt8> {
    octets.starts(with: [0xEF, 0xBB, 0xBF]) ? octets.dropFirst(3) : octets[...]
  }

  private static func foreignKind(_ octets: [UInt8]) -> String? {
    func starts(_ mark: UInt8...) -> Bool { octets.starts(with: mark) }
    if starts(0xFF, 0xFE) || starts(0xFE, 0xFF) || octets.prefix(2).contains(0) && octets.count > 1 {
      return "This is UTF-16, as spreadsheets write \u{201C}Unicode text\u{201D}."
    }
    if starts(0x50, 0x4B, 0x03, 0x04) { return "This is a spreadsheet's own file or a ZIP archive." }
    if starts(0xD0, 0xCF, 0x11, 0xE0) { return "This is an old spreadsheet's or word processor's own file." }
    if starts(0x1F, 0x8B) || starts(0x28, 0xB5, 0x2F, 0xFD) { return "This is compressed." }
    return starts(0x25, 0x50, 0x44, 0x46) ? "This is a PDF." : nil
  }

  private static func place(of offset: Int, in octets: [UInt8]) -> (line: Int, column: Int) {
    var (line, column) = (1, 1)
    let content = content(of: octets)
    for octet in content[..<max(offset, content.startIndex)] {
      if octet == UInt8(ascii: "\n") {
        line += 1
        column = 1
      } else if octet & 0xC0 != 0x80 {
        column += 1
      }
    }
    return (line, column)
  }
}
