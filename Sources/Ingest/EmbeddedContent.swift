// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Names

/// Finds content where only references may stand.
enum EmbeddedContent {
  /// Longer than a SHA-512 in hexadecimal, the longest honest run of letters and digits.
  private static let longestRun = 128
  /// Longer than words that people write: of such, one after the other, a blob in lines is made.
  private static let longestWord = 39
  /// A run of so many characters is content when it begins as a media file does.
  private static let signedRun = 32
  /// Digests in hexadecimal, which may begin in any way.
  private static let digestLengths: Set = [32, 40, 56, 64, 96, 128]

  /// Where, from 1, a `data:` URL, a base64 blob or a media file in hexadecimal begins; nil for none.
  static func column(in text: String) -> Int? {
    guard text.utf8.count >= signedRun || text.utf8.contains(UInt8(ascii: ":")) else { return nil }
    let scalars = Array(text.unicodeScalars)
    return dataColumn(scalars) ?? blobColumn(scalars)
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
      if run.count > longestRun || isMediaFile(run) { return start + 1 }
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

  private static func isMediaFile(_ run: [UInt8]) -> Bool {
    guard run.count >= signedRun else { return false }
    if MediaSignature.begins(base64: run.span) { return true }
    return isHexadecimal(run) && !digestLengths.contains(run.count)
      && MediaSignature.begins(hexadecimal: run.span)
  }

  private static func isHexadecimal(_ run: [UInt8]) -> Bool {
    run.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0 | 0x20) }
  }
}
