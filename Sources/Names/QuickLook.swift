// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// A short first look that clears a text of carrying content, as it does nearly every address; what it does not clear is
/// searched in full, so that it decides nothing by itself.
///
/// It counts kinds of characters, and from the counts knows what cannot be found: too few for the limit of encoded text, or for a
/// file in hexadecimal. A file in base64 can only begin where enough characters are left, and with three of few.
enum QuickLook {
  /// Counts of octets, by kind; none passes `mostOctets`.
  private typealias Counts = SIMD8<UInt16>
  private static let mostOctets = Int(UInt16.max)
  /// The kinds, by their place among the counts.
  private static let (alphanumeric, hexadecimal, standardMark, urlMark, colon, percent, angle, noText) = (
    0, 1, 2, 3, 4, 5, 6, 7
  )

  /// Whether `octets` carry nothing that the full search finds, with `limit` characters of encoded text taken.
  static func clears(_ octets: Span<UInt8>, limit: Int) -> Bool {
    guard octets.count <= min(limit, mostOctets) else { return false }
    let counts = counts(octets)
    guard counts[percent] > 0 else { return clears(octets, counts) }
    guard let decoded = PercentLayers.undone(octets) else { return false }
    let decodedCounts = Self.counts(decoded.span)
    // What is no text is a sign by itself from a few octets on, and counts twice.
    let binary = Int(decodedCounts[noText])
    return binary < TextSurvey.fewestBinary && decoded.count + 2 * binary <= limit
      && clears(decoded.span, decodedCounts)
  }

  private static func clears(_ octets: Span<UInt8>, _ counts: Counts) -> Bool {
    counts[angle] == 0 && counts[hexadecimal] < SignatureSearch.fewestCharacters
      && (counts[colon] == 0 || !mayNameData(octets, colons: Int(counts[colon])))
      && !mayBeginFile(octets, counts)
  }

  private static func counts(_ octets: Span<UInt8>) -> Counts {
    let kinds = kinds.span
    var counts = Counts.zero
    for index in octets.indices { counts &+= kinds[Int(octets[index])] }
    return counts
  }

  /// What counts for each octet.
  private static let kinds: [Counts] = (0...UInt8.max).map { octet in
    var counts = Counts.zero
    switch octet {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: counts[alphanumeric] = 1
    case UInt8(ascii: "+"), UInt8(ascii: "/"): counts[standardMark] = 1
    case UInt8(ascii: "-"), UInt8(ascii: "_"): counts[urlMark] = 1
    case UInt8(ascii: ":"): counts[colon] = 1
    case UInt8(ascii: "%"): counts[percent] = 1
    case UInt8(ascii: "<"): counts[angle] = 1
    // Of characters beyond ASCII each octet, since those that are no UTF-8 are not known apart here.
    case 0x80...: counts[noText] = 1
    default: counts[noText] = TextSurvey.isControl(octet) ? 1 : 0
    }
    if PercentLayers.digit(octet) != nil { counts[hexadecimal] = 1 }
    return counts
  }

  /// Whether the word before one of so many colons ends in "data".
  private static func mayNameData(_ octets: Span<UInt8>, colons: Int) -> Bool {
    var left = colons
    for index in octets.indices where octets[index] == UInt8(ascii: ":") {
      if index >= 4, octets[index - 1] | 0x20 == UInt8(ascii: "a"),
        octets[index - 4] | 0x20 == UInt8(ascii: "d")
      {
        return true
      }
      left -= 1
      if left == 0 { break }
    }
    return false
  }

  /// The three readings of `SignatureSearch`; one that leaves out marks which do not occur is the first one again.
  private static func mayBeginFile(_ octets: Span<UInt8>, _ counts: Counts) -> Bool {
    let (letters, standard, url) = (
      Int(counts[alphanumeric]), Int(counts[standardMark]), Int(counts[urlMark])
    )
    if mayBeginFile(octets, characters: letters + standard + url, values: bothMarks) { return true }
    if url > 0, mayBeginFile(octets, characters: letters + standard, values: standardMarks) { return true }
    return standard > 0 && mayBeginFile(octets, characters: letters + url, values: urlMarks)
  }

  /// Whether three characters stand anywhere that a file may begin with, and enough for a file from there.
  private static func mayBeginFile(_ octets: Span<UInt8>, characters: Int, values: [UInt8]) -> Bool {
    guard characters >= SignatureSearch.fewestCharacters else { return false }
    // The last one that has to be read: the third of the last place where a file may begin.
    var left = characters - SignatureSearch.fewestCharacters + 3
    let values = values.span
    let table = MediaSignature.openings
    let openings = table.span
    var window = 0
    for index in octets.indices {
      let value = values[Int(octets[index])]
      guard value != skipped else { continue }
      window = (window << 6 | Int(value)) & (1 << 18 - 1)
      if openings[window >> 6] & 1 << UInt64(window & 63) != 0 { return true }
      left -= 1
      if left == 0 { break }
    }
    return false
  }

  private static let skipped = UInt8.max

  private static let bothMarks = values { SignatureSearch.base64WithAllMarks($0) }
  private static let standardMarks = values { SignatureSearch.base64WithStandardMarks($0) }
  private static let urlMarks = values { SignatureSearch.base64WithURLMarks($0) }

  private static func values(_ value: (UInt8) -> UInt16) -> [UInt8] {
    (0...UInt8.max).map { UInt8(exactly: value($0)) ?? skipped }
  }
}
