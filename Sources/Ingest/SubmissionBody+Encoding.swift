// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

extension SubmissionBody {
  /// Only UTF-8 is read. What else spreadsheets and desktops write is called by its name, so that the officer knows what to do.
  static func checkKind(_ octets: [UInt8]) throws(SubmissionBodyError) {
    guard let kind = foreignKind(octets) else { return }
    throw SubmissionBodyError(.invalidUTF8, detail: "\(kind) Save it as CSV or text in UTF-8.")
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
}
