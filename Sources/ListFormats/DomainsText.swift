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
    while let name = subtree.name {
      while let other = host.name, other.lexicographicallyPrecedes(name) {
        page.writeLine(other)
        host.advance()
      }
      page.writeLine(name)
      page.flushIfFull()
      subtree.advance()
    }
    while let name = host.name {
      page.writeLine(name)
      page.flushIfFull()
      host.advance()
    }
    return RenderedCounts(listed: list.count, narrowed: 0, omitted: 0)
  }

  /// The names of some lines, one after the other.
  private struct Walk {
    private let slab: Slab
    private var ranges: [Range<Int>]
    /// What is left of a run of lines.
    private var run: ArraySlice<UInt8> = []
    private(set) var name: ArraySlice<UInt8>?

    init(_ slab: Slab, _ first: Range<Int>, then second: Range<Int> = 0..<0) {
      self.slab = slab
      ranges = [first, second]
      advance()
    }

    mutating func advance() {
      if run.isEmpty { run = nextRun() }
      guard let end = run.firstIndex(of: UInt8(ascii: "\n")) else {
        name = nil
        return
      }
      let line = run[..<end]
      name = line.first == UInt8(ascii: ".") ? line.dropFirst() : line
      run = run[(end + 1)...]
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
  mutating func writeLine(_ line: ArraySlice<UInt8>) {
    write(line)
    write("\n")
  }
}
