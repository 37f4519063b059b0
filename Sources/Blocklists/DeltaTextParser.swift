// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Reads a delta's text line by line.
struct DeltaTextParser {
  let text: [UInt8]
  /// The number of the last line taken, from 1.
  private(set) var number = 0
  private(set) var removals = LineCollector()
  private(set) var additions = LineCollector()
  private var start = 0
  private var previous = 0..<0

  init(text: [UInt8]) { self.text = text }

  /// Takes the next line.
  ///
  /// - Returns: false at the end of the text.
  mutating func takeLine() throws(BlocklistError) -> Bool {
    guard start < text.count else { return false }
    number += 1
    guard let end = text.span.end(ofLineFrom: start) else { throw .line(number, .missingFinalLineFeed) }
    guard start < end else { throw .line(number, .empty) }
    let sign = text[start]
    guard sign == Octet.hyphen || sign == Octet.plus else { throw .line(number, .missingSign) }
    guard sign == Octet.plus || additions.count == 0 else { throw .line(number, .removalAfterAddition) }
    if sign == Octet.plus, additions.count == 0 { previous = 0..<0 }
    let line = start + 1..<end
    try check(line)
    if sign == Octet.hyphen {
      removals.append(text[line.lowerBound...end])
    } else {
      additions.append(text[line.lowerBound...end])
    }
    previous = line
    start = end + 1
    return true
  }

  private func check(_ line: Range<Int>) throws(BlocklistError) {
    let span = text.span
    if let refusal = LineGrammar.refusal(of: span.extracting(line)) { throw .line(number, refusal) }
    let order = span.extracting(previous).compared(to: span.extracting(line))
    guard order < 0 else { throw .line(number, order == 0 ? .duplicate : .notSorted) }
  }

  /// Refuses an entry both removed and added, at the line that adds it.
  func checkDisjoint() throws(BlocklistError) {
    var removal = LineCursor(removals.lines)
    var addition = LineCursor(additions.lines)
    var added = 1
    while !removal.isAtEnd, !addition.isAtEnd {
      let order = removal.compared(to: addition)
      guard order != 0 else { throw .line(removals.count + added, .removedAndAdded) }
      if order < 0 {
        removal.advance()
      } else {
        addition.advance()
        added += 1
      }
    }
  }
}
