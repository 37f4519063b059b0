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
    let splice = try Splice(self, into: list, limits: limits)
    let text = splice.text()
    return try splice.list(in: text, digest: text.digest)
  }

  /// The list after the change, if it is the one that is signed; nil if not.
  ///
  /// Where the block digests of `list` are known and those of the other are signed, what the change touches is hashed; elsewhere the
  /// whole list.
  /// - Throws: as `applied(to:)` does.
  public func applied(to list: Blocklist, expecting signed: SignedText, limits: ListLimits = ListLimits())
    throws(BlocklistError) -> Blocklist?
  {
    let splice = try Splice(self, into: list, limits: limits)
    return try splice.list(in: splice.text(), expecting: signed)
  }

  /// Refuses what is no list after the change: only an addition can be covered, or a line below an added subtree.
  ///
  /// - Throws: `addsCoveredEntry`, `coversRemainingEntry`.
  func checkUncovered(_ lines: EntryLines) throws(BlocklistError) {
    guard !additions.isEmpty else { return }
    if additions.count > lines.count / 8 {
      let index = SubtreeIndex(subtreesOf: lines.slab)
      guard let start = index.coveredLines(of: lines.slab, stopAtFirst: true).first else { return }
      throw refusal(forCoveredLine: lines.slab.lineSlice(at: start))
    }
    if lines.holdAny(of: additions.subtreesAbove) { throw firstAdditionCovered(in: lines) }
    guard additions.slab.span.holdsSubtrees else { return }
    let index = SubtreeIndex(subtreesOf: additions.slab)
    if let start = index.coveredLines(of: lines.slab, stopAtFirst: true).first {
      throw refusal(forCoveredLine: lines.slab.lineSlice(at: start))
    }
  }

  private func firstAdditionCovered(in lines: EntryLines) -> BlocklistError {
    var addition = LineCursor(additions)
    var number = 1
    while !addition.isAtEnd {
      if lines.slab.span.covers(addition.octets.span.extracting(addition.text)) {
        return .addsCoveredEntry(number)
      }
      addition.advance()
      number += 1
    }
    return .coversRemainingEntry
  }

  private func refusal(forCoveredLine line: ArraySlice<UInt8>) -> BlocklistError {
    let found = additions.slab.span.position(of: line.span)
    guard found.isPresent else { return .coversRemainingEntry }
    return .addsCoveredEntry(additions.slab.span.lineCount(before: found.start) + 1)
  }
}

extension EntryLines {
  /// The subtrees that would cover one of these lines, without their line feeds, in order and each once.
  fileprivate var subtreesAbove: [[UInt8]] {
    var above: Set<[UInt8]> = []
    var cursor = LineCursor(self)
    while !cursor.isAtEnd {
      above.formUnion(Array(cursor.slice.dropLast()).subtreesAbove)
      cursor.advance()
    }
    return above.sorted { $0.lexicographicallyPrecedes($1) }
  }

  /// Whether one of `lines`, which are in order, is among these.
  fileprivate func holdAny(of lines: [[UInt8]]) -> Bool {
    var (position, relaxed) = (0, 0)
    for line in lines {
      if position - relaxed > Slab.relaxedOctets {
        slab.relax(relaxed..<position)
        relaxed = position
      }
      let found = slab.span.position(of: line.span, from: position)
      if found.isPresent { return true }
      position = found.start
    }
    return false
  }
}

extension Slab {
  /// The line starting at `start`, without its line feed.
  fileprivate func lineSlice(at start: Int) -> ArraySlice<UInt8> { self[start..<span.lineEnd(from: start)] }
}
