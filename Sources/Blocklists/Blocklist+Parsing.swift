// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Cryptography

extension Blocklist {
  /// The list spelled by `octets`, which must be canonical already: nothing is sorted, dropped or repaired.
  ///
  /// - Throws: `line` with the number of the first line misspelled or out of order, else of the first line covered;
  ///   `tooManyEntries` or `tooManyOctets`.
  public init(parsing octets: [UInt8], limits: ListLimits = ListLimits()) throws(BlocklistError) {
    try self.init(parsing: Slab(octets), limits: limits)
  }

  /// The list spelled by `slab`, under the same rules.
  ///
  /// - Parameter digest: its SHA-256, where that is known already.
  /// - Throws: as above.
  public init(parsing slab: Slab, digest: SHA256Digest? = nil, limits: ListLimits = ListLimits())
    throws(BlocklistError)
  {
    guard slab.count <= limits.octets else { throw .tooManyOctets(limit: limits.octets) }
    let count = try slab.checkLines(limit: limits.entries)
    if slab.span.holdsSubtrees {
      let index = SubtreeIndex(subtreesOf: slab)
      if let start = index.coveredLines(of: slab, stopAtFirst: true).first {
        throw .line(slab.span.lineCount(before: start) + 1, .covered)
      }
      slab.relax()
    }
    self.init(proven: EntryLines(proven: slab, count: count), digest: digest ?? slab.digest)
  }

  /// A list that was parsed once and kept: its digest says that it is the same.
  ///
  /// - Returns: nil when `slab` has another digest, or cannot be any list's.
  public init?(kept slab: Slab, digest: SHA256Digest) {
    guard slab.count == 0 || slab.span[slab.count - 1] == Octet.lineFeed, slab.digest == digest else {
      return nil
    }
    var count = 0
    slab.forEachRun { count += $0.span.lineFeeds(in: 0..<$0.count) }
    self.init(proven: EntryLines(proven: slab, count: count), digest: digest)
  }
}

extension EntryLines {
  /// The lines that `slab` spells, under the rules of a list but for coverage.
  package init(checking slab: Slab) throws(BlocklistError) {
    self.init(proven: slab, count: try slab.checkLines(limit: ListLimits().entries))
  }
}

extension Slab {
  /// Checks spelling and order of every line, with few of them in memory at a time.
  ///
  /// - Returns: the number of lines.
  fileprivate func checkLines(limit: Int) throws(BlocklistError) -> Int {
    var lines = 0
    var range = 0..<count
    while let end = endOfRun(in: range) {
      // The last line of the run before is looked at once more, as the one that the next must follow.
      let before = lines == 0 ? 0 : 1
      do throws(BlocklistError) {
        lines +=
          try span.extracting(range.lowerBound..<end).checkLines(limit: limit - lines + before) - before
      } catch {
        switch error {
        case .line(let number, let refusal): throw .line(lines - before + number, refusal)
        case .tooManyEntries: throw .tooManyEntries(limit: limit)
        default: throw error
        }
      }
      guard end < count else { break }
      let last = span.lineStart(holding: end - 2, floor: range.lowerBound)
      relax(range.lowerBound..<last)
      range = last..<count
    }
    relax()
    return lines
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
