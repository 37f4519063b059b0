// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Finds lines that subtree entries cover, in one pass over a slab.
///
/// Every position after a dot or at the start of a host line begins a name that might be listed as a subtree. A bitmap over the first eight
/// octets of the listed names turns nearly all of them away, for few names behind one over the first four, which is quicker. A hash
/// table of the names decides the rest.
struct SubtreeIndex {
  /// The lines the table points into.
  private let lines: Slab
  /// Offset + 1 of a subtree's name in `lines`, 0 for a free place; open addressing, at most half full.
  private var table: [UInt32]
  /// Of each place taken, some bits of the name's hash that do not say where it is: they spare looking at nearly all other names, which
  /// may lie anywhere in the text, on pages that are not in memory.
  private var tags: [UInt16]
  private var filter: [UInt64]
  /// The filter by four octets, the line feed among them; empty where names are many, or one of them has not as many.
  private var shortFilter: [UInt64]
  /// Differs from process to process, so that nobody can choose names that collide. It decides speed only, never an answer.
  private let seed: UInt64

  /// The subtree entries among `lines`, which are sorted.
  init(subtreesOf lines: Slab) {
    self.lines = lines
    self.seed = UInt64(truncatingIfNeeded: Hasher().finalize())
    let span = lines.span
    let range = span.subtreeRange
    var count = 0
    lines.forEachStretch(in: range) { count += span.lineFeeds(in: $0) }
    let isShort = count <= Self.fewNames && span.extracting(range).shortestLine >= 4
    shortFilter = isShort ? [UInt64](repeating: 0, count: Self.shortFilterWords) : []
    let places = max(16, (count * 2).roundedUpToPowerOfTwo)
    table = [UInt32](repeating: 0, count: places)
    tags = [UInt16](repeating: 0, count: places)
    filter = [UInt64](repeating: 0, count: max(1024, places / 8))
    var start = range.lowerBound
    var relaxed = 0
    while start < range.upperBound {
      insert(start + 1)
      start = span.lineEnd(from: start) + 1
      if start - relaxed > Self.stretch {
        lines.relax(relaxed..<start)
        relaxed = start
      }
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
    if !shortFilter.isEmpty {
      let bit = Self.shortBit(lines.span.shortKey(at: start))
      shortFilter[bit >> 6] |= 1 << UInt64(bit & 63)
    }
    let bit = Self.bit(lines.span.leadingKey(at: start), seed, Self.mask(of: filter.count))
    filter[bit >> 6] |= 1 << UInt64(bit & 63)
    let hash = hash(lines.span, from: start)
    var place = hash & (table.count - 1)
    while table[place] != 0 { place = (place + 1) & (table.count - 1) }
    table[place] = UInt32(start + 1)
    tags[place] = Self.tag(hash)
  }

  /// The starts of the lines of `slab` that a subtree covers, in order; a subtree does not cover its own line.
  func coveredLines(of slab: Span<UInt8>, stopAtFirst: Bool = false) -> [Int] {
    guard slab.count > 0 else { return [] }
    let (filter, seed) = (filter.span, seed)
    let mask = Self.mask(of: filter.count)
    guard shortFilter.count == Self.shortFilterWords else {
      return coveredLines(of: slab, stopAtFirst) { slab, start in
        let bit = Self.bit(slab.leadingKey(at: start), seed, mask)
        return filter[bit >> 6] & (1 << UInt64(bit & 63)) != 0
      }
    }
    let short = shortFilter.span
    return coveredLines(of: slab, stopAtFirst) { slab, start in
      let place = Self.shortBit(slab.shortKey(at: start))
      guard short[place >> 6] & (1 << UInt64(place & 63)) != 0 else { return false }
      let bit = Self.bit(slab.leadingKey(at: start), seed, mask)
      return filter[bit >> 6] & (1 << UInt64(bit & 63)) != 0
    }
  }

  @inline(__always)
  private func coveredLines(
    of slab: Span<UInt8>, _ stopAtFirst: Bool, passes: (borrowing Span<UInt8>, Int) -> Bool
  ) -> [Int] {
    var covered: [Int] = []
    let count = slab.count
    note(slab, 0, in: &covered)
    var position = 0
    // Whether the octet before was a line feed.
    var afterLineFeed: UInt64 = 0
    while position < count {
      let (dots, feeds) = slab.separators(at: position)
      // Behind a dot within a line a name begins, and at the start of a line that begins with none: all others are not looked at.
      var places = dots & ~(feeds << 1 | afterLineFeed) | feeds & ~(dots >> 1)
      afterLineFeed = feeds >> 63
      while places != 0 {
        let start = position &+ places.trailingZeroBitCount &+ 1
        places &= places &- 1
        guard start < count else { break }
        if passes(slab, start) { note(slab, start, in: &covered) }
      }
      if stopAtFirst, let first = covered.first { return [first] }
      position &+= 64
    }
    return covered
  }

  /// How many names are few.
  private static let fewNames = 4096
  /// 64 places each: 32 for each of the most names.
  private static let shortFilterWords = 2048

  /// Where four octets stand in the filter for few names. Which names share a place is no secret: it decides speed only.
  @inline(__always)
  private static func shortBit(_ key: UInt32) -> Int { Int((key &* 0x9E37_79B1) &>> 15) }

  /// Notes the line that holds `start`, if a name begins there that is listed as a subtree. A host line is a name as it stands; a
  /// subtree line's own name does not count.
  @inline(never)
  private func note(_ slab: Span<UInt8>, _ start: Int, in covered: inout [Int]) {
    let line = slab.lineStart(holding: start, floor: 0)
    let isName =
      start == line ? slab[start] != Octet.dot : slab[start - 1] == Octet.dot && start > line + 1
    if isName, covered.last != line, isListed(slab, from: start) { covered.append(line) }
  }

  private func isListed(_ slab: Span<UInt8>, from start: Int) -> Bool {
    let span = lines.span
    let hash = hash(slab, from: start)
    let tag = Self.tag(hash)
    var place = hash & (table.count - 1)
    while table[place] != 0 {
      if tags[place] == tag, span.lineTailsAreEqual(Int(table[place]) - 1, slab, start) { return true }
      place = (place + 1) & (table.count - 1)
    }
    return false
  }

  /// Bits of a hash that no place depends on.
  private static func tag(_ hash: Int) -> UInt16 { UInt16(truncatingIfNeeded: hash >> 40) }

  /// Where a key stands in the filter.
  @inline(__always)
  private static func bit(_ key: UInt64, _ seed: UInt64, _ mask: Int) -> Int {
    Int(truncatingIfNeeded: ((key ^ seed) &* 0x9E37_79B9_7F4A_7C15) >> 32) & mask
  }

  /// The places of a filter of so many words, which is a power of two.
  private static func mask(of words: Int) -> Int { words * 64 - 1 }

  /// FNV-1a from `start` to the line feed, seeded and mixed.
  private func hash(_ slab: Span<UInt8>, from start: Int) -> Int {
    var value = seed ^ 0xCBF2_9CE4_8422_2325
    var position = start
    while slab[position] != Octet.lineFeed {
      value = (value ^ UInt64(slab[position])) &* 0x100_0000_01B3
      position += 1
    }
    return Int(truncatingIfNeeded: (value ^ (value >> 29)) & 0x7FFF_FFFF_FFFF_FFFF)
  }
}

extension Span<UInt8> {
  /// Octets of the shortest of these lines, without its line feed; the most there can be if there are none.
  fileprivate var shortestLine: Int {
    var (start, shortest) = (0, Int.max)
    while start < count {
      let end = lineEnd(from: start)
      shortest = Swift.min(shortest, end - start)
      start = end + 1
    }
    return shortest
  }
}

extension Int {
  fileprivate var roundedUpToPowerOfTwo: Int {
    self <= 1 ? 1 : 1 << (Int.bitWidth - (self - 1).leadingZeroBitCount)
  }
}
