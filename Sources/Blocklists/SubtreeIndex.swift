// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Finds lines that subtree entries cover, in one pass over a slab.
///
/// Every position after a dot or at the start of a host line begins a name that might be listed as a subtree. A bitmap over the first
/// eight octets of the listed names turns nearly all of them away; a hash table of the names decides the rest.
struct SubtreeIndex {
  /// The lines the table points into.
  private let lines: Slab
  /// Offset + 1 of a subtree's name in `lines`, 0 for a free place; open addressing, at most half full.
  private var table: [UInt32]
  private var filter: [UInt64]
  /// Differs from process to process, so that nobody can choose names that collide. It decides speed only, never an answer.
  private let seed: UInt64

  /// The subtree entries among `lines`, which are sorted.
  init(subtreesOf lines: Slab) {
    self.lines = lines
    self.seed = UInt64(truncatingIfNeeded: Hasher().finalize())
    let span = lines.span
    let range = span.subtreeRange
    let places = max(16, (span.lineFeeds(in: range) * 2).roundedUpToPowerOfTwo)
    table = [UInt32](repeating: 0, count: places)
    filter = [UInt64](repeating: 0, count: max(1024, places / 8))
    var start = range.lowerBound
    while start < range.upperBound {
      insert(start + 1)
      start = span.lineEnd(from: start) + 1
    }
    lines.relax()
  }

  /// The starts of the lines of `slab` that a subtree covers, in order. No more of it is in memory than need be.
  func coveredLines(of slab: Slab, stopAtFirst: Bool = false) -> [Int] {
    var covered: [Int] = []
    var start = 0
    while start < slab.count {
      let reach = min(start + Self.stretch, slab.count)
      let end = reach == slab.count ? reach : slab.span.lineEnd(from: reach) + 1
      let found = coveredLines(of: slab.span.extracting(start..<end), stopAtFirst: stopAtFirst)
      covered += found.map { $0 + start }
      if stopAtFirst, !covered.isEmpty { return covered }
      slab.relax(start..<end)
      lines.relax()
      start = end
    }
    return covered
  }

  /// Octets looked through before they are let go.
  private static let stretch = 1 << 21

  private mutating func insert(_ start: Int) {
    let key = lines.span.leadingKey(at: start)
    let bit = filterBit(key)
    filter[bit >> 6] |= 1 << UInt64(bit & 63)
    var place = hash(lines.span, from: start) & (table.count - 1)
    while table[place] != 0 { place = (place + 1) & (table.count - 1) }
    table[place] = UInt32(start + 1)
  }

  /// The starts of the lines of `slab` that a subtree covers, in order; a subtree does not cover its own line.
  func coveredLines(of slab: Span<UInt8>, stopAtFirst: Bool = false) -> [Int] {
    var covered: [Int] = []
    var lineStart = 0
    var position = 0
    while position < slab.count {
      // A host line is a name as it stands; a subtree line's own name is not looked up.
      var isCovered = slab[position] != Octet.dot && holds(slab, from: position)
      position += 1
      while slab[position] != Octet.lineFeed {
        if slab[position] == Octet.dot, !isCovered { isCovered = holds(slab, from: position + 1) }
        position += 1
      }
      if isCovered {
        covered.append(lineStart)
        if stopAtFirst { return covered }
      }
      position += 1
      lineStart = position
    }
    return covered
  }

  @inline(__always)
  private func holds(_ slab: Span<UInt8>, from start: Int) -> Bool {
    let bit = filterBit(slab.leadingKey(at: start))
    guard filter[bit >> 6] & (1 << UInt64(bit & 63)) != 0 else { return false }
    return isListed(slab, from: start)
  }

  @inline(never)
  private func isListed(_ slab: Span<UInt8>, from start: Int) -> Bool {
    let span = lines.span
    var place = hash(slab, from: start) & (table.count - 1)
    while table[place] != 0 {
      if span.lineTailsAreEqual(Int(table[place]) - 1, slab, start) { return true }
      place = (place + 1) & (table.count - 1)
    }
    return false
  }

  @inline(__always)
  private func filterBit(_ key: UInt64) -> Int {
    Int(truncatingIfNeeded: ((key ^ seed) &* 0x9E37_79B9_7F4A_7C15) >> 32) & (filter.count * 64 - 1)
  }

  /// FNV-1a from `start` to the line feed, seeded and mixed.
  private func hash(_ slab: Span<UInt8>, from start: Int) -> Int {
    var value = seed ^ 0xCBF2_9CE4_8422_2325
    var position = start
    while slab[position] != Octet.lineFeed {
      value = (value ^ UInt64(slab[position])) &* 0x100_0000_01B3
      position += 1
    }
    return Int(truncatingIfNeeded: (value ^ (value >> 29)) & 0x7FFF_FFFF)
  }
}

extension Int {
  fileprivate var roundedUpToPowerOfTwo: Int {
    self <= 1 ? 1 : 1 << (Int.bitWidth - (self - 1).leadingZeroBitCount)
  }
}
