// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Names

/// Lines in the order they came, to be sorted by a key that mostly spares looking at the octets.
struct UnsortedLines {
  private struct Line {
    /// The first eight octets, so that keys order as their lines do unless they are equal.
    let key: UInt64
    let start: Int
    let end: Int
  }

  private var octets: [UInt8] = []
  private var lines: [Line] = []

  init(_ entries: some Sequence<BlocklistEntry>) {
    lines.reserveCapacity(entries.underestimatedCount)
    octets.reserveCapacity(entries.underestimatedCount * 24)
    for entry in entries { append(entry) }
  }

  /// The lines of `slab`, each ended by a line feed.
  init(slab: [UInt8]) {
    octets = slab
    var start = 0
    while start < slab.count {
      let end = slab.span.lineEnd(from: start) + 1
      note(start..<end)
      start = end
    }
  }

  private mutating func append(_ entry: BlocklistEntry) {
    let start = octets.count
    if entry.scope == .subtree { octets.append(Octet.dot) }
    octets.append(contentsOf: entry.name.text.utf8)
    octets.append(Octet.lineFeed)
    note(start..<octets.count)
  }

  private mutating func note(_ line: Range<Int>) {
    var key: UInt64 = 0
    for index in line.lowerBound..<line.lowerBound + 8 {
      key = key << 8 | (index < line.upperBound ? UInt64(octets[index]) : 0)
    }
    lines.append(Line(key: key, start: line.lowerBound, end: line.upperBound))
  }

  /// The lines in order, each once. A line feed sorts before every octet of a name, so lines compare with it as without.
  func sorted() -> EntryLines {
    var order = lines
    let span = octets.span
    order.sort { left, right in
      guard left.key == right.key else { return left.key < right.key }
      return span.extracting(left.start..<left.end).compared(to: span.extracting(right.start..<right.end)) < 0
    }
    var slab: [UInt8] = []
    slab.reserveCapacity(octets.count)
    var count = 0
    var previous = 0..<0
    for line in order {
      let isRepeated = span.extracting(previous).compared(to: span.extracting(line.start..<line.end)) == 0
      previous = line.start..<line.end
      guard !isRepeated else { continue }
      slab.append(contentsOf: octets[previous])
      count += 1
    }
    return EntryLines(proven: slab, count: count)
  }
}
