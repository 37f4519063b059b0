// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Cryptography

extension Delta {
  /// The list after the change. It is canonical whatever the delta; whether it is the *signed* one, its digest tells.
  ///
  /// - Throws: `removesAbsentEntry`, `addsPresentEntry`, `addsCoveredEntry`, `coversRemainingEntry`, `tooManyEntries`,
  ///   `tooManyOctets`.
  public func applied(to list: Blocklist, limits: ListLimits = ListLimits()) throws(BlocklistError)
    -> Blocklist
  {
    guard !isEmpty else { return list }
    let lines = try spliced(into: list.entries)
    guard lines.count <= limits.entries else { throw .tooManyEntries(limit: limits.entries) }
    guard lines.slab.count <= limits.octets else { throw .tooManyOctets(limit: limits.octets) }
    try checkUncovered(lines)
    return Blocklist(proven: lines)
  }

  /// Hands over the list after the change run by run, so that it need not be in memory: `applied(to:)` in two steps.
  ///
  /// - Throws: what `applied(to:)` does, but for coverage.
  public func splice(
    into list: Blocklist, limits: ListLimits = ListLimits(), _ take: (ArraySlice<UInt8>) -> Void
  ) throws(BlocklistError) {
    guard list.count - removals.count + additions.count <= limits.entries else {
      throw .tooManyEntries(limit: limits.entries)
    }
    guard list.slab.count - removals.slab.count + additions.slab.count <= limits.octets else {
      throw .tooManyOctets(limit: limits.octets)
    }
    try splice(into: list.entries, take)
  }

  /// The list of which `splice` has handed over the octets.
  ///
  /// - Parameters:
  ///   - slab: those octets.
  ///   - digest: their SHA-256.
  /// - Throws: `addsCoveredEntry`, `coversRemainingEntry`.
  public func spliced(_ slab: Slab, digest: SHA256Digest, into list: Blocklist) throws(BlocklistError)
    -> Blocklist
  {
    let lines = EntryLines(proven: slab, count: list.count - removals.count + additions.count)
    try checkUncovered(lines)
    slab.relax()
    return Blocklist(proven: lines, digest: digest)
  }

  private func checkUncovered(_ lines: EntryLines) throws(BlocklistError) {
    if let start = firstCoveredLine(of: lines) {
      throw refusal(forCoveredLine: lines.slab.lineSlice(at: start))
    }
  }

  private func spliced(into entries: EntryLines) throws(BlocklistError) -> EntryLines {
    var result = LineCollector(capacity: entries.slab.count + additions.slab.count)
    try splice(into: entries) { result.append(run: $0) }
    return EntryLines(proven: result.octets, count: entries.count - removals.count + additions.count)
  }

  /// Copies the runs of lines between one change and the next.
  private func splice(into entries: EntryLines, _ take: (ArraySlice<UInt8>) -> Void) throws(BlocklistError) {
    var removal = LineCursor(removals)
    var addition = LineCursor(additions)
    var position = 0
    while !removal.isAtEnd || !addition.isAtEnd {
      let isRemoval = removal.compared(to: addition) < 0
      let change = isRemoval ? removal : addition
      let found = entries.slab.span.position(of: change.octets.span.extracting(change.text), from: position)
      guard found.isPresent == isRemoval else { throw unfitting(change, isRemoval: isRemoval) }
      entries.slab.forEachRun(in: position..<found.start, take)
      if isRemoval {
        position = found.start + change.line.count
        removal.advance()
      } else {
        position = found.start
        take(change.slice)
        addition.advance()
      }
    }
    entries.slab.forEachRun(in: position..<entries.slab.count, take)
  }

  private func unfitting(_ change: LineCursor, isRemoval: Bool) -> BlocklistError {
    let number = change.octets.span.lineCount(before: change.line.lowerBound) + 1
    return isRemoval ? .removesAbsentEntry(number) : .addsPresentEntry(number)
  }

  /// The start of a line that became covered: only an addition can be, or a line below an added subtree.
  private func firstCoveredLine(of lines: EntryLines) -> Int? {
    guard !additions.isEmpty else { return nil }
    if additions.count > lines.count / 8 {
      return SubtreeIndex(subtreesOf: lines.slab).coveredLines(of: lines.slab, stopAtFirst: true).first
    }
    var addition = LineCursor(additions)
    while !addition.isAtEnd {
      if let start = lines.startIfCovered(addition) { return start }
      addition.advance()
    }
    guard additions.slab.span.holdsSubtrees else { return nil }
    return SubtreeIndex(subtreesOf: additions.slab).coveredLines(of: lines.slab, stopAtFirst: true).first
  }

  private func refusal(forCoveredLine line: ArraySlice<UInt8>) -> BlocklistError {
    let found = additions.slab.span.position(of: line.span)
    guard found.isPresent else { return .coversRemainingEntry }
    return .addsCoveredEntry(additions.slab.span.lineCount(before: found.start) + 1)
  }
}

extension EntryLines {
  /// Where the line that `cursor` stands on starts here, if a subtree of these lines covers it.
  fileprivate func startIfCovered(_ cursor: LineCursor) -> Int? {
    let text = cursor.octets.span.extracting(cursor.text)
    return slab.span.covers(text) ? slab.span.position(of: text).start : nil
  }
}

extension Slab {
  /// The line starting at `start`, without its line feed.
  fileprivate func lineSlice(at start: Int) -> ArraySlice<UInt8> { self[start..<span.lineEnd(from: start)] }
}
