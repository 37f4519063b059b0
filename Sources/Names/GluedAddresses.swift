// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Two addresses run together, as when cells are merged: `http://a.example/http://b.example`. The second would be lost, or
/// its scheme become part of the first one's host.
enum GluedAddresses {
  /// The longest first, so that `https` is not taken for `http`.
  private static let schemes = [
    "https", "hxxps", "h**ps", "hxtps", "htxps", "http", "hxxp", "h**p", "hxtp", "htxp",
  ].map { Array($0.unicodeScalars) }

  /// Marks alone in front, such as quotation marks, make no first address.
  ///
  /// - Throws: `glued-addresses` where a second address begins. In a query or fragment one may stand as a value (`?u=http://…`).
  static func check(_ text: [Placed]) throws(NameRefusal) {
    var inQuery = false
    for index in text.indices {
      if text[index].is("?") || text[index].is("#") { inQuery = true }
      guard text[index].is(":"), let start = schemeStart(before: index, in: text),
        text[..<start].contains(where: \.scalar.properties.isAlphabetic)
      else { continue }
      if inQuery, isValueMark(text[start - 1].scalar) { continue }
      throw NameRefusal(
        .gluedAddresses, column: text[start].column,
        detail:
          "A second address begins here: one address a line. Inside a path, its :// is written %3A%2F%2F.")
    }
  }

  /// Where the scheme begins that the colon at `colon` ends; nil when no `http://` of any spelling stands there.
  private static func schemeStart(before colon: Int, in text: [Placed]) -> Int? {
    var after = colon + 1
    if after < text.endIndex, "])}".unicodeScalars.contains(text[after].scalar) { after += 1 }
    guard after + 1 < text.endIndex, text[after].isSlash, text[after + 1].isSlash else { return nil }
    var end = colon
    if end > 0, "[({".unicodeScalars.contains(text[end - 1].scalar) { end -= 1 }
    for scheme in schemes where end >= scheme.count {
      let start = end - scheme.count
      if text[start..<end].map(\.scalar.lowercasedASCII) == scheme { return start }
    }
    return nil
  }

  private static func isValueMark(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "=" || scalar == "?" || scalar == "&" || scalar == "#"
  }
}
