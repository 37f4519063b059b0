// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists

/// `domains.txt`: the names alone, sorted by octet. No name stands in a list with both scopes, so none repeats.
enum DomainsText {
  static func write(_ list: Blocklist, to page: inout Page) -> RenderedCounts {
    let subtrees = list.entries.subtrees
    var subtree = Walk(list.slab, subtrees)
    // Hosts stand before all subtrees or after them.
    var host = Walk(list.slab, 0..<subtrees.lowerBound, then: subtrees.upperBound..<list.slab.count)
    while !subtree.isAtEnd {
      while !host.isAtEnd, host.precedes(subtree) { host.writeName(to: &page) }
      subtree.writeName(to: &page)
    }
    while !host.isAtEnd { host.writeName(to: &page) }
    return RenderedCounts(listed: list.count, narrowed: 0, omitted: 0)
  }

  /// The names of some lines, one after the other.
  private struct Walk {
    private let slab: Slab
    private var ranges: [Range<Int>]
    private var run: ArraySlice<UInt8> = []
    /// Where the name is in the run; a slice of it would be counted for each name.
    private var place = 0..<0
    private(set) var isAtEnd = false

    init(_ slab: Slab, _ first: Range<Int>, then second: Range<Int> = 0..<0) {
      self.slab = slab
      ranges = [first, second]
      advance(from: 0)
    }

    /// Whether the name sorts before that of `other`, octet by octet.
    func precedes(_ other: Walk) -> Bool {
      run.span.extracting(place).compared(to: other.run.span.extracting(other.place)) < 0
    }

    mutating func writeName(to page: inout Page) {
      page.writeLine(run.span.extracting(place))
      page.flushIfFull()
      advance(from: place.upperBound + 1)
    }

    private mutating func advance(from start: Int) {
      var start = start
      if start >= run.count {
        run = nextRun()
        start = 0
      }
      guard start < run.count else {
        isAtEnd = true
        return
      }
      place = Self.name(in: run.span, from: start)
    }

    private static func name(in octets: Span<UInt8>, from start: Int) -> Range<Int> {
      var end = start
      while octets[end] != UInt8(ascii: "\n") { end += 1 }
      return (octets[start] == UInt8(ascii: ".") ? start + 1 : start)..<end
    }

    private mutating func nextRun() -> ArraySlice<UInt8> {
      while let range = ranges.first {
        guard let end = slab.endOfRun(in: range) else {
          ranges.removeFirst()
          continue
        }
        ranges[0] = end..<range.upperBound
        defer { slab.relax(range.lowerBound..<end) }
        return slab[range.lowerBound..<end]
      }
      return []
    }
  }
}

extension Page {
  /// Writes `line` and a line feed.
  @inline(__always)
  mutating func writeLine(_ line: Span<UInt8>) {
    write(line)
    write("\n")
  }
}
