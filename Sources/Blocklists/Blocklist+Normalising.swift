// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

extension Blocklist {
  /// The canonical list that blocks what `entries` block: sorted, each once, covered names dropped.
  ///
  /// - Throws: `tooManyEntries` or `tooManyOctets`.
  public init(entries: some Sequence<BlocklistEntry>, limits: ListLimits = ListLimits())
    throws(BlocklistError)
  {
    var unsorted = UnsortedLines(entries)
    try self.init(reducing: unsorted.sorted(), limits: limits)
  }

  /// The canonical list that blocks what the entries on the lines of `text` block: covered names dropped. The lines are
  /// sorted, each once, and spelled as a list spells them.
  ///
  /// - Throws: `line` with the number of the first that is not; `tooManyEntries` or `tooManyOctets`.
  public init(reducing text: [UInt8], limits: ListLimits = ListLimits()) throws(BlocklistError) {
    let count = try text.span.checkLines(limit: .max)
    try self.init(reducing: EntryLines(proven: text, count: count), limits: limits)
  }

  private init(reducing sorted: EntryLines, limits: ListLimits) throws(BlocklistError) {
    let lines = sorted.droppingCovered()
    guard lines.count <= limits.entries else { throw .tooManyEntries(limit: limits.entries) }
    guard lines.slab.count <= limits.octets else { throw .tooManyOctets(limit: limits.octets) }
    self.init(proven: lines)
  }
}

extension EntryLines {
  /// These lines without those that a subtree among them covers. Whatever covers a dropped subtree covers all that it covered.
  fileprivate func droppingCovered() -> EntryLines {
    guard slab.span.holdsSubtrees else { return self }
    let covered = SubtreeIndex(subtreesOf: slab).coveredLines(of: slab)
    guard !covered.isEmpty else { return self }
    var kept: [UInt8] = []
    kept.reserveCapacity(slab.count)
    var position = 0
    for start in covered {
      kept.append(contentsOf: slab[position..<start])
      position = slab.span.lineEnd(from: start) + 1
    }
    kept.append(contentsOf: slab[position...])
    return EntryLines(proven: kept, count: count - covered.count)
  }
}
