// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

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
    guard lines.octets.count <= limits.octets else { throw .tooManyOctets(limit: limits.octets) }
    if let start = firstCoveredLine(of: lines) {
      throw refusal(forCoveredLine: lines.octets.lineSlice(at: start))
    }
    return Blocklist(proven: lines)
  }

  /// Copies the runs of lines between one change and the next.
  private func spliced(into entries: EntryLines) throws(BlocklistError) -> EntryLines {
    var result = LineCollector(capacity: entries.octets.count + additions.octets.count)
    var removal = LineCursor(removals)
    var addition = LineCursor(additions)
    var position = 0
    while !removal.isAtEnd || !addition.isAtEnd {
      let isRemoval = removal.compared(to: addition) < 0
      let change = isRemoval ? removal : addition
      let found = entries.octets.span.position(of: change.octets.span.extracting(change.text), from: position)
      guard found.isPresent == isRemoval else { throw unfitting(change, isRemoval: isRemoval) }
      result.append(run: entries.octets[position..<found.start])
      if isRemoval {
        position = found.start + change.line.count
        removal.advance()
      } else {
        position = found.start
        result.append(run: change.slice)
        addition.advance()
      }
    }
    result.append(run: entries.octets[position...])
    return EntryLines(proven: result.octets, count: entries.count - removals.count + additions.count)
  }

  private func unfitting(_ change: LineCursor, isRemoval: Bool) -> BlocklistError {
    let number = change.octets.span.lineCount(before: change.line.lowerBound) + 1
    return isRemoval ? .removesAbsentEntry(number) : .addsPresentEntry(number)
  }

  /// The start of a line that became covered: only an addition can be, or a line below an added subtree.
  private func firstCoveredLine(of lines: EntryLines) -> Int? {
    guard !additions.isEmpty else { return nil }
    if additions.count > lines.count / 8 {
      return SubtreeIndex(subtreesOf: lines.octets).coveredLines(of: lines.octets.span, stopAtFirst: true)
        .first
    }
    var addition = LineCursor(additions)
    while !addition.isAtEnd {
      if let start = lines.startIfCovered(addition) { return start }
      addition.advance()
    }
    guard additions.octets.span.holdsSubtrees else { return nil }
    return SubtreeIndex(subtreesOf: additions.octets).coveredLines(of: lines.octets.span, stopAtFirst: true)
      .first
  }

  private func refusal(forCoveredLine line: ArraySlice<UInt8>) -> BlocklistError {
    let found = additions.octets.span.position(of: line.span)
    guard found.isPresent else { return .coversRemainingEntry }
    return .addsCoveredEntry(additions.octets.span.lineCount(before: found.start) + 1)
  }
}

extension EntryLines {
  /// Where the line that `cursor` stands on starts here, if a subtree of these lines covers it.
  fileprivate func startIfCovered(_ cursor: LineCursor) -> Int? {
    let text = cursor.octets.span.extracting(cursor.text)
    return octets.span.covers(text) ? octets.span.position(of: text).start : nil
  }
}

extension [UInt8] {
  /// The line starting at `start`, without its line feed.
  fileprivate func lineSlice(at start: Int) -> ArraySlice<UInt8> { self[start..<span.lineEnd(from: start)] }
}
