// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Knows a `data:` URL (RFC 2397) inside a text.
enum DataURL {
  private static let types = [
    "application", "audio", "example", "font", "haptics", "image", "message", "model", "multipart", "text",
    "video",
  ].map { Array($0.utf8) }

  /// Where the `data:` URL begins whose scheme the colon at `colon` ends; nil when none does: for pages named `Data:…` there are.
  ///
  /// A word of its own, and behind it a comma, a semicolon, a media type, or two words that a slash joins and one of both follows.
  static func start(in octets: Span<UInt8>, colon: Int) -> Int? {
    guard colon >= 4 else { return nil }
    let start = colon - 4
    let scheme = Array("data".utf8)
    for index in scheme.indices where octets[start + index] | 0x20 != scheme[index] { return nil }
    if start > 0, isLetterOrDigit(octets[start - 1]) { return nil }
    var index = colon + 1
    while index < octets.count, octets[index] == 0x20 || octets[index] == UInt8(ascii: "+") { index += 1 }
    guard index < octets.count else { return nil }
    if endsType(octets[index]) { return start }
    let type = self.word(octets, from: &index)
    guard index < octets.count, octets[index] == UInt8(ascii: "/"), !type.isEmpty else { return nil }
    if types.contains(type) { return start }
    index += 1
    _ = self.word(octets, from: &index)
    return index < octets.count && endsType(octets[index]) ? start : nil
  }

  private static func word(_ octets: Span<UInt8>, from index: inout Int) -> [UInt8] {
    var word: [UInt8] = []
    while index < octets.count, isToken(octets[index]) {
      word.append(octets[index] | 0x20)
      index += 1
    }
    return word
  }

  private static func endsType(_ octet: UInt8) -> Bool {
    octet == UInt8(ascii: ",") || octet == UInt8(ascii: ";")
  }

  private static func isToken(_ octet: UInt8) -> Bool {
    isLetterOrDigit(octet) || octet == UInt8(ascii: "-") || octet == UInt8(ascii: ".")
      || octet == UInt8(ascii: "+")
  }

  private static func isLetterOrDigit(_ octet: UInt8) -> Bool {
    (octet | 0x20) &- 0x61 < 26 || octet &- 0x30 < 10
  }
}
