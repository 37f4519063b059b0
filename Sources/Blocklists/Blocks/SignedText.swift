// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Cryptography

/// What is signed of a list's text.
public struct SignedText: Hashable, Sendable {
  /// Octets.
  public let length: Int
  /// SHA-256 of all octets.
  public let digest: SHA256Digest
  /// `ListBlocks.digest`; nil where it is not signed, as by older services.
  public let blocks: SHA256Digest?

  /// What is signed.
  public init(length: Int, digest: SHA256Digest, blocks: SHA256Digest?) {
    self.length = length
    self.digest = digest
    self.blocks = blocks
  }
}

extension Blocklist {
  /// This list with its block digests, made now where they are missing: all of it is hashed then.
  public var hashedInBlocks: Blocklist {
    blocks == nil ? Blocklist(proven: entries, digest: digest, blocks: ListBlocks(of: slab)) : self
  }

  /// This list without its block digests.
  public var withoutBlocks: Blocklist { Blocklist(proven: entries, digest: digest) }

  /// This list with its block digests, where `older` has them: what `change` touches is hashed.
  ///
  /// - Parameter change: leads from `older` to this list.
  package func hashedInBlocks(from older: Blocklist, by change: Delta) throws(BlocklistError) -> Blocklist {
    guard blocks == nil, let known = older.blocks, change.count <= older.count / 16 else {
      return hashedInBlocks
    }
    let edits = try change.edits(in: older.entries)
    return Blocklist(proven: entries, digest: digest, blocks: known.updated(by: edits, to: slab))
  }

  /// A list that was read with all its rules and kept: its block digests say that it is the same.
  ///
  /// - Parameters:
  ///   - text: what was signed of it, or found out when it was verified.
  /// - Returns: nil when `slab` is another text, or cannot be any list's, or nothing is known of its blocks.
  public init?(kept slab: Slab, as text: SignedText) {
    guard let expected = text.blocks, slab.count == text.length,
      slab.count == 0 || slab.span[slab.count - 1] == Octet.lineFeed
    else { return nil }
    let blocks = ListBlocks(of: slab)
    guard blocks.digest == expected else { return nil }
    self.init(proven: EntryLines(proven: slab, count: blocks.lineCount), digest: text.digest, blocks: blocks)
  }
}
