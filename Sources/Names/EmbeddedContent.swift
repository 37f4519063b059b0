// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Keeps content out of a field for addresses: none of ours may hold an image, not even a small one.
enum EmbeddedContent {
  /// The longest address accepted, in characters as browsers send it: three for each octet that is percent-encoded then.
  static let maximumLength = 2_048
  /// The longest run of base64 characters accepted, `/` aside.
  static let maximumRun = 512
  /// So many characters that read like base64 or hexadecimal are accepted in all: room for the tokens of signed addresses, 768 octets.
  static let maximumEncodedText = 1_024

  /// Refuses `text` when it carries content.
  ///
  /// - Throws: `embedded-content`, where the content begins, or at the first character over the limit.
  static func check(_ text: String) throws(NameRefusal) {
    let octets = text.utf8.span
    guard let (offset, detail) = offence(octets) else { return }
    let index = text.utf8.index(text.utf8.startIndex, offsetBy: offset)
    let column = text.unicodeScalars.distance(from: text.startIndex, to: index) + 1
    throw NameRefusal(.embeddedContent, column: column, detail: detail)
  }

  private static func offence(_ octets: Span<UInt8>) -> (offset: Int, detail: String)? {
    if octets.count * 3 > maximumLength, let offset = offsetOverLength(octets) {
      return (offset, "An address is at most \(maximumLength) characters, as browsers send it.")
    }
    if octets.count > maximumRun, let offset = runOverLimit(octets) {
      return (offset, "More than \(maximumRun) characters of base64 without a break begin here.")
    }
    let finding = ContentFinding.first(in: octets, encodedTextLimit: maximumEncodedText)
    return finding.map { ($0.offset, $0.detail + " The host alone is enough for a report.") }
  }

  private static func offsetOverLength(_ octets: Span<UInt8>) -> Int? {
    var length = 0
    for index in octets.indices {
      length += isSentAsItIs(octets[index]) ? 1 : 3
      // The first octet of a character beyond, or of the one that does not fit.
      if length > maximumLength { return characterStart(octets, index) }
    }
    return nil
  }

  private static func isSentAsItIs(_ octet: UInt8) -> Bool {
    switch octet {
    case 0x22, 0x3C, 0x3E, 0x60: false
    case 0x21...0x7E: true
    default: false
    }
  }

  private static func characterStart(_ octets: Span<UInt8>, _ index: Int) -> Int {
    var start = index
    while start > 0, octets[start] & 0xC0 == 0x80 { start -= 1 }
    return start
  }

  private static func runOverLimit(_ octets: Span<UInt8>) -> Int? {
    var start = 0
    for index in octets.indices where !isBase64(octets[index]) {
      if index - start > maximumRun { return start }
      start = index + 1
    }
    return octets.count - start > maximumRun ? start : nil
  }

  /// The base64 and base64url alphabets without `/`, which also parts a path.
  private static func isBase64(_ octet: UInt8) -> Bool {
    switch octet {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2B, 0x2D, 0x3D, 0x5F: true
    default: false
    }
  }
}
