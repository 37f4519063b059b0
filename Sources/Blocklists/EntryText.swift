// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Entries as text on its way to a list: a line each, sorted by octets, each once.
extension [UInt8] {
  /// The lines of `entries`, whatever their order.
  package init(sortedLinesOf entries: some Sequence<BlocklistEntry>) {
    var unsorted = UnsortedLines(entries)
    self = unsorted.sorted().octets
  }

  /// These lines without those of `others`.
  package func droppingLines(of others: [UInt8]) -> [UInt8] { splicing(others, isRemoval: true) }

  /// These lines and those of `others`.
  package func addingLines(of others: [UInt8]) -> [UInt8] { splicing(others, isRemoval: false) }

  /// Copies the runs of lines between one of `others` and the next.
  private func splicing(_ others: [UInt8], isRemoval: Bool) -> [UInt8] {
    guard !others.isEmpty else { return self }
    var result: [UInt8] = []
    result.reserveCapacity(count + (isRemoval ? 0 : others.count))
    var position = 0
    var start = 0
    while start < others.count {
      let end = others.span.lineEnd(from: start)
      let found = span.position(of: others.span.extracting(start..<end), from: position)
      result.append(contentsOf: self[position..<found.start])
      position = found.start + (found.isPresent ? end + 1 - start : 0)
      if !isRemoval { result.append(contentsOf: others[start...end]) }
      start = end + 1
    }
    result.append(contentsOf: self[position...])
    return result
  }
}

extension Blocklist {
  /// The lines among those of `text` whose entries this list blocks altogether: that stand in it, or that a subtree in it covers.
  package func heldLines(of text: [UInt8]) -> [UInt8] {
    var held = LineCollector(capacity: text.count)
    var line = LineCursor(EntryLines(proven: text, count: 0))
    var own = LineCursor(entries)
    while !line.isAtEnd {
      let order = line.compared(to: own)
      if order == 0 {
        let start = line.line.lowerBound
        LineCursor.skipShared(&line, &own)
        held.append(run: text[start..<line.line.lowerBound])
      } else if order > 0 {
        own.advance()
      } else {
        if octets.span.covers(text.span.extracting(line.text)) { held.append(run: line.slice) }
        line.advance()
      }
    }
    return held.octets
  }
}
