// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Where a line is, or would have to be put, in sorted lines.
struct LinePosition {
  let start: Int
  let isPresent: Bool
}

extension Span<UInt8> {
  /// The offset of the line feed that ends the line holding `position`.
  func lineEnd(from position: Int) -> Int {
    var end = position
    while self[end] != Octet.lineFeed { end += 1 }
    return end
  }

  /// The offset at which the line holding `position` starts, not below `floor`, which is itself a start.
  func lineStart(holding position: Int, floor: Int) -> Int {
    var start = position
    while start > floor, self[start - 1] != Octet.lineFeed { start -= 1 }
    return start
  }

  /// Finds `line` (without line feed) in sorted lines at or after the line starting at `floor`: in steps that double, then by halves.
  func position(of line: Span<UInt8>, from floor: Int = 0) -> LinePosition {
    var low = floor
    var high = count
    var step = 256
    while low + step < high {
      let start = lineStart(holding: low + step, floor: low)
      let end = lineEnd(from: low + step)
      let order = extracting(start..<end).compared(to: line)
      if order == 0 { return LinePosition(start: start, isPresent: true) }
      if order > 0 { high = start } else { low = end + 1 }
      step *= 2
    }
    while low < high {
      let middle = low + (high - low) / 2
      let start = lineStart(holding: middle, floor: low)
      let end = lineEnd(from: middle)
      let order = extracting(start..<end).compared(to: line)
      if order == 0 { return LinePosition(start: start, isPresent: true) }
      if order > 0 { high = start } else { low = end + 1 }
    }
    return LinePosition(start: low, isPresent: false)
  }

  /// Whether `line` is one of these sorted lines.
  func holds(_ line: Span<UInt8>) -> Bool { position(of: line).isPresent }

  /// Whether one of these sorted lines is a subtree entry above the name of `line`, or at it if `line` is a host entry.
  func covers(_ line: Span<UInt8>) -> Bool {
    for dot in 1..<Swift.max(1, line.count) where line[dot] == Octet.dot {
      if holds(line.extracting(dot...)) { return true }
    }
    guard line.count > 0, line[0] != Octet.dot else { return false }
    var subtree: [UInt8] = [Octet.dot]
    for index in line.indices { subtree.append(line[index]) }
    return holds(subtree.span)
  }

  /// Negative, zero or positive as this sorts before, with or after `other`, octet by octet.
  package func compared(to other: Span<UInt8>) -> Int {
    let shared = Swift.min(count, other.count)
    for index in 0..<shared where self[index] != other[index] {
      return Int(self[index]) - Int(other[index])
    }
    return count - other.count
  }

  /// Where the subtree entries start in sorted lines. Only hosts that begin with a hyphen sort before them.
  var subtreesStart: Int {
    var start = 0
    while start < count, self[start] == Octet.hyphen { start = lineEnd(from: start) + 1 }
    return start
  }

  /// Whether one of these sorted lines is a subtree entry.
  var holdsSubtrees: Bool {
    let start = subtreesStart
    return start < count && self[start] == Octet.dot
  }

  /// Where the subtree entries of sorted lines lie, which stand together.
  var subtreeRange: Range<Int> {
    let start = subtreesStart
    // The first line that sorts behind all that begin with a dot, found by halves.
    var (low, high) = (start, count)
    while low < high {
      let middle = low + (high - low) / 2
      let line = lineStart(holding: middle, floor: low)
      if self[line] == Octet.dot { low = lineEnd(from: middle) + 1 } else { high = line }
    }
    return start..<low
  }

  /// How many lines end before `offset`.
  func lineCount(before offset: Int) -> Int {
    var lines = 0
    for index in 0..<offset where self[index] == Octet.lineFeed { lines += 1 }
    return lines
  }

  /// Up to eight octets from `start` to the end of its line, as one number, the first octet lowest.
  @inline(__always)
  func leadingKey(at start: Int) -> UInt64 {
    guard start + 8 <= count else { return trailingKey(at: start) }
    let key = word(at: start)
    // The lowest bit set in `ends` marks the first line feed (zero-octet test of "Hacker's Delight" §6-1).
    let differences = key ^ 0x0A0A_0A0A_0A0A_0A0A
    let ends = (differences &- 0x0101_0101_0101_0101) & ~differences & 0x8080_8080_8080_8080
    guard ends != 0 else { return key }
    return key & ((ends & (0 &- ends)) >> 7 &- 1)
  }

  /// Four octets from `start`, as one number, the first octet lowest; zeros behind the end.
  @inline(__always)
  func shortKey(at start: Int) -> UInt32 {
    // Behind the bounds check, which the library does, any octets are a number.
    if start &+ 4 <= count {
      return unsafe UInt32(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: start, as: UInt32.self))
    }
    var key: UInt32 = 0
    for index in start..<count { key |= UInt32(self[index]) << UInt32(8 * (index - start)) }
    return key
  }

  /// Which of 64 octets from `start` are dots, and which line feeds: a bit for each, the lowest for the first octet.
  @inline(__always)
  func separators(at start: Int) -> (dots: UInt64, feeds: UInt64) {
    var (dots, feeds): (UInt64, UInt64) = (0, 0)
    guard start + 64 <= count else {
      for index in start..<count {
        if self[index] == Octet.dot { dots |= 1 << UInt64(index - start) }
        if self[index] == Octet.lineFeed { feeds |= 1 << UInt64(index - start) }
      }
      return (dots, feeds)
    }
    let run = extracting(start..<start + 64)
    for part in 0..<8 {
      let word = run.word(at: part &* 8)
      let shift = UInt64(truncatingIfNeeded: part &* 8)
      dots |= (word ^ 0x2E2E_2E2E_2E2E_2E2E).otherOctets &<< shift
      feeds |= (word ^ 0x0A0A_0A0A_0A0A_0A0A).otherOctets &<< shift
    }
    return (~dots, ~feeds)
  }

  /// Eight octets as one number, the first lowest.
  @inline(__always)
  func word(at start: Int) -> UInt64 {
    unsafe UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: start, as: UInt64.self))
  }

  private func trailingKey(at start: Int) -> UInt64 {
    var key: UInt64 = 0
    for index in start..<count {
      guard self[index] != Octet.lineFeed else { break }
      key |= UInt64(self[index]) << UInt64(8 * (index - start))
    }
    return key
  }

  /// Whether this line from `start` and that of `other` from `otherStart` end alike.
  func lineTailsAreEqual(_ start: Int, _ other: Span<UInt8>, _ otherStart: Int) -> Bool {
    var offset = 0
    while self[start + offset] == other[otherStart + offset] {
      if self[start + offset] == Octet.lineFeed { return true }
      offset += 1
    }
    return false
  }
}

extension UInt64 {
  /// Which of eight octets, none of them above 127, are not zero: a bit for each, which a multiplication without a carry gathers.
  @inline(__always)
  fileprivate var otherOctets: UInt64 {
    (((self &+ 0x7F7F_7F7F_7F7F_7F7F) & 0x8080_8080_8080_8080) &* 0x0002_0408_1020_4081) &>> 56
  }
}
