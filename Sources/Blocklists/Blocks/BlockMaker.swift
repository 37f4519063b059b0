// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Cryptography

/// Cuts a text into blocks, from the start of one to the end of the text or to where somebody stops it.
struct BlockMaker: ~Copyable {
  /// The blocks so far.
  private(set) var made = ListBlocks.none
  /// Where the next block starts.
  private(set) var position = 0
  private let slab: Slab
  private var hasher = SHA256Hasher()
  private var relaxed = 0

  init(_ slab: Slab, capacity: Int = 0) {
    self.slab = slab
    made.reserve(capacity)
  }

  var isAtEnd: Bool { position >= slab.count }

  /// Takes the next block.
  mutating func take() {
    let slab = slab
    let (end, lines) = slab.span.endOfBlock(from: position)
    hasher.update([0])
    hasher.update(slab.span.extracting(position..<end))
    made.append(length: end - position, lines: lines, &hasher)
    position = end
    guard position - relaxed >= Self.stretch else { return }
    slab.relax(relaxed..<position)
    relaxed = position
  }

  /// Takes blocks that are known, which come next.
  mutating func take(_ known: ListBlocks, _ range: Range<Int>, octets: Int) {
    made.append(known, range)
    position += octets
  }

  /// Takes all that is left.
  mutating func finish() {
    while !isAtEnd { take() }
    slab.relax(relaxed..<slab.count)
  }

  /// Octets looked through before they are let go.
  private static let stretch = 1 << 20
}

/// Where blocks end.
enum BlockRule {
  /// A block has so many lines at least, but for the last one: no choice of names makes more blocks than that.
  static let leastLines = 8
  /// And so many at most: no choice of names makes longer ones.
  static let mostLines = 512
  /// A line whose key is below this one ends its block: one of 32.
  static let keyBound: UInt64 = 1 << 59
}

extension Span<UInt8> {
  /// Where the block ends that starts at `start`, and how many lines it has.
  func endOfBlock(from start: Int) -> (end: Int, lines: Int) {
    var position = start
    var lines = 0
    while position < count {
      let key: UInt64
      if lines + 1 < BlockRule.leastLines {
        position = lineEnd(from: position) + 1
        key = .max
      } else {
        (key, position) = blockKey(ofLineAt: position)
      }
      lines += 1
      if key < BlockRule.keyBound || lines == BlockRule.mostLines { break }
    }
    return (position, lines)
  }

  /// The key of a line, and where the next one starts.
  ///
  /// The line without its line feed, filled with zeros to a multiple of eight octets, as numbers with the first octet lowest: each is
  /// mixed into the key by exclusive or, multiplication and a shift.
  private func blockKey(ofLineAt start: Int) -> (key: UInt64, next: Int) {
    var key: UInt64 = 0
    var position = start
    while position + 8 <= count {
      let word = word(at: position)
      // A line holds ASCII, so that no octet borrows from the next.
      let ends = ~((word ^ 0x0A0A_0A0A_0A0A_0A0A) &+ 0x7F7F_7F7F_7F7F_7F7F) & 0x8080_8080_8080_8080
      guard ends != 0 else {
        key.mix(word)
        position += 8
        continue
      }
      let octets = ends.trailingZeroBitCount / 8
      if octets > 0 { key.mix(word & (1 << UInt64(8 * octets) &- 1)) }
      return (key, position + octets + 1)
    }
    let end = lineEnd(from: position)
    if end > position {
      var word: UInt64 = 0
      for index in position..<end { word |= UInt64(self[index]) << UInt64(8 * (index - position)) }
      key.mix(word)
    }
    return (key, end + 1)
  }
}

extension UInt64 {
  @inline(__always)
  fileprivate mutating func mix(_ word: UInt64) {
    self = (self ^ word) &* 0x9E37_79B9_7F4A_7C15
    self ^= self >> 32
  }
}
