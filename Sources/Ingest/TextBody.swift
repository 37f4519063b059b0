// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import FoundationEssentials

extension SubmissionBody {
  /// One URL a line; blank lines and lines that begin with `#` are skipped.
  static func text(_ start: BodyWindow, _ terms: Terms, _ take: Take) throws(SubmissionBodyError) {
    var window = start
    var line = 0
    var position = 0
    while true {
      guard let end = lineEnd(window, from: position) else {
        try window.refill(dropping: position)
        position = 0
        continue
      }
      guard position < window.octets.count else { return }
      line += 1
      guard end - position <= itemOctets else { throw .itemTooLong(line: line, column: 1) }
      if let item = textItem(window.octets[position..<end], line: line, terms) { try take(item, line) }
      position = min(end + 1, window.octets.count)
    }
  }

  /// Where the line that begins at `start` ends; nil when that is not yet here.
  private static func lineEnd(_ window: BodyWindow, from start: Int) -> Int? {
    window.octets[start...].firstIndex(of: UInt8(ascii: "\n")) ?? (window.isLast ? window.octets.count : nil)
  }

  /// The address on one line of text, blanks at both ends aside; nil where there is none. `cordon names` reads lines by it too.
  package static func textItem(_ line: ArraySlice<UInt8>, line number: Int, _ terms: Terms)
    -> Result<ParsedItem, ItemRefusal>?
  {
    func isBlank(_ octet: UInt8) -> Bool { octet == UInt8(ascii: " ") || octet == UInt8(ascii: "\t") }
    var rest = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
    let lead = rest.prefix(while: isBlank).count
    rest = rest.dropFirst(lead)
    while let last = rest.last, isBlank(last) { rest.removeLast() }
    guard let first = rest.first, first != UInt8(ascii: "#") else { return nil }
    return addressItem(String(decoding: rest, as: UTF8.self), line: number, column: lead + 1, terms)
  }

  /// An item of this address alone, or why its field does not take it.
  package static func addressItem(
    _ text: String, line: Int, column: Int = 1, _ terms: Terms
  ) -> Result<ParsedItem, ItemRefusal> {
    item(line: line, fields: [(.url, text, column)], terms)
  }

  /// The item of these fields (with the column of each in its line), or the first refusal.
  static func item(
    line: Int, fields: [(field: ItemField, text: String, column: Int)],
    answers: (criteria: String?, given: [(key: String, answer: Bool?)], column: Int)? = nil, _ terms: Terms
  ) -> Result<ParsedItem, ItemRefusal> {
    var parsed = ParsedItem(line: line, url: "")
    parsed.caseReference = terms.caseReference
    for (field, text, column) in fields {
      if field == .url { parsed.column = column }
      do throws(FieldFault) {
        try parsed.set(field, to: text, now: terms.now)
      } catch {
        return .failure(
          ItemRefusal(
            line: line, column: column + error.column - 1, field: field.rawValue, rule: error.rule.rawValue,
            detail: error.detail))
      }
    }
    do throws(FieldFault) {
      if let answers { try parsed.setAnswers(answers.criteria, answers.given) }
    } catch {
      return .failure(
        ItemRefusal(
          line: line, column: answers?.column ?? 1, field: ItemField.criteria.rawValue,
          rule: error.rule.rawValue, detail: error.detail))
    }
    return .success(parsed)
  }
}
