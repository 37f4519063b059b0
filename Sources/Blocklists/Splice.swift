// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Cryptography

/// A change on its way into a list, in steps, so that neither list need be in memory: where it takes place is known, the text after it
/// is handed over, and then looked at where it has been put.
public struct Splice: Sendable {
  private let delta: Delta
  private let list: Blocklist
  private let edits: [LineEdit]

  /// Finds where `delta` changes `list`.
  ///
  /// - Throws: `removesAbsentEntry`, `addsPresentEntry`, `tooManyEntries`, `tooManyOctets`.
  public init(_ delta: Delta, into list: Blocklist, limits: ListLimits = ListLimits()) throws(BlocklistError)
  {
    edits = try delta.edits(in: list.entries)
    (self.delta, self.list) = (delta, list)
    guard count <= limits.entries else { throw .tooManyEntries(limit: limits.entries) }
    guard length <= limits.octets else { throw .tooManyOctets(limit: limits.octets) }
  }

  /// Entries after the change.
  private var count: Int { list.count - delta.removals.count + delta.additions.count }
  /// Octets after the change.
  private var length: Int { list.slab.count - delta.removals.slab.count + delta.additions.slab.count }

  /// Whether what comes of it can be told from the blocks that it touches.
  public func knowsBlocks(of signed: SignedText) -> Bool { list.blocks != nil && signed.blocks != nil }

  /// Hands over the text after the change: runs of the list held between one change and the next, and lines that are added. What was
  /// handed over need not stay in memory.
  public func forEachPart(_ take: (Slab, Range<Int>) -> Void) {
    var position = 0
    for edit in edits {
      if position < edit.old { list.slab.forEachStretch(in: position..<edit.old) { take(list.slab, $0) } }
      if !edit.added.isEmpty { take(delta.additions.slab, edit.added) }
      position = edit.old + edit.removed
    }
    list.slab.forEachStretch(in: position..<list.slab.count) { take(list.slab, $0) }
  }

  /// The text after the change, in memory.
  func text() -> Slab {
    var octets: [UInt8] = []
    octets.reserveCapacity(length)
    forEachPart { octets.append(contentsOf: $0[$1]) }
    return Slab(octets)
  }

  /// The list in `slab`, which has the octets that were handed over. It is canonical whatever the change.
  ///
  /// - Parameter digest: their SHA-256.
  /// - Throws: `addsCoveredEntry`, `coversRemainingEntry`.
  public func list(in slab: Slab, digest: SHA256Digest) throws(BlocklistError) -> Blocklist {
    try proven(slab, digest, list.blocks?.updated(by: edits, to: slab))
  }

  /// The list in `slab`, which has the octets that were handed over, if it is the one that is signed; nil if not.
  ///
  /// Where `knowsBlocks`, what the change touches is hashed; elsewhere the whole list.
  /// - Parameter digest: SHA-256 of the octets, where that is known already.
  /// - Throws: `addsCoveredEntry`, `coversRemainingEntry`.
  public func list(in slab: Slab, digest: SHA256Digest? = nil, expecting signed: SignedText)
    throws(BlocklistError) -> Blocklist?
  {
    guard slab.count == signed.length else { return nil }
    let blocks: ListBlocks
    if let known = list.blocks, let expected = signed.blocks {
      blocks = known.updated(by: edits, to: slab)
      guard blocks.digest == expected else { return nil }
    } else {
      guard digest ?? slab.digest == signed.digest else { return nil }
      blocks = list.blocks?.updated(by: edits, to: slab) ?? ListBlocks(of: slab)
    }
    return try proven(slab, signed.digest, blocks)
  }

  private func proven(_ slab: Slab, _ digest: SHA256Digest, _ blocks: ListBlocks?) throws(BlocklistError)
    -> Blocklist
  {
    let lines = EntryLines(proven: slab, count: count)
    try delta.checkUncovered(lines)
    slab.relax()
    return Blocklist(proven: lines, digest: digest, blocks: blocks)
  }
}
