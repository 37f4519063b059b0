// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Cryptography
public import Names

/// A canonical list: the value behind `entries.txt`, whose octets are what releases sign.
///
/// Lines are unique, sorted by octet, and no name is listed that a subtree entry covers already. Coverage is a property of the
/// whole list, so what changes between two releases is the difference of two lists and not the changes anybody asked for.
public struct Blocklist: Hashable, Sendable {
  /// The list before the first release.
  public static let empty = Blocklist(proven: .none)

  /// The entries, in order.
  public let entries: EntryLines
  /// SHA-256 of `octets`.
  public let digest: SHA256Digest
  /// The digests of its blocks, where they have been made.
  public let blocks: ListBlocks?

  init(proven entries: EntryLines) {
    self.init(proven: entries, digest: entries.slab.digest)
  }

  init(proven entries: EntryLines, digest: SHA256Digest, blocks: ListBlocks? = nil) {
    self.entries = entries
    self.digest = digest
    self.blocks = blocks
  }

  /// `entries.txt`: one line an entry, each ended by a line feed.
  public var slab: Slab { entries.slab }
  /// `entries.txt` in an array: a copy where it is a file's.
  public var octets: [UInt8] { entries.octets }
  /// How many entries the list has.
  public var count: Int { entries.count }
  /// Whether it has none.
  public var isEmpty: Bool { entries.isEmpty }

  /// Whether exactly this entry is in the list.
  public func contains(_ entry: BlocklistEntry) -> Bool { entries.contains(entry) }

  /// Whether `name` is blocked: listed itself, or below a listed subtree.
  public func covers(_ name: DomainName) -> Bool {
    let line = Array(name.text.utf8)
    return slab.span.holds(line.span) || slab.span.covers(line.span)
  }

  /// Lists are equal when their digests are.
  public static func == (left: Blocklist, right: Blocklist) -> Bool { left.digest == right.digest }

  /// Hashes the digest.
  public func hash(into hasher: inout Hasher) { hasher.combine(digest) }
}

extension Blocklist: Sequence {
  /// Iterates over the entries in order.
  public func makeIterator() -> EntryLines.Iterator { entries.makeIterator() }
  /// The exact number of entries.
  public var underestimatedCount: Int { count }
}

extension Slab {
  /// SHA-256 of the octets, which are not kept in memory.
  public var digest: SHA256Digest {
    var hasher = SHA256Hasher()
    forEachPiece { hasher.update($0.span) }
    return hasher.finalize()
  }
}
