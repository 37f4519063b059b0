// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Walks sorted lines from the first to the last.
struct LineCursor {
  let octets: Slab
  private(set) var line: Range<Int>

  init(_ lines: EntryLines) {
    octets = lines.slab
    line = 0..<0
    moveLine(to: 0)
  }

  var isAtEnd: Bool { line.isEmpty }

  /// The line, line feed included.
  var slice: ArraySlice<UInt8> { octets[line] }

  /// Where the line is, without its line feed.
  var text: Range<Int> { line.lowerBound..<line.upperBound - 1 }

  mutating func advance() { moveLine(to: line.upperBound) }

  mutating func moveLine(to start: Int) {
    line = start..<(start < octets.count ? octets.span.lineEnd(from: start) + 1 : start)
  }

  /// Orders this line against that of `other`; an ended cursor comes last.
  func compared(to other: LineCursor) -> Int {
    if isAtEnd || other.isAtEnd { return (isAtEnd ? 1 : 0) - (other.isAtEnd ? 1 : 0) }
    return octets.span.extracting(line).compared(to: other.octets.span.extracting(other.line))
  }
}
