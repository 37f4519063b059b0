// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Entries as sorted, unique lines in one byte slab: the text itself is the storage.
///
/// Lines are found by binary search over the octets, so there is no index to build or keep.
public struct EntryLines: Hashable, Sendable {
  /// No entries.
  public static let none = EntryLines(proven: [], count: 0)

  /// The lines, each ended by a line feed.
  public let slab: Slab
  /// How many entries there are.
  public let count: Int

  /// Lines known to be canonical, sorted and unique, `count` of them.
  init(proven octets: [UInt8], count: Int) { self.init(proven: Slab(octets), count: count) }

  /// Lines known to be canonical, sorted and unique, `count` of them.
  init(proven slab: Slab, count: Int) {
    self.slab = slab
    self.count = count
  }

  /// The lines of `text`, which are known to be canonical, sorted and unique.
  package init(sortedText text: [UInt8]) {
    self.init(proven: text, count: text.count { $0 == Octet.lineFeed })
  }

  /// The lines in an array: a copy where they are a file's.
  public var octets: [UInt8] { slab.octets }

  /// Whether there are none.
  public var isEmpty: Bool { count == 0 }

  /// Whether `entry` is one of the lines.
  public func contains(_ entry: BlocklistEntry) -> Bool {
    let line = Array(entry.text.utf8)
    return slab.span.position(of: line.span).isPresent
  }
}

extension EntryLines {
  /// Whether `line`, without its line feed, is one of the lines.
  package func contains(line: [UInt8]) -> Bool { slab.span.position(of: line.span).isPresent }

  /// Where in the slab the subtree entries lie, which stand together.
  package var subtrees: Range<Int> { slab.span.subtreeRange }
}

extension EntryLines {
  /// Where each line is, without its line feed.
  package var lineRanges: LineRanges { LineRanges(slab: slab) }

  /// The entry of a line.
  /// - Parameter range: one of `lineRanges`.
  package func entry(at range: Range<Int>) -> BlocklistEntry {
    BlocklistEntry(proven: String(decoding: slab[range], as: UTF8.self))
  }
}

/// The places of the lines of a slab, in order.
package struct LineRanges: Sequence, IteratorProtocol {
  let slab: Slab
  private var position = 0

  init(slab: Slab) { self.slab = slab }

  package mutating func next() -> Range<Int>? {
    guard position < slab.count else { return nil }
    let start = position
    let end = slab.span.lineEnd(from: start)
    position = end + 1
    return start..<end
  }
}

extension EntryLines: Sequence {
  /// The entries in order.
  public struct Iterator: IteratorProtocol {
    let slab: Slab
    var position = 0

    /// The next entry.
    public mutating func next() -> BlocklistEntry? {
      guard position < slab.count else { return nil }
      let end = slab.span.lineEnd(from: position)
      defer { position = end + 1 }
      return BlocklistEntry(proven: String(decoding: slab[position..<end], as: UTF8.self))
    }
  }

  /// Iterates over the entries in order.
  public func makeIterator() -> Iterator { Iterator(slab: slab) }
  /// The exact number of entries.
  public var underestimatedCount: Int { count }
}
