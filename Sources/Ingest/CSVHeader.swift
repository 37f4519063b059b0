// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// The first row of a CSV body: which column is which. Case, blanks and hyphens in a name do not count.
struct CSVHeader {
  /// What a column holds.
  enum Column: Hashable {
    case field(ItemField)
    /// The answer to one of the criteria, by its key.
    case answer(String)
  }

  let columns: [Column]

  /// What a column of answers begins with.
  private static let answerPrefix = "criteria."

  /// What people call the columns; told, never taken.
  private static let synonyms: [String: ItemField] = [
    "link": .url, "links": .url, "urls": .url, "uri": .url, "website": .url, "web_address": .url,
    "address": .url,
    "site": .url, "domain": .url, "host": .url, "hostname": .url, "case": .caseReference,
    "case_no": .caseReference, "case_number": .caseReference, "reference": .caseReference,
    "ref": .caseReference, "sha256": .evidence, "hash": .evidence, "evidence": .evidence,
    "digest": .evidence, "date": .seenAt, "time": .seenAt, "seen": .seenAt, "date_seen": .seenAt,
    "notes": .note, "comment": .note, "comments": .note, "remark": .note, "remarks": .note,
  ]

  init(_ row: CSVRow, _ separator: SubmissionBody.Separator) throws(SubmissionBodyError) {
    var columns: [Column] = []
    if let stray = row.strayQuote {
      throw Self.refusal(stray.line, stray.column, "A quotation mark stands where none may.")
    }
    for field in row.fields {
      let name = Self.normal(field.text)
      guard let column = Self.column(name) else {
        throw Self.refusal(
          field.line, field.column, Self.advice(field.text, name, isOnly: row.fields.count == 1, separator))
      }
      guard !columns.contains(column) else {
        throw Self.refusal(field.line, field.column, "The column \(name) is named twice.")
      }
      columns.append(column)
    }
    guard columns.contains(.field(.url)) else {
      throw Self.refusal(row.line, 1, "There is no column named url.")
    }
    let answers = columns.count { if case .answer = $0 { true } else { false } }
    guard columns.contains(.field(.criteria)) == (answers > 0) else {
      throw Self.refusal(
        row.line, 1,
        "Answers need both: a column criteria, such as interpol-baseline/1, and columns like criteria.real_child."
      )
    }
    guard answers <= ReportedAnswers.most else {
      throw Self.refusal(row.line, 1, "At most \(ReportedAnswers.most) columns hold answers.")
    }
    self.columns = columns
  }

  private static func column(_ name: String) -> Column? {
    if let field = ItemField(rawValue: name) { return .field(field) }
    guard name.hasPrefix(answerPrefix) else { return nil }
    let key = String(name.dropFirst(answerPrefix.count))
    return ReportedAnswers.isKey(key) ? .answer(key) : nil
  }

  private static func normal(_ text: String) -> String {
    var name = text.lowercased()
    while name.hasPrefix(" ") { name.removeFirst() }
    while name.hasSuffix(" ") { name.removeLast() }
    return String(name.map { $0 == " " || $0 == "-" ? "_" : $0 })
  }

  /// What is wrong with a column's name, by what it looks like.
  private static func advice(
    _ text: String, _ name: String, isOnly: Bool, _ separator: SubmissionBody.Separator
  ) -> String {
    if name.isEmpty { return "This column has no name: delete empty columns." }
    if name.hasPrefix("sep=") {
      return "Leave out the line sep=; say separator=semicolon or tab beside the list."
    }
    if text.contains("\r") { return "The lines end in a carriage return alone; save with LF or CR LF." }
    for other in SubmissionBody.Separator.allCases
    where isOnly && other != separator && text.utf8.contains(other.octet) {
      return "The columns are parted by \(other.rawValue), not \(separator.rawValue): "
        + "save with commas, or say separator=\(other.rawValue) beside the list."
    }
    if text.contains("://") || text.contains("[.]") {
      return
        "The first line names the columns, and this looks like an address: put a line that says url above it."
    }
    if let meant = synonyms[name] {
      return "Is \(meant.rawValue) meant? There is no column \(name.prefix(40))."
    }
    let known = ItemField.allCases.map(\.rawValue).joined(separator: ", ")
    return "Each column is one of \(known), and named once; not \(name.prefix(40))."
  }

  private static func refusal(_ line: Int, _ column: Int, _ detail: String) -> SubmissionBodyError {
    SubmissionBodyError(.malformedHeader, line: line, column: column, detail: detail)
  }
}
