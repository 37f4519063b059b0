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

/// Reads RFC 4180 rows: LF or CRLF ends, quoted fields may hold commas, quotation marks (doubled) and line breaks.
struct CSVReader {
  private let octets: ArraySlice<UInt8>
  private let separator: UInt8
  private var position: Int
  private var line = 1
  private var column = 1
  private var stray: (line: Int, column: Int)?

  init(_ octets: ArraySlice<UInt8>, separator: UInt8 = UInt8(ascii: ",")) {
    self.octets = octets
    self.separator = separator
    self.position = octets.startIndex
  }

  /// The next row; nil at the end.
  mutating func next() throws(SubmissionBodyError) -> CSVRow? {
    guard position < octets.endIndex else { return nil }
    let start = line
    stray = nil
    var fields: [CSVField] = []
    while true {
      fields.append(try field())
      guard position < octets.endIndex else { break }
      let octet = octets[position]
      step()
      if octet == separator { continue }
      if octet == Self.carriageReturn, position < octets.endIndex { step() }
      break
    }
    return CSVRow(line: start, fields: fields, strayQuote: stray)
  }

  private mutating func field() throws(SubmissionBodyError) -> CSVField {
    guard position < octets.endIndex, octets[position] == Self.quote else { return bare() }
    let opening = (line, column)
    step()
    let (startLine, startColumn) = (line, column)
    var text: [UInt8] = []
    while true {
      guard position < octets.endIndex else {
        throw SubmissionBodyError(
          .unterminatedQuote, line: opening.0, column: opening.1, detail: "This quoted field never ends.")
      }
      let octet = octets[position]
      step()
      if octet == Self.quote {
        guard position < octets.endIndex, octets[position] == Self.quote else { break }
        step()
      }
      text.append(octet)
    }
    if !isAtEndOfField {
      if stray == nil { stray = (line, column) }
      _ = bare()
    }
    return CSVField(text: String(decoding: text, as: UTF8.self), line: startLine, column: startColumn)
  }

  private mutating func bare() -> CSVField {
    let (startLine, startColumn) = (line, column)
    let start = position
    while !isAtEndOfField {
      if octets[position] == Self.quote, stray == nil { stray = (line, column) }
      step()
    }
    return CSVField(
      text: String(decoding: octets[start..<position], as: UTF8.self), line: startLine, column: startColumn)
  }

  private var isAtEndOfField: Bool {
    guard position < octets.endIndex else { return true }
    let octet = octets[position]
    if octet == separator || octet == Self.lineFeed { return true }
    return octet == Self.carriageReturn && position + 1 < octets.endIndex
      && octets[position + 1] == Self.lineFeed
  }

  // Columns count characters: continuation octets of UTF-8 do not.
  private mutating func step() {
    let octet = octets[position]
    position += 1
    if octet == Self.lineFeed {
      line += 1
      column = 1
    } else if octet & 0xc0 != 0x80 {
      column += 1
    }
  }

  private static let quote = UInt8(ascii: "\"")
  private static let lineFeed = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")
}
