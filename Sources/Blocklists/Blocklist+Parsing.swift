// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

extension Blocklist {
  /// The list spelled by `octets`, which must be canonical already: nothing is sorted, dropped or repaired.
  ///
  /// - Throws: `line` with the number of the first line misspelled or out of order, else of the first line covered;
  ///   `tooManyEntries` or `tooManyOctets`.
  public init(parsing octets: [UInt8], limits: ListLimits = ListLimits()) throws(BlocklistError) {
    guard octets.count <= limits.octets else { throw .tooManyOctets(limit: limits.octets) }
    let count = try octets.span.checkLines(limit: limits.entries)
    if octets.span.holdsSubtrees {
      let index = SubtreeIndex(subtreesOf: octets)
      if let start = index.coveredLines(of: octets.span, stopAtFirst: true).first {
        throw .line(octets.span.lineCount(before: start) + 1, .covered)
      }
    }
    self.init(proven: EntryLines(proven: octets, count: count))
  }
}

extension Span<UInt8> {
  /// Checks spelling and order of every line.
  ///
  /// - Returns: the number of lines.
  func checkLines(limit: Int) throws(BlocklistError) -> Int {
    var number = 0
    var start = 0
    var previous = 0..<0
    while start < count {
      number += 1
      guard number <= limit else { throw .tooManyEntries(limit: limit) }
      guard let end = end(ofLineFrom: start) else { throw .line(number, .missingFinalLineFeed) }
      let line = extracting(start..<end)
      if let refusal = LineGrammar.refusal(of: line) { throw .line(number, refusal) }
      let order = extracting(previous).compared(to: line)
      guard order < 0 else { throw .line(number, order == 0 ? .duplicate : .notSorted) }
      previous = start..<end
      start = end + 1
    }
    return number
  }

  /// The offset of the line feed, nil if there is none.
  func end(ofLineFrom start: Int) -> Int? {
    var position = start
    while position < count {
      if self[position] == Octet.lineFeed { return position }
      position += 1
    }
    return nil
  }
}
