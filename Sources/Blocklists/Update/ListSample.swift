// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Lines of a list that whoever holds it can work out: the prefix that additions to it are packed with.
///
/// New names resemble those listed already, so the list held is the best dictionary there is, and costs nothing to send.
enum ListSample {
  /// How many lines at most.
  static let maximumLines = 8192

  /// The lines of rank ⌊(2i + 1) · count ÷ 2k⌋, i = 0 ..< k, where k is the smaller of `maximumLines` and the number of lines.
  static func prefix(of entries: EntryLines, in blocks: ListBlocks? = nil) -> [UInt8] {
    let count = min(maximumLines, entries.count)
    guard count < entries.count else { return entries.octets }
    let ranks = (0..<count).map { (2 * $0 + 1) * entries.count / (2 * count) }
    return entries.lines(ranked: ranks, in: blocks).octets
  }
}

extension EntryLines {
  /// The lines of these ranks (from 0), which ascend and are below `count`.
  ///
  /// - Parameter blocks: of these lines: blocks without such a line are not looked at.
  func lines(ranked ranks: [Int], in blocks: ListBlocks? = nil) -> EntryLines {
    var collector = LineCollector()
    let span = slab.span
    var line = 0
    var start = 0
    var block = BlockPlace()
    var relaxed = 0
    for rank in ranks {
      if start - relaxed > Slab.relaxedOctets {
        slab.relax(relaxed..<start)
        relaxed = start
      }
      if let blocks {
        block.move(to: rank, in: blocks)
        if block.line > line { (line, start) = (block.line, block.start) }
      }
      start = span.skipLines(rank - line, from: start)
      let end = span.lineEnd(from: start) + 1
      collector.append(slab[start..<end])
      (line, start) = (rank + 1, end)
    }
    return collector.lines
  }

  /// The rank that each of `lines`, all of which are here, has among these.
  ///
  /// - Throws: `removesAbsentEntry`.
  func ranks(of lines: EntryLines) throws(BlocklistError) -> [Int] {
    var ranks: [Int] = []
    ranks.reserveCapacity(lines.count)
    var cursor = LineCursor(lines)
    let span = slab.span
    var rank = 0
    var start = 0
    while !cursor.isAtEnd {
      let found = span.position(of: cursor.octets.span.extracting(cursor.text), from: start)
      guard found.isPresent else { throw .removesAbsentEntry(ranks.count + 1) }
      rank += span.lineFeeds(in: start..<found.start)
      ranks.append(rank)
      start = found.start
      cursor.advance()
    }
    return ranks
  }
}

extension Span<UInt8> {
  /// Where the line after `lines` further ones starts.
  func skipLines(_ lines: Int, from start: Int) -> Int {
    var position = start
    var left = lines
    // Whole blocks while they hold fewer line feeds than are left; one may end inside a line, which the next line feed ends.
    while left > 0, position + 128 <= count {
      let feeds = extracting(position..<position + 128).lineFeedsOfBlock
      guard feeds < left else { break }
      left -= feeds
      position += 128
    }
    while left > 0 {
      if self[position] == Octet.lineFeed { left -= 1 }
      position += 1
    }
    return position
  }

  /// Those of 128 octets, eight at a time: in each of them a one for what is no line feed, added up, then all eight sums.
  @inline(__always)
  private var lineFeedsOfBlock: Int {
    let (low, ones): (UInt64, UInt64) = (0x7F7F_7F7F_7F7F_7F7F, 0x0101_0101_0101_0101)
    var others: UInt64 = 0
    var place = 0
    while place < 128 {
      let differences = word(at: place) ^ 0x0A0A_0A0A_0A0A_0A0A
      others &+= (((differences & low) &+ low) | differences) >> 7 & ones
      place &+= 8
    }
    return 128 - Int(truncatingIfNeeded: (others &* ones) >> 56)
  }

  func lineFeeds(in range: Range<Int>) -> Int {
    let part = extracting(range)
    var total = 0
    var position = 0
    while position + 128 <= part.count {
      total += part.extracting(position..<position + 128).lineFeedsOfBlock
      position += 128
    }
    while position < part.count {
      if part[position] == Octet.lineFeed { total += 1 }
      position += 1
    }
    return total
  }
}
