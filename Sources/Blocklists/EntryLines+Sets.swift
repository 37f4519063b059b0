// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Sets of lines of which no more is in memory than need be: what comes of them lies in a spool where it is much.
extension EntryLines {
  /// The lines of both, each once.
  package func united(with others: EntryLines, _ spool: any LineSpool) -> EntryLines {
    if others.isEmpty { return self }
    if isEmpty { return others }
    return walked(along: others, spool, own: true, both: true, other: true)
  }

  /// These lines without those of `others`.
  package func lacking(_ others: EntryLines, _ spool: any LineSpool) -> EntryLines {
    if isEmpty || others.isEmpty { return self }
    let left =
      isFew(beside: others)
      ? filtered(spool) { !others.contains(line: $0) }
      : walked(along: others, spool, own: true, both: false, other: false)
    return left.count == count ? self : left
  }

  /// The lines that `others` have too.
  package func shared(with others: EntryLines, _ spool: any LineSpool) -> EntryLines {
    if isEmpty || others.isEmpty { return .none }
    let left =
      isFew(beside: others)
      ? filtered(spool) { others.contains(line: $0) }
      : walked(along: others, spool, own: false, both: true, other: false)
    return left.count == count ? self : left
  }

  /// The lines that a subtree among `subtrees` covers; none covers itself.
  package func below(_ subtrees: EntryLines, _ spool: any LineSpool) -> EntryLines {
    guard !isEmpty, subtrees.slab.span.holdsSubtrees else { return .none }
    if isFew(beside: subtrees) {
      return filtered(spool) { $0.subtreesAbove.contains { subtrees.contains(line: $0) } }
    }
    var found = GatheredLines(spool: spool)
    for start in SubtreeIndex(subtreesOf: subtrees.slab).coveredLines(of: slab) {
      found.append(slab[start..<slab.span.lineEnd(from: start) + 1])
    }
    slab.relax()
    return found.lines()
  }

  /// Whether to look each line up in `others` is quicker than to walk through those.
  private func isFew(beside others: EntryLines) -> Bool { count < others.count / 64 }

  private func filtered(_ spool: any LineSpool, _ isIncluded: ([UInt8]) -> Bool) -> EntryLines {
    var found = GatheredLines(spool: spool)
    var cursor = LineCursor(self)
    while !cursor.isAtEnd {
      if isIncluded(Array(cursor.slice.dropLast())) { found.append(cursor.slice) }
      cursor.advance()
    }
    return found.lines()
  }

  private func walked(
    along others: EntryLines, _ spool: any LineSpool, own: Bool, both: Bool, other: Bool
  ) -> EntryLines {
    var found = GatheredLines(spool: spool)
    var (left, right) = (LineCursor(self), LineCursor(others))
    var looked = 0
    while !left.isAtEnd || (other && !right.isAtEnd) {
      let order = left.compared(to: right)
      if order < 0 ? own : order > 0 ? other : both { found.append(order > 0 ? right.slice : left.slice) }
      if order <= 0 { left.advance() }
      if order >= 0 { right.advance() }
      if left.line.lowerBound + right.line.lowerBound - looked > Slab.relaxedOctets {
        looked = left.line.lowerBound + right.line.lowerBound
        slab.relax(0..<left.line.lowerBound)
        others.slab.relax(0..<right.line.lowerBound)
      }
    }
    return found.lines()
  }
}
