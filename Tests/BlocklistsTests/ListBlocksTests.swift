// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import Cryptography
import Testing

struct ListBlocksTests {
  @Test(arguments: [0, 1, 7, 8, 9, 40, 700, 4000])
  func `blocks are those of the plain rule`(size: Int) throws {
    var lists = NumberedLists(seed: 10 + UInt64(size))
    let list = try lists.list(size)
    let blocks = ListBlocks(of: list.slab)
    #expect(blocks.digest == BlockModel(list.octets).digest)
    #expect(blocks.count == BlockModel(list.octets).blocks.count)
    #expect(blocks.lineCount == list.count)
  }

  @Test func `a text without lines has no block`() {
    #expect(ListBlocks(of: Slab([])) == .none)
    #expect(ListBlocks.none.digest == SHA256Digest(hashing: [1, 0, 0, 0, 0, 0, 0, 0, 0]))
  }

  @Test(arguments: 0..<120)
  func `what a change makes of the blocks is what hashing all again makes`(seed: Int) throws {
    var lists = NumberedLists(seed: 100 + UInt64(seed))
    let size = [0, 3, 60, 900, 3000][seed % 5]
    var held = try lists.list(size).hashedInBlocks
    for step in 0..<12 {
      let newer = try lists.changed(held, in: step)
      let delta = Delta(from: held, to: newer)
      let signed = SignedText(
        length: newer.slab.count, digest: newer.digest, blocks: ListBlocks(of: newer.slab).digest)
      let made = try #require(try delta.applied(to: held, expecting: signed))
      #expect(made.octets == newer.octets)
      #expect(made.blocks == ListBlocks(of: newer.slab))
      #expect(made.count == newer.count)
      let compact = try CompactChange(delta, from: held.entries, level: 1)
      #expect(try compact.delta(from: held) == delta)
      held = made
    }
  }

  @Test(arguments: [false, true])
  func `another text than the signed one is not taken`(isHashedInBlocks: Bool) throws {
    var lists = NumberedLists(seed: 7)
    let plain = try lists.list(500)
    let older = isHashedInBlocks ? plain.hashedInBlocks : plain
    let newer = try lists.changed(older, in: 0)
    let blocks = ListBlocks(of: newer.slab).digest
    let signed = SignedText(length: newer.slab.count, digest: newer.digest, blocks: blocks)
    let delta = Delta(from: older, to: newer)
    #expect(try delta.applied(to: older, expecting: signed) == newer)
    let others = [
      SignedText(length: newer.slab.count - 1, digest: newer.digest, blocks: blocks),
      SignedText(length: newer.slab.count, digest: older.digest, blocks: ListBlocks(of: older.slab).digest),
      SignedText(length: newer.slab.count, digest: older.digest, blocks: nil),
    ]
    for other in others { #expect(try delta.applied(to: older, expecting: other) == nil) }
    // A line of the same length elsewhere in the list.
    let line = Array("zzzz.test\n".utf8)
    let swapped = try Blocklist(reducing: newer.octets.addingLines(of: line))
    let wrong = SignedText(length: swapped.slab.count, digest: newer.digest, blocks: blocks)
    #expect(try Delta(from: older, to: swapped).applied(to: older, expecting: wrong) == nil)
  }

  @Test func `without signed blocks the whole text is compared, and blocks are made on the way`() throws {
    var lists = NumberedLists(seed: 8)
    let older = try lists.list(300)
    let newer = try lists.changed(older, in: 1)
    let signed = SignedText(length: newer.slab.count, digest: newer.digest, blocks: nil)
    let made = try #require(try Delta(from: older, to: newer).applied(to: older, expecting: signed))
    #expect(made.blocks == ListBlocks(of: newer.slab))
  }

  @Test func `a change that does not fit is refused with or without blocks`() throws {
    let held = try list(".b.example", "a.example", "c.example").hashedInBlocks
    let signed = SignedText(length: 1, digest: held.digest, blocks: held.blocks?.digest)
    for text in ["-x.example\n", "+a.example\n"] {
      let delta = try Delta(parsing: octets(text))
      #expect(throws: BlocklistError.self) { try delta.applied(to: held, expecting: signed) }
    }
  }

  @Test func `a signed text that is no list is refused`() throws {
    var lists = NumberedLists(seed: 9)
    let held = try lists.list(400).hashedInBlocks
    let line = Array("below.\(try #require(held.first { $0.scope == .subtree }).name)\n".utf8)
    let text = held.octets.addingLines(of: line)
    let signed = SignedText(
      length: text.count, digest: SHA256Digest(hashing: text), blocks: ListBlocks(of: Slab(text)).digest)
    let delta = try Delta(parsing: Array("+".utf8) + line)
    #expect(throws: BlocklistError.addsCoveredEntry(1)) { try delta.applied(to: held, expecting: signed) }
  }

  @Test func `a block has eight lines at least`() throws {
    let ending = (0..<20_000).map { "e\($0).example" }.filter { BlockModel.key(octets($0)) < 1 << 59 }
    let lines = Array(ending.prefix(64)).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    let text = octets(lines.map { $0 + "\n" }.joined())
    #expect(ListBlocks(of: Slab(text)).count == 8)
    #expect(ListBlocks(of: Slab(text + octets("z.example\n"))).count == 9)
  }

  @Test func `a block has 512 lines at most`() throws {
    let others = (0..<2_000).map { "e\($0).example" }.filter { BlockModel.key(octets($0)) >= 1 << 59 }
    let lines = Array(others.prefix(1024)).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    let text = octets(lines.map { $0 + "\n" }.joined())
    #expect(ListBlocks(of: Slab(text)).count == 2)
    #expect(ListBlocks(of: Slab(text + octets("z.example\n"))).count == 3)
    let held = try Blocklist(parsing: text).hashedInBlocks
    for line in ["a.example", lines[511] + "a.example", "z.example"] {
      let newer = try Blocklist(reducing: text.addingLines(of: octets(line + "\n")))
      #expect(try Delta(from: held, to: newer).applied(to: held).blocks == ListBlocks(of: newer.slab))
    }
  }

  @Test func `a kept list is known by its blocks, and one octet makes it another`() throws {
    var lists = NumberedLists(seed: 11)
    let list = try lists.list(200).hashedInBlocks
    let signed = SignedText(length: list.slab.count, digest: list.digest, blocks: list.blocks?.digest)
    let kept = try #require(Blocklist(kept: list.slab, as: signed))
    #expect(kept == list && kept.count == list.count && kept.blocks == list.blocks)
    var octets = list.octets
    octets[octets.count / 2] ^= 1
    #expect(Blocklist(kept: Slab(octets), as: signed) == nil)
    #expect(Blocklist(kept: Slab(Array(list.octets.dropLast())), as: signed) == nil)
    let unknown = SignedText(length: list.slab.count, digest: list.digest, blocks: nil)
    #expect(Blocklist(kept: list.slab, as: unknown) == nil)
  }
}
