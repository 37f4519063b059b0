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
      if let begun = try compactDownload.begun(settings.list)?.record, begun.version < record.version,
        let whole = try byWay(of: begun, to: record, by: compactDownload)
      {
        return whole
      }
      let reply = try compactDownload.runCompact(record, of: settings.list, in: directory)
      if !reply.isSpoken { state.plainServerSeen = now }
      if let whole = reply.whole {
        try compactDownload.forgetBegun()
        return whole
      }
    }
    return try plain(record, at: location, by: download)
  }

  /// A whole list that was begun when an earlier release was the newest, brought to its end, and on by the changes since.
  ///
  /// Nothing of the earlier one need be signed any more: what the changes lead to is.
  /// - Returns: nil when that cannot be had; what was begun is forgotten then.
  private func byWay(of begun: ListRecord, to record: ListRecord, by download: Download)
    throws(FollowFailure) -> (list: Blocklist, draft: FileDraft)?
  {
    do throws(FollowFailure) {
      let reply = try download.runCompact(begun, of: settings.list, in: directory)
      if let (base, draft) = reply.whole {
        // From now on it lies in a file without a name: the one to come is written under the same.
        try local { () throws(FileFault) in try files.remove(draft.path) }
        let offer = try update.offer(
          since: begun.version, to: record.version, limit: ListUpdate.worthwhileOctets(record))
        if case .delta(let octets, _) = offer {
          let result = try ListUpdate.apply(octets, to: base, expecting: record, in: directory)
          try download.forgetBegun()
          return (result.list, result.draft)
        }
      }
    } catch {
      guard case .refused = error else { throw error }
    }
    try download.forgetBegun()
    return nil
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
