// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Undoes the ways people defang an address so that nobody opens it by accident.
enum Refanging {
  private static let dots: Set<String> = [".", "dot"]
  private static let marks: Set<String> = [".", "dot", ":", "://", "//", "/"]

  /// A bracketed mark.
  struct Mark {
    /// What the brackets stood around, for which it is now read.
    let meaning: [Unicode.Scalar]
    /// The index after the closing bracket.
    let end: Int
  }

  /// The bracketed mark that begins at `index` of `text`, such as `[.]`, `(dot)`, `{:}`, `[://]`.
  static func mark(in text: [Placed], at index: Int) -> Mark? {
    guard let closing = closing(text[index].scalar) else { return nil }
    let inside = text[(index + 1)...].prefix(4).prefix { $0.scalar != closing }
    let end = index + 1 + inside.count
    guard end < text.endIndex, text[end].scalar == closing else { return nil }
    let word = String(String.UnicodeScalarView(inside.map(\.scalar.lowercasedASCII)))
    guard marks.contains(word) else { return nil }
    if dots.contains(word) { return Mark(meaning: ["."], end: end + 1) }
    return Mark(meaning: Array(word.unicodeScalars), end: end + 1)
  }

  private static func closing(_ opening: Unicode.Scalar) -> Unicode.Scalar? {
    switch opening {
    case "[": "]"
    case "(": ")"
    case "{": "}"
    default: nil
    }
  }

  /// The scheme that a defanged spelling stands for, else `word` itself; both in lower case.
  static func scheme(_ word: String) -> String {
    switch word {
    case "hxxp", "h**p", "hxtp", "htxp": "http"
    case "hxxps", "h**ps", "hxtps", "htxps": "https"
    default: word
    }
  }
}
