// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
private import Cryptography

/// Taking a whole list.
extension FollowSession {
  mutating func full(_ release: SignedRelease, _ held: inout Blocklist?) throws(FollowFailure)
    -> Newer
  {
    // A whole list needs the memory, and not the blocks of the one before.
    held = held?.withoutBlocks
    memory.forget()
    let (list, draft) = try whole(release.record, at: release.location)
    guard let held else { return Newer(list, in: draft) }
    let directory = directory
    let change = try local { () throws(FileFault) in try directory.difference(from: held, to: list) }
    return Newer(ListUpdate.Result(list: list, change: change, draft: draft))
  }

  /// The whole list of a release, in the compact form where that is spoken.
  mutating func whole(_ record: ListRecord, at location: String) throws(FollowFailure) -> (
    list: Blocklist, draft: FileDraft
  ) {
    let download = Download(
      transport: transport, files: files, partialPath: directory.partialPath, pause: pause)
    let compactDownload = Download(
      transport: transport, files: files, partialPath: directory.partialPath + ".compact", pause: pause)
    if asksCompact {
      let reply = try compactDownload.runCompact(record, of: settings.list, in: directory)
      if !reply.isSpoken { state.plainServerSeen = now }
      if let whole = reply.whole { return whole }
    }
    return try plain(record, at: location, by: download)
  }

  /// The whole list as it is signed.
  private func plain(_ record: ListRecord, at location: String, by download: Download) throws(FollowFailure)
    -> (Blocklist, FileDraft)
  {
    let slab = try update.full(record, at: location, by: download)
    let directory = directory
    let (draft, digest, copy) = try local { () throws(FileFault) in
      let draft = try directory.draft()
      slab.forEachRun { draft.append($0) }
      return (draft, try draft.finish(), try draft.slab())
    }
    guard digest == record.digest else { throw .refused(.listDigest(version: record.version)) }
    return (try ListUpdate.read(copy, record), draft)
  }
}
