// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// What people write for people: reasons, answers, statements. None may carry content.
public enum Remark {
  /// Where, from 1, `text` holds what no remark may, and what it is: a `data:` URL, an encoded file. Nil for nothing of the kind.
  public static func content(in text: String) -> (column: Int, detail: String)? {
    EmbeddedContent.finding(in: text)
  }

  /// Whether `text` says something: it has so many letters and digits.
  public static func saysSomething(_ text: String, fewest: Int = 1) -> Bool {
    text.unicodeScalars.lazy.filter { $0.properties.isAlphabetic || $0.properties.numericType != nil }
      .prefix(fewest).reduce(0) { count, _ in count + 1 } == fewest
  }
}
