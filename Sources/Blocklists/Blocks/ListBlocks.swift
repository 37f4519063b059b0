// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Cryptography

/// A list's text in blocks of whole lines, each with its digest (`docs/protocol.md`, "Block digests").
///
/// Where a block ends depends on the lines in it alone, so a change of a few lines touches a few blocks: whoever holds the blocks of
/// a list hashes those again, and not the whole text, to know what the list has become.
public struct ListBlocks: Hashable, Sendable {
  /// The blocks of a text without lines.
  public static let none = ListBlocks()

  /// Octets of each block.
  private(set) var lengths: [UInt32] = []
  /// Lines of each block.
  private(set) var lines: [UInt16] = []
  /// The digest of each block, one after the other.
  private(set) var digests: [UInt8] = []

  private init() {}

  /// The blocks of `slab`, which holds whole lines; all of it is hashed, and little of it in memory at a time.
  public init(of slab: Slab) {
    var maker = BlockMaker(slab)
    maker.finish()
    self = maker.made
  }

  /// How many blocks there are.
  public var count: Int { lengths.count }
  /// How many lines they have together.
  public var lineCount: Int { lines.reduce(0) { $0 + Int($1) } }

  /// One digest over all: SHA-256 of an octet 1, the number of blocks in eight octets, the highest first, and their digests.
  public var digest: SHA256Digest {
    var hasher = SHA256Hasher()
    hasher.update([1] + (0..<8).map { UInt8(truncatingIfNeeded: count >> (56 - 8 * $0)) })
    hasher.update(digests)
    return hasher.finalize()
  }

  mutating func append(length: Int, lines: Int, _ hasher: inout SHA256Hasher) {
    lengths.append(UInt32(length))
    self.lines.append(UInt16(lines))
    hasher.finish(appendingTo: &digests)
  }

  mutating func append(_ others: ListBlocks, _ range: Range<Int>) {
    lengths.append(contentsOf: others.lengths[range])
    lines.append(contentsOf: others.lines[range])
    let octets = range.lowerBound * SHA256Digest.length..<range.upperBound * SHA256Digest.length
    digests.append(contentsOf: others.digests[octets])
  }

  mutating func reserve(_ count: Int) {
    lengths.reserveCapacity(count)
    lines.reserveCapacity(count)
    digests.reserveCapacity(count * SHA256Digest.length)
  }
}

/// A block, and what stands before it.
struct BlockPlace {
  private var block = 0
  /// Lines before it.
  private(set) var line = 0
  /// Octets before it.
  private(set) var start = 0

  /// Moves on to the block that holds a line, which is there.
  mutating func move(to rank: Int, in blocks: ListBlocks) {
    while block < blocks.count, line + Int(blocks.lines[block]) <= rank {
      line += Int(blocks.lines[block])
      start += Int(blocks.lengths[block])
      block += 1
    }
  }
}
