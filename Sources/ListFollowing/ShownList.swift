// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
private import Cryptography
internal import ListFormats
internal import Names

/// The list as it is shown to resolvers: the verified one, with what is decided on this machine.
final class ShownList {
  /// The verified list.
  let verified: Blocklist
  /// What was signed of it.
  let record: ListRecord
  private let overrides: LocalOverrides
  /// Additions that are not shown yet, and what stands in their place.
  private let hidden: EntryLines, stand: EntryLines
  private let files: any FileSystem
  private let path: String
  private var worked: Blocklist?

  /// - Parameters:
  ///   - hidden: entries of the list that are not shown yet.
  ///   - stand: entries that are shown in their place, which hidden ones cover.
  ///   - path: where the list is put while it is needed, if it is another one.
  init(
    _ verified: Blocklist, _ record: ListRecord, _ overrides: LocalOverrides, hiding hidden: EntryLines,
    showing stand: EntryLines, files: any FileSystem, path: String
  ) {
    (self.files, self.path) = (files, path)
    (self.hidden, self.stand) = (hidden, stand)
    self.verified = verified
    self.record = record
    self.overrides = overrides
  }

  /// Whether it is the verified list, as it was signed.
  var isAsSigned: Bool { overrides.isEmpty && hidden.isEmpty && stand.isEmpty }

  /// Everything it depends on, in one digest (hexadecimal), made without making the list.
  var identity: String { identity(of: record) }

  /// What the identity was, or would be, with another release.
  func identity(of record: ListRecord) -> String {
    let parts = [String(record.version), record.digest.hex, overrides.digest.hex, withheldDigest.hex]
    return SHA256Digest(hashing: Array(parts.joined(separator: "\n").utf8)).hex
  }

  private var withheldDigest: SHA256Digest {
    guard !hidden.isEmpty || !stand.isEmpty else { return SHA256Digest(hashing: []) }
    return SHA256Digest(hashing: Array("\(hidden.slab.digest.hex)\n\(stand.slab.digest.hex)".utf8))
  }

  /// The list, worked out when first asked for.
  /// - Throws: `FollowFailure.override` when it exceeds the limits of a list.
  func list() throws(FollowFailure) -> Blocklist {
    if let worked { return worked }
    let list = try carryOut(overrides.change, on: try withholding())
    worked = list
    return list
  }

  /// The verified list without what is withheld, in a file that has no name any more.
  private func withholding() throws(FollowFailure) -> Blocklist {
    guard !hidden.isEmpty || !stand.isEmpty else { return verified }
    return try local { () throws(FileFault) in
      let draft = try FileDraft(of: path, permissions: 0o640, isHashed: true, files: files)
      defer { try? files.remove(draft.path) }
      var page: [UInt8] = []
      verified.forEachPart(hiding: hidden, showing: stand) { slab, range in
        // Many short parts are written together.
        page.append(contentsOf: slab[range])
        guard page.count >= Slab.runOctets else { return }
        draft.append(page[...])
        page.removeAll(keepingCapacity: true)
      }
      draft.append(page[...])
      let digest = try draft.finish()
      let slab = try draft.slab()
      return verified.hiding(hidden, showing: stand, in: slab, digest: digest ?? slab.digest)
    }
  }

  /// The list for an output in a format, and what is left open in it.
  /// - Throws: as `list`.
  func list(for format: ListFormat, zone: DomainName) throws(FollowFailure) -> (Blocklist, ListExceptions) {
    let exceptions = overrides.exceptions(in: verified, for: format, zone: zone)
    guard !exceptions.isEmpty else { return (try list(), .none) }
    let overrides = overrides
    let settled = try withholding()
    // What is withheld may be the very subtree.
    let kept = overrides.exceptions(in: settled, for: format, zone: zone)
    let shown = try carryOut(
      { (list) throws(BlocklistError) in try overrides.change(of: list, excepting: kept) }, on: settled)
    return (shown, kept)
  }

  /// How many listed subtrees an output in a format, or a resolver that is told, leaves open as a whole.
  func openSubtrees(for format: ListFormat?, zone: DomainName) -> Int {
    overrides.openSubtrees(in: verified, for: format, zone: zone)
  }

  /// The list after a change, in a file that has no name any more: neither is in memory.
  private func carryOut(
    _ change: (Blocklist) throws(BlocklistError) -> Delta, on list: Blocklist
  ) throws(FollowFailure) -> Blocklist {
    let delta = try within { () throws(BlocklistError) in try change(list) }
    guard !delta.isEmpty else { return list }
    let draft = try local { () throws(FileFault) in
      try FileDraft(of: path, permissions: 0o640, isHashed: true, files: files)
    }
    defer { try? files.remove(draft.path) }
    let splice = try within { () throws(BlocklistError) in try Splice(delta, into: list) }
    splice.forEachPart { draft.append($0, $1) }
    let (digest, slab) = try local { () throws(FileFault) in (try draft.finish(), try draft.slab()) }
    return try within { () throws(BlocklistError) in try splice.list(in: slab, digest: digest ?? slab.digest)
    }
  }

  private func within<Value>(_ work: () throws(BlocklistError) -> Value) throws(FollowFailure) -> Value {
    do throws(BlocklistError) { return try work() } catch {
      throw .override(path: "overrides", line: 1, reason: "\(error)")
    }
  }
}
