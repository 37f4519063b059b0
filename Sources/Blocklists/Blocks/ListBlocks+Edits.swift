// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// One line that goes or comes: where it is in the older text, and where in the newer one.
struct LineEdit {
  /// Where in the older text.
  let old: Int
  /// Octets that go there; 0 for an addition.
  let removed: Int
  /// Where in the newer text.
  let new: Int
  /// Where the line that comes stands among the additions; empty for a removal.
  let added: Range<Int>
}

extension ListBlocks {
  /// The blocks of `slab`, which is what `edits` made of the text that these are the blocks of: the touched ones are hashed again.
  ///
  /// From the start of the block that an edit touches, blocks are cut anew until one ends where one ended before; an edit between two
  /// blocks touches the second, and the last block of all has no end that could keep it from growing.
  func updated(by edits: [LineEdit], to slab: Slab) -> ListBlocks {
    var maker = BlockMaker(slab, capacity: count + edits.count / 4)
    /// The next block of these, and where in the older text it starts.
    var (block, old) = (0, 0)
    var next = 0
    while next < edits.count {
      let (first, start) = (block, old)
      while block < count - 1, old + Int(lengths[block]) <= edits[next].old {
        old += Int(lengths[block])
        block += 1
      }
      maker.take(self, first..<block, octets: old - start)
      var isInStep = false
      while !isInStep {
        guard !maker.isAtEnd else { return maker.made }
        maker.take()
        while next < edits.count, edits[next].new < maker.position { next += 1 }
        let drift = next == 0 ? 0 : edits[next - 1].drift
        while block < count, old + Int(lengths[block]) <= maker.position - drift {
          old += Int(lengths[block])
          block += 1
        }
        isInStep = old == maker.position - drift
      }
    }
    maker.take(self, block..<count, octets: 0)
    return maker.made
  }
}

extension LineEdit {
  /// How much further on the newer text is behind this edit.
  fileprivate var drift: Int { new + added.count - old - removed }
}

extension Delta {
  /// Where this change takes place in `entries`.
  ///
  /// - Throws: `removesAbsentEntry`, `addsPresentEntry`.
  func edits(in entries: EntryLines) throws(BlocklistError) -> [LineEdit] {
    var edits: [LineEdit] = []
    edits.reserveCapacity(count)
    var removal = LineCursor(removals)
    var addition = LineCursor(additions)
    var (position, drift, relaxed) = (0, 0, 0)
    while !removal.isAtEnd || !addition.isAtEnd {
      if position - relaxed > Slab.relaxedOctets {
        entries.slab.relax(relaxed..<position)
        relaxed = position
      }
      let isRemoval = removal.compared(to: addition) < 0
      let change = isRemoval ? removal : addition
      let found = entries.slab.span.position(of: change.octets.span.extracting(change.text), from: position)
      guard found.isPresent == isRemoval else { throw unfitting(change, isRemoval: isRemoval) }
      if isRemoval {
        edits.append(
          LineEdit(old: found.start, removed: change.line.count, new: found.start + drift, added: 0..<0))
        position = found.start + change.line.count
        drift -= change.line.count
        removal.advance()
      } else {
        edits.append(
          LineEdit(old: found.start, removed: 0, new: found.start + drift, added: change.line))
        position = found.start
        drift += change.line.count
        addition.advance()
      }
    }
    return edits
  }

  private func unfitting(_ change: LineCursor, isRemoval: Bool) -> BlocklistError {
    let number = change.octets.span.lineCount(before: change.line.lowerBound) + 1
    return isRemoval ? .removesAbsentEntry(number) : .addsPresentEntry(number)
  }
}
