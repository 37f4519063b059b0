// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import FoundationEssentials

extension SubmissionBody {
  /// RFC 4180 with a header row that names the columns.
  static func csv(
    _ octets: ArraySlice<UInt8>, caseReference: String?, now: Date, maximumItems: Int
  ) throws(SubmissionBodyError) -> [Result<ParsedItem, ItemRefusal>] {
    var reader = CSVReader(octets)
    guard let header = try reader.next() else {
      throw SubmissionBodyError(.malformedHeader, detail: "The first line names the columns.")
    }
    let columns = try columns(header)
    var items: [Result<ParsedItem, ItemRefusal>] = []
    while let row = try reader.next() {
      if row.fields.count == 1, row.fields[0].text.isEmpty { continue }
      guard items.count < maximumItems else { throw .tooMany(maximumItems, line: row.line) }
      items.append(item(row, columns, caseReference: caseReference, now: now))
    }
    return items
  }

  private static func columns(_ header: CSVRow) throws(SubmissionBodyError) -> [ItemField] {
    var columns: [ItemField] = []
    for field in header.fields {
      let name = field.text.lowercased().filter { $0 != " " }
      guard header.strayQuote == nil, let column = ItemField(rawValue: name), !columns.contains(column) else {
        let known = ItemField.allCases.map(\.rawValue).joined(separator: ", ")
        throw SubmissionBodyError(
          .malformedHeader, line: field.line, column: field.column,
          detail: "Each column is one of \(known), and named once.")
      }
      columns.append(column)
    }
    guard columns.contains(.url) else {
      throw SubmissionBodyError(.malformedHeader, line: header.line, detail: "There is no column named url.")
    }
    return columns
  }

  private static func item(
    _ row: CSVRow, _ columns: [ItemField], caseReference: String?, now: Date
  ) -> Result<ParsedItem, ItemRefusal> {
    if let stray = row.strayQuote {
      return .failure(
        ItemRefusal(
          line: stray.line, column: stray.column, field: "url", rule: FieldRule.strayQuote.rawValue,
          detail: "A quotation mark stands inside a field only doubled, and the field in quotation marks."))
    }
    guard row.fields.count <= columns.count else {
      let extra = row.fields[columns.count]
      return .failure(
        ItemRefusal(
          line: extra.line, column: extra.column, field: "url", rule: FieldRule.tooManyFields.rawValue,
          detail: "The header names \(columns.count) columns."))
    }
    var fields: [(ItemField, String, Int)] = []
    for (column, field) in zip(columns, row.fields) where !field.text.isEmpty || column == .url {
      fields.append((column, field.text, field.column))
    }
    guard fields.contains(where: { $0.0 == .url }) else {
      return .failure(
        ItemRefusal(
          line: row.line, column: 1, field: "url", rule: FieldRule.missingField.rawValue,
          detail: "The row ends before its url."))
    }
    return item(line: row.line, fields: fields, caseReference: caseReference, now: now)
  }
}
