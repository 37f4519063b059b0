// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

extension Blocklist {
  /// The change that hides some entries of this list, and shows others besides: what it leads to is canonical again.
  ///
  /// An entry to be shown that is hidden as well is shown. What is covered by an entry shown is not repeated.
  package func adjustment(hiding hidden: EntryLines, showing more: [BlocklistEntry]) throws(BlocklistError)
    -> Delta
  {
    let shown = try Blocklist(entries: more)
    let gone = hidden.filter { entries.contains(line: $0) && !shown.entries.contains(line: $0) }
    let additions = shown.entries.filter { line in
      !entries.contains(line: line) && !isCovered(line, without: gone)
    }
    guard additions.slab.span.holdsSubtrees else { return Delta(proven: gone, additions) }
    var covered = LineCollector()
    for start in SubtreeIndex(subtreesOf: additions.slab).coveredLines(of: slab) {
      covered.append(slab[start..<slab.span.lineEnd(from: start) + 1])
    }
    return Delta(proven: gone.union(covered.lines), additions)
  }

  /// Whether a subtree of this list, none of those left out, covers a line.
  private func isCovered(_ line: [UInt8], without gone: EntryLines) -> Bool {
    line.subtreesAbove.contains { entries.contains(line: $0) && !gone.contains(line: $0) }
  }

  /// The entries below one of some subtrees, which are not themselves among them.
  package func entries(below subtrees: EntryLines) -> EntryLines {
    guard subtrees.slab.span.holdsSubtrees else { return .none }
    var found = LineCollector()
    for start in SubtreeIndex(subtreesOf: subtrees.slab).coveredLines(of: slab) {
      found.append(slab[start..<slab.span.lineEnd(from: start) + 1])
    }
    return found.lines
  }
}

extension EntryLines {
  /// The entries of any sequence, in order and each once; nothing is dropped because it is covered.
  package init(_ entries: some Sequence<BlocklistEntry>) {
    var unsorted = UnsortedLines(entries)
    self = unsorted.sorted()
  }

  /// The lines that `text` spells, under the rules of a list but for coverage.
  package init(parsing text: [UInt8], limit: Int) throws(BlocklistError) {
    self.init(proven: text, count: try text.span.checkLines(limit: limit))
  }

  /// The lines, without their line feeds, of which `isIncluded` says so.
  package func filter(_ isIncluded: ([UInt8]) -> Bool) -> EntryLines {
    var kept = LineCollector()
    var cursor = LineCursor(self)
    while !cursor.isAtEnd {
      if isIncluded(Array(cursor.slice.dropLast())) { kept.append(cursor.slice) }
      cursor.advance()
    }
    return kept.lines
  }

  /// The lines of both, each once.
  package func union(_ others: EntryLines) -> EntryLines {
    guard !others.isEmpty else { return self }
    guard !isEmpty else { return others }
    var all = LineCollector()
    var own = LineCursor(self)
    var other = LineCursor(others)
    while !own.isAtEnd || !other.isAtEnd {
      let order = own.compared(to: other)
      all.append(order <= 0 ? own.slice : other.slice)
      if order <= 0 { own.advance() }
      if order >= 0 { other.advance() }
    }
    return all.lines
  }
}

extension [UInt8] {
  /// The subtree lines that would cover this line.
  var subtreesAbove: [[UInt8]] {
    var above = indices.dropFirst().filter { self[$0] == Octet.dot }.map { Array(self[$0...]) }
    if first != Octet.dot { above.append([Octet.dot] + self) }
    return above
  }
}
