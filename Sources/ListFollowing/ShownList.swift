// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
private import Cryptography

/// The list as it is shown to resolvers: the verified one, with what is decided on this machine.
final class ShownList {
  /// The verified list.
  let verified: Blocklist
  /// What was signed of it.
  let record: ListRecord
  private let overrides: LocalOverrides
  private let withheld: Withheld
  private let files: any FileSystem
  private let path: String
  private var worked: Blocklist?

  /// - Parameter path: where the list is put while it is needed, if it is another one.
  init(
    _ verified: Blocklist, _ record: ListRecord, _ overrides: LocalOverrides, _ withheld: Withheld,
    files: any FileSystem, path: String
  ) {
    (self.files, self.path) = (files, path)
    self.withheld = withheld
    self.verified = verified
    self.record = record
    self.overrides = overrides
  }

  /// Whether it is the verified list, as it was signed.
  var isAsSigned: Bool { overrides.isEmpty && withheld.isEmpty }

  /// Everything it depends on, in one digest (hexadecimal), made without making the list.
  var identity: String { identity(of: record) }

  /// What the identity was, or would be, with another release.
  func identity(of record: ListRecord) -> String {
    let parts = [String(record.version), record.digest.hex, overrides.digest.hex, withheld.digest.hex]
    return SHA256Digest(hashing: Array(parts.joined(separator: "\n").utf8)).hex
  }

  /// The list, worked out when first asked for.
  /// - Throws: `FollowFailure.override` when it exceeds the limits of a list.
  func list() throws(FollowFailure) -> Blocklist {
    if let worked { return worked }
    let list = try carryOut(overrides.change, on: try carryOut(withheld.change, on: verified))
    worked = list
    return list
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
