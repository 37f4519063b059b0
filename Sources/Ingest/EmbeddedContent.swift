// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Names

/// Finds content where only references may stand.
enum EmbeddedContent {
  /// Longer than a SHA-512 in hexadecimal, the longest honest run of letters and digits.
  private static let longestRun = 128
  /// Longer than words that people write: of such, one after the other, a blob in lines is made.
  private static let longestWord = 39
  /// So many characters that read like base64 or hexadecimal are accepted in all: four SHA-256 in hexadecimal.
  private static let mostEncodedText = 256
  /// Too short for content of any kind but a `data:` URL.
  private static let shortest = 32

  /// Where, from 1, a `data:` URL, a base64 blob, a file or too much of encoded text begins, and what it is; nil for none.
  static func finding(in text: String) -> (column: Int, detail: String)? {
    guard text.utf8.count >= shortest || text.utf8.contains(UInt8(ascii: ":")) else { return nil }
    let scalars = Array(text.unicodeScalars)
    if let column = dataColumn(scalars) { return (column, "A data: URL begins here, and it is content.") }
    if let column = blobColumn(scalars) {
      return (column, "More than \(longestRun) characters of base64 begin here, without a break or in lines.")
    }
    let octets = text.utf8
    return signs(in: octets.span).map { finding in
      let index = octets.index(octets.startIndex, offsetBy: finding.offset)
      return (text.unicodeScalars.distance(from: text.startIndex, to: index) + 1, finding.detail)
    }
  }

  /// Dates and times are no encoded text; what else is a sign stays one, whatever of it looks like a date.
  private static func signs(in octets: Span<UInt8>) -> ContentFinding? {
    guard let finding = ContentFinding.first(in: octets, encodedTextLimit: mostEncodedText) else {
      return nil
    }
    guard case .encodedText = finding.sign else { return finding }
    let rest = DatesAndTimes.blanked(octets.indices.map { octets[$0] })
    return ContentFinding.first(in: rest.span, encodedTextLimit: mostEncodedText)
  }

  private static func dataColumn(_ scalars: [Unicode.Scalar]) -> Int? {
    for (index, scalar) in scalars.enumerated() where scalar == ":" && index >= 4 {
      guard String(String.UnicodeScalarView(scalars[(index - 4)..<index])).lowercased() == "data" else {
        continue
      }
      let boundary = index == 4 || !scalars[index - 5].properties.isAlphabetic
      let follows = index + 1 < scalars.count && !scalars[index + 1].properties.isWhitespace
      if boundary, follows { return index - 3 }
    }
    return nil
  }

  private static func blobColumn(_ scalars: [Unicode.Scalar]) -> Int? {
    // Long runs with nothing but blanks between them count as one.
    var chain = (start: 0, length: 0)
    var start = 0
    while start < scalars.count {
      let run = Array(scalars[start...].prefix(while: isBlob).map { UInt8($0.value) })
      if run.count > longestRun { return start + 1 }
      if run.count > longestWord, !isHexadecimal(run) {
        if chain.length == 0 { chain.start = start }
        chain.length += run.count
        if chain.length > longestRun { return chain.start + 1 }
      } else if !run.isEmpty {
        chain.length = 0
      }
      start += run.count
      while start < scalars.count, !isBlob(scalars[start]) {
        if !scalars[start].properties.isWhitespace { chain.length = 0 }
        start += 1
      }
    }
    return nil
  }

  private static func isBlob(_ scalar: Unicode.Scalar) -> Bool {
    guard scalar.isASCII else { return false }
    return scalar.properties.isAlphabetic || "0123456789+/=_-".unicodeScalars.contains(scalar)
  }

  private static func isHexadecimal(_ run: [UInt8]) -> Bool {
    run.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0 | 0x20) }
  }
}
