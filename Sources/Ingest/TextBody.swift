// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import FoundationEssentials

extension SubmissionBody {
  /// One URL a line; blank lines and lines that begin with `#` are skipped.
  static func text(
    _ octets: ArraySlice<UInt8>, caseReference: String?, now: Date, maximumItems: Int
  ) throws(SubmissionBodyError) -> [Result<ParsedItem, ItemRefusal>] {
    var items: [Result<ParsedItem, ItemRefusal>] = []
    var line = 0
    for piece in octets.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      line += 1
      let content = piece.last == UInt8(ascii: "\r") ? piece.dropLast() : piece
      let text = String(decoding: content, as: UTF8.self)
      let lead = text.unicodeScalars.prefix { $0 == " " || $0 == "\t" }.count
      let rest = text.unicodeScalars.dropFirst(lead)
      guard let first = rest.first, first != "#" else { continue }
      guard items.count < maximumItems else { throw .tooMany(maximumItems, line: line) }
      var trimmed = rest
      while let last = trimmed.last, last == " " || last == "\t" { trimmed.removeLast() }
      items.append(
        item(line: line, fields: [(.url, String(trimmed), lead + 1)], caseReference: caseReference, now: now))
    }
    return items
  }

  /// The item of these fields (with the column of each in its line), or the first refusal.
  static func item(
    line: Int, fields: [(field: ItemField, text: String, column: Int)], caseReference: String?, now: Date
  ) -> Result<ParsedItem, ItemRefusal> {
    var parsed = ParsedItem(line: line, url: "")
    if let caseReference { parsed.caseReference = caseReference }
    for (field, text, column) in fields {
      if field == .url { parsed.column = column }
      do throws(FieldFault) {
        try parsed.set(field, to: text, now: now)
      } catch {
        return .failure(
          ItemRefusal(
            line: line, column: column + error.column - 1, field: field.rawValue, rule: error.rule.rawValue,
            detail: error.detail))
      }
    }
    return .success(parsed)
  }
}

extension SubmissionBodyError {
  static func tooMany(_ limit: Int, line: Int) -> SubmissionBodyError {
    SubmissionBodyError(.tooManyItems, line: line, detail: "A request holds at most \(limit) items.")
  }
}
