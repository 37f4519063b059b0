// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// What people write for people: reasons, answers, statements. None may carry content.
public enum Remark {
  /// Where, from 1, `text` holds what no remark may: a `data:` URL, an encoded file. Nil for nothing of the kind.
  public static func contentColumn(in text: String) -> Int? { EmbeddedContent.column(in: text) }
}
