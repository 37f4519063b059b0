// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Keeps content out of a field for addresses: none of ours may hold an image, not even a small one.
enum EmbeddedContent {
  /// The longest address accepted, in code points.
  static let maximumCodePoints = 2_048
  /// The longest run of base64 characters accepted.
  static let maximumRun = 512
  /// A shorter run is content too when it begins like a media file in base64.
  static let minimumSignedRun = 32

  /// Refuses `text` when it carries content.
  ///
  /// - Throws: `embedded-content`, at the start of the run, or at the first code point over the limit.
  static func check(_ text: String) throws(NameRefusal) {
    guard let offset = offendingOctet(text.utf8.span) else { return }
    let index = text.utf8.index(text.utf8.startIndex, offsetBy: offset)
    let column = text.unicodeScalars.distance(from: text.startIndex, to: index) + 1
    throw NameRefusal(
      .embeddedContent, column: column,
      detail: "An address is at most \(maximumCodePoints) characters and carries no encoded content.")
  }

  /// Where content begins, in octets; nil when there is none.
  static func offendingOctet(_ octets: Span<UInt8>) -> Int? {
    var runStart = 0
    var codePoints = 0
    for index in octets.indices {
      let octet = octets[index]
      if octet & 0xC0 != 0x80 {
        codePoints += 1
        if codePoints > maximumCodePoints { return index }
      }
      guard !isBase64(octet) else { continue }
      if isContent(octets, runStart..<index) { return runStart }
      runStart = index + 1
    }
    return isContent(octets, runStart..<octets.count) ? runStart : nil
  }

  private static func isContent(_ octets: Span<UInt8>, _ run: Range<Int>) -> Bool {
    guard run.count >= minimumSignedRun else { return false }
    return run.count > maximumRun || MediaSignature.begins(base64: octets.extracting(run))
  }

  /// The base64 and base64url alphabets without `/`, which also parts a path.
  private static func isBase64(_ octet: UInt8) -> Bool {
    switch octet {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2B, 0x2D, 0x3D, 0x5F: true
    default: false
    }
  }
}
