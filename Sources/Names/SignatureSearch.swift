// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Looks for the beginning of a file in a text that may spell it in base64, in hexadecimal or in plain octets, at any place
/// and whatever parts it.
struct SignatureSearch {
  /// From its beginning to the end of the text a file has so many characters of base64 or hexadecimal,
  static let fewestCharacters = 32
  /// or so many plain octets.
  static let fewestOctets = 16

  private let beginnings = MediaSignature.beginnings

  /// Where a file begins in `octets`; nil when none does.
  ///
  /// - Parameters:
  ///   - hasBinary: whether there are octets that are no text: then they are looked at as they are, too.
  ///   - hasMarks: whether there may be the marks that SVG and XML begin with.
  static func firstFile(in octets: Span<UInt8>, hasBinary: Bool, hasMarks: Bool) -> Int? {
    let search = SignatureSearch()
    if let encoded = search.base64(octets) ?? search.hexadecimal(octets) { return encoded }
    if hasBinary { return search.plain(octets, MediaSignature.matchesPlainly) }
    return hasMarks ? search.plain(octets, MediaSignature.matchesMarks) : nil
  }

  /// A character that stands between two others; one that parts them for good.
  private static let (skipped, broken): (UInt16, UInt16) = (0x1FE, 0x1FF)

  /// Each of the four marks of base64 (RFC 4648 §4, §5) may also be what parts it, such as the slashes of a path.
  private func base64(_ octets: Span<UInt8>) -> Int? {
    find(octets, bits: 6, Self.base64WithAllMarks)
      ?? find(octets, bits: 6, Self.base64WithStandardMarks)
      ?? find(octets, bits: 6, Self.base64WithURLMarks)
  }

  @inline(__always)
  static func base64WithAllMarks(_ octet: UInt8) -> UInt16 {
    base64(octet, plus: 62, slash: 63, hyphen: 62, underscore: 63)
  }

  @inline(__always)
  static func base64WithStandardMarks(_ octet: UInt8) -> UInt16 {
    base64(octet, plus: 62, slash: 63, hyphen: skipped, underscore: skipped)
  }

  @inline(__always)
  static func base64WithURLMarks(_ octet: UInt8) -> UInt16 {
    base64(octet, plus: skipped, slash: skipped, hyphen: 62, underscore: 63)
  }

  @inline(__always)
  private static func base64(
    _ octet: UInt8, plus: UInt16, slash: UInt16, hyphen: UInt16, underscore: UInt16
  ) -> UInt16 {
    switch octet {
    case 0x41...0x5A: UInt16(octet &- 0x41)
    case 0x61...0x7A: UInt16(octet &- 0x47)
    case 0x30...0x39: UInt16(octet &+ 4)
    case UInt8(ascii: "+"): plus
    case UInt8(ascii: "/"): slash
    case UInt8(ascii: "-"): hyphen
    case UInt8(ascii: "_"): underscore
    default: skipped
    }
  }

  /// Words part hexadecimal: their letters beyond `f` do.
  private func hexadecimal(_ octets: Span<UInt8>) -> Int? {
    find(octets, bits: 4) { octet in
      if let digit = PercentLayers.digit(octet) { return UInt16(digit) }
      return (octet | 0x20) &- 0x61 < 26 ? Self.broken : Self.skipped
    }
  }

  /// Tabs and line breaks are none: browsers drop them.
  private func plain(_ octets: Span<UInt8>, _ matches: (UInt64) -> Bool) -> Int? {
    find(octets, bits: 8, matches: matches) { [0x09, 0x0A, 0x0D].contains($0) ? Self.skipped : UInt16($0) }
  }

  /// Reads each character as `bits` bits, and looks wherever an octet may begin: at each even bit of base64.
  @inline(__always)
  private func find(
    _ octets: Span<UInt8>, bits: Int, matches: (UInt64) -> Bool = MediaSignature.matches,
    _ value: (UInt8) -> UInt16
  ) -> Int? {
    let fewest = bits == 8 ? Self.fewestOctets : Self.fewestCharacters
    let needed = (MediaSignature.bits + bits - 1) / bits
    let beginnings = beginnings.span
    var (read, window): (Int, UInt64) = (0, 0)
    var found: (index: Int, read: Int)?
    for index in octets.indices {
      let number = value(octets[index])
      if number >= Self.skipped {
        guard number == Self.broken else { continue }
        if let found, read - found.read >= fewest { return found.index }
        (read, window, found) = (0, 0, nil)
        continue
      }
      window = window << UInt64(bits) | UInt64(number)
      read &+= 1
      guard found == nil, read >= needed else { continue }
      var shift = 0
      repeat {
        let octets = window >> UInt64(shift) & (1 << UInt64(MediaSignature.bits) - 1)
        let first = Int(octets >> UInt64(MediaSignature.bits - 16))
        if beginnings[first >> 6] & 1 << UInt64(first & 63) != 0, matches(octets) {
          let characters = (MediaSignature.bits + shift + bits - 1) / bits
          found = (index, read - characters)
        }
        shift += 2
      } while bits == 6 && shift < 6 && found == nil
    }
    guard let found, read - found.read >= fewest else { return nil }
    return start(octets, back: needed, from: found.index, value)
  }

  /// Where the last `back` characters read, up to `last`, begin.
  @inline(__always)
  private func start(_ octets: Span<UInt8>, back: Int, from last: Int, _ value: (UInt8) -> UInt16) -> Int {
    var (index, left) = (last, back)
    while index > 0 {
      if value(octets[index]) < Self.skipped { left -= 1 }
      guard left > 0 else { break }
      index -= 1
    }
    return index
  }
}
