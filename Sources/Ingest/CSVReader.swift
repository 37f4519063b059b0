// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// A field of a CSV row: its text with quoting undone, and where it began.
struct CSVField {
  let text: String
  let line: Int
  /// In characters from 1; past the opening quotation mark of a quoted field.
  let column: Int
}

/// A row, or where a quotation mark stands that RFC 4180 does not allow.
struct CSVRow {
  let line: Int
  let fields: [CSVField]
  let strayQuote: (line: Int, column: Int)?
}

/// Reads RFC 4180 rows as they arrive: LF or CRLF ends, quoted fields may hold commas, quotation marks (doubled) and line breaks.
struct CSVReader {
  private var window: BodyWindow
  private var cursor: CSVCursor

  init(_ window: BodyWindow, separator: UInt8 = UInt8(ascii: ",")) {
    self.window = window
    self.cursor = CSVCursor(separator: separator)
  }

  /// The next row; nil at the end.
  mutating func next() throws(SubmissionBodyError) -> CSVRow? {
    while true {
      // What follows may change a row that reaches the end of what is here: it is read again with more behind it.
      var attempt = cursor
      let row = try attempt.row(window.octets, isLast: window.isLast)
      guard window.isLast || !attempt.touchedEnd else {
        try window.refill(dropping: cursor.position)
        cursor.position = 0
        continue
      }
      guard attempt.position - cursor.position <= SubmissionBody.itemOctets else {
        throw .itemTooLong(line: cursor.line, column: cursor.column)
      }
      cursor = attempt
      return row
    }
  }
}

/// Where in the octets at hand a reader of CSV stands.
struct CSVCursor {
  let separator: UInt8
  var position = 0
  private(set) var line = 1
  private(set) var column = 1
  /// Whether the last row was read up to the end of the octets, or looked for more.
  private(set) var touchedEnd = false
  private var stray: (line: Int, column: Int)?

  init(separator: UInt8) { self.separator = separator }

  /// The row that begins here; nil when no octet is left.
  mutating func row(_ octets: [UInt8], isLast: Bool) throws(SubmissionBodyError) -> CSVRow? {
    touchedEnd = position == octets.count
    guard !touchedEnd else { return nil }
    let start = line
    stray = nil
    var fields: [CSVField] = []
    while true {
      fields.append(try field(octets, isLast: isLast))
      guard position < octets.count else {
        touchedEnd = true
        break
      }
      let octet = octets[position]
      step(octet)
      if octet == separator { continue }
      if octet == Self.carriageReturn, position < octets.count { step(octets[position]) }
      break
    }
    return CSVRow(line: start, fields: fields, strayQuote: stray)
  }

  private mutating func field(_ octets: [UInt8], isLast: Bool) throws(SubmissionBodyError) -> CSVField {
    guard position < octets.count, octets[position] == Self.quote else { return bare(octets) }
    let opening = (line, column)
    step(Self.quote)
    let (startLine, startColumn) = (line, column)
    var text: [UInt8] = []
    while true {
      guard position < octets.count else {
        touchedEnd = true
        guard isLast else { break }
        throw SubmissionBodyError(
          .unterminatedQuote, line: opening.0, column: opening.1, detail: "This quoted field never ends.")
      }
      let octet = octets[position]
      step(octet)
      if octet == Self.quote {
        guard position < octets.count, octets[position] == Self.quote else { break }
        step(Self.quote)
      }
      text.append(octet)
    }
    if !isAtEndOfField(octets) {
      if stray == nil { stray = (line, column) }
      _ = bare(octets)
    }
    return CSVField(text: String(decoding: text, as: UTF8.self), line: startLine, column: startColumn)
  }

  private mutating func bare(_ octets: [UInt8]) -> CSVField {
    let start = position
    let startColumn = column
    // There is no line break in it.
    while !isAtEndOfField(octets) {
      let octet = octets[position]
      if octet == Self.quote, stray == nil { stray = (line, column) }
      position += 1
      if octet & 0xC0 != 0x80 { column += 1 }
    }
    return CSVField(
      text: String(decoding: octets[start..<position], as: UTF8.self), line: line, column: startColumn)
  }

  private mutating func isAtEndOfField(_ octets: [UInt8]) -> Bool {
    guard position < octets.count else {
      touchedEnd = true
      return true
    }
    let octet = octets[position]
    if octet == separator || octet == Self.lineFeed { return true }
    guard octet == Self.carriageReturn else { return false }
    guard position + 1 < octets.count else {
      touchedEnd = true
      return false
    }
    return octets[position + 1] == Self.lineFeed
  }

  // Columns count characters: continuation octets of UTF-8 do not.
  private mutating func step(_ octet: UInt8) {
    position += 1
    if octet == Self.lineFeed {
      line += 1
      column = 1
    } else if octet & 0xC0 != 0x80 {
      column += 1
    }
  }

  private static let quote = UInt8(ascii: "\"")
  private static let lineFeed = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")
}
