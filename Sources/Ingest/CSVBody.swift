// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import FoundationEssentials

extension SubmissionBody {
  /// RFC 4180 with a header row that names the columns; rows in which nothing stands are skipped.
  static func csv(_ window: BodyWindow, _ terms: Terms, _ take: Take) throws(SubmissionBodyError) {
    var reader = CSVReader(window, separator: terms.separator.octet)
    guard let first = try reader.next() else {
      throw SubmissionBodyError(.malformedHeader, detail: "The first line names the columns.")
    }
    let header = try CSVHeader(first, terms.separator)
    while let row = try reader.next() {
      if row.strayQuote == nil, row.fields.allSatisfy(\.text.isEmpty) { continue }
      try take(item(row, header.columns, terms), row.line)
    }
  }

  private static func item(_ row: CSVRow, _ columns: [CSVHeader.Column], _ terms: Terms)
    -> Result<ParsedItem, ItemRefusal>
  {
    func refused(_ rule: FieldRule, _ line: Int, _ column: Int, _ detail: String)
      -> Result<ParsedItem, ItemRefusal>
    {
      .failure(ItemRefusal(line: line, column: column, field: "url", rule: rule.rawValue, detail: detail))
    }
    if let stray = row.strayQuote {
      return refused(
        .strayQuote, stray.line, stray.column,
        "A quotation mark stands inside a field only doubled, and the field in quotation marks.")
    }
    guard row.fields.count <= columns.count else {
      let extra = row.fields[columns.count]
      return refused(
        .tooManyFields, extra.line, extra.column,
        "The header names \(columns.count) columns and this row has \(row.fields.count).")
    }
    var fields: [(ItemField, String, Int)] = []
    var criteria: (text: String, column: Int)?
    var given: [(key: String, answer: Bool?)] = []
    for (column, field) in zip(columns, row.fields) where !field.text.isEmpty || column == .field(.url) {
      switch column {
      case .field(.criteria): criteria = (field.text, field.column)
      case .field(let known): fields.append((known, field.text, field.column))
      case .answer(let key): given.append((key, ReportedAnswers.answer(field.text)))
      }
    }
    guard fields.contains(where: { $0.0 == .url }) else {
      return refused(.missingField, row.line, 1, "The row ends before its url.")
    }
    guard criteria != nil || !given.isEmpty else { return item(line: row.line, fields: fields, terms) }
    return item(
      line: row.line, fields: fields, answers: (criteria?.text, given, criteria?.column ?? 1), terms)
  }
}
