// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

extension Delta {
  /// The difference between two lists.
  public init(from older: Blocklist, to newer: Blocklist) {
    self.init(from: older, to: newer, GatheredLines(), GatheredLines())
  }

  /// The difference between two lists, of which no more is in memory than need be.
  ///
  /// - Parameters:
  ///   - gone: where removals lie when they are many.
  ///   - come: where additions lie then.
  public init(
    from older: Blocklist, to newer: Blocklist, spooling gone: any LineSpool, _ come: any LineSpool
  ) {
    self.init(from: older, to: newer, GatheredLines(spool: gone), GatheredLines(spool: come))
  }

  private init(
    from older: Blocklist, to newer: Blocklist, _ gone: GatheredLines, _ come: GatheredLines
  ) {
    var (removals, additions) = (gone, come)
    var old = LineCursor(older.entries)
    var new = LineCursor(newer.entries)
    var looked = 0
    while !old.isAtEnd || !new.isAtEnd {
      let order = old.compared(to: new)
      if order < 0 {
        removals.append(old.slice)
        old.advance()
      } else if order > 0 {
        additions.append(new.slice)
        new.advance()
      } else {
        LineCursor.skipShared(&old, &new)
      }
      // What has been compared need not stay in memory.
      if old.line.lowerBound - looked > LineCursor.stretch {
        old.octets.relax(looked..<old.line.lowerBound)
        new.octets.relax(0..<new.line.lowerBound)
        looked = old.line.lowerBound
      }
    }
    self.init(proven: removals.lines(), additions.lines())
  }
}

extension GatheredLines {
  /// The lines, which came in order and each once.
  consuming func lines() -> EntryLines {
    let count = count
    return EntryLines(proven: slab(), count: count)
  }
}

extension LineCursor {
  /// Octets compared at a time.
  fileprivate static let stretch = 1 << 21

  /// Moves two cursors on equal lines to the first lines that differ, comparing octets and not lines.
  static func skipShared(_ left: inout LineCursor, _ right: inout LineCursor) {
    let leftStart = left.line.lowerBound
    let rightStart = right.line.lowerBound
    let leftEnd = min(leftStart + stretch, left.octets.count)
    let rightEnd = min(rightStart + stretch, right.octets.count)
    let shared = left.octets.span.extracting(leftStart..<leftEnd)
      .sharedPrefixLength(with: right.octets.span.extracting(rightStart..<rightEnd))
    let step = left.octets.span.lineStart(holding: leftStart + shared, floor: leftStart) - leftStart
    left.moveLine(to: leftStart + step)
    right.moveLine(to: rightStart + step)
  }
}

extension Span<UInt8> {
  /// How many octets this and `other` have in common at their start.
  fileprivate func sharedPrefixLength(with other: Span<UInt8>) -> Int {
    let limit = Swift.min(count, other.count)
    var length = 0
    while length + 16 <= limit {
      var difference: UInt8 = 0
      for index in length..<length + 16 { difference |= self[index] ^ other[index] }
      if difference != 0 { break }
      length += 16
    }
    while length < limit, self[length] == other[length] { length += 1 }
    return length
  }
}
