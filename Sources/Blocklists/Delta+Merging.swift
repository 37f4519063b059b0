// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

extension Delta {
  /// This change followed by `next`, as one: the difference between where this starts and where `next` ends.
  ///
  /// What one adds and the other removes, or the reverse, is no change and drops out.
  ///
  /// - Throws: `notConsecutive` if `next` removes what this removed, or adds what this added.
  public func merging(_ next: Delta) throws(BlocklistError) -> Delta {
    let kept = (
      removals: removals.subtracting(next.additions), additions: additions.subtracting(next.removals)
    )
    let later = (
      removals: next.removals.subtracting(additions), additions: next.additions.subtracting(removals)
    )
    return Delta(
      proven: try kept.removals.merging(later.removals), try kept.additions.merging(later.additions))
  }
}

extension EntryLines {
  /// These lines without those of `others`.
  fileprivate func subtracting(_ others: EntryLines) -> EntryLines {
    guard !isEmpty, !others.isEmpty else { return self }
    var own = LineCursor(self)
    var other = LineCursor(others)
    var left = LineCollector()
    while !own.isAtEnd {
      let order = own.compared(to: other)
      if order < 0 { left.append(own.slice) }
      if order <= 0 { own.advance() }
      if order >= 0 { other.advance() }
    }
    return left.lines
  }

  /// These lines and those of `others`, which share none.
  fileprivate func merging(_ others: EntryLines) throws(BlocklistError) -> EntryLines {
    guard !others.isEmpty else { return self }
    var own = LineCursor(self)
    var other = LineCursor(others)
    var merged = LineCollector()
    while !own.isAtEnd || !other.isAtEnd {
      let order = own.compared(to: other)
      guard order != 0 else { throw .notConsecutive }
      merged.append(order < 0 ? own.slice : other.slice)
      if order < 0 { own.advance() } else { other.advance() }
    }
    return merged.lines
  }
}
