// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Names

/// Lines in the order they came, to be sorted by a key that mostly spares looking at the octets.
struct UnsortedLines {
  private struct Line {
    /// The first eight octets, so that keys order as their lines do unless they are equal.
    let key: UInt64
    let start: UInt32
    let count: UInt32
    var range: Range<Int> { Int(start)..<Int(start) + Int(count) }
  }

  private(set) var octets: [UInt8] = []
  private var lines: [Line] = []

  init(_ entries: some Sequence<BlocklistEntry>) {
    lines.reserveCapacity(entries.underestimatedCount)
    octets.reserveCapacity(entries.underestimatedCount * 24)
    for entry in entries { append(entry) }
  }

  /// No lines.
  init() {}

  /// Takes one line, line feed included.
  mutating func append(_ line: [UInt8]) {
    let start = octets.count
    octets.append(contentsOf: line)
    note(start..<octets.count)
  }

  /// Forgets all lines.
  mutating func removeAll() {
    octets.removeAll(keepingCapacity: true)
    lines.removeAll(keepingCapacity: true)
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
    lines.append(Line(key: key, start: UInt32(line.lowerBound), count: UInt32(line.count)))
  }

  /// The lines in order, each once. A line feed sorts before every octet of a name, so lines compare with it as without.
  mutating func sorted() -> EntryLines {
    var slab: [UInt8] = []
    slab.reserveCapacity(octets.count)
    var count = 0
    forEachSorted { line in
      slab.append(contentsOf: line)
      count += 1
    }
    return EntryLines(proven: slab, count: count)
  }

  /// Calls `body` for the lines in order, each once.
  mutating func forEachSorted(_ body: (ArraySlice<UInt8>) -> Void) {
    let octets = octets
    lines.sort { left, right in
      guard left.key == right.key else { return left.key < right.key }
      let span = octets.span
      return span.extracting(left.range).compared(to: span.extracting(right.range)) < 0
    }
    var previous = 0..<0
    for line in lines {
      let isRepeated =
        octets.span.extracting(previous).compared(to: octets.span.extracting(line.range)) == 0
      previous = line.range
      if !isRepeated { body(octets[previous]) }
    }
  }
}
