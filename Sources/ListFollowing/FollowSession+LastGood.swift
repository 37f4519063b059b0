// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
private import FoundationEssentials
internal import ListFormats

/// The outputs before, until a resolver has confirmed those that took their place. `state.json` says that there are some before any
/// output is replaced; so they are neither lost by an interruption nor taken for confirmed.
extension FollowSession {
  /// Keeps an output under another name. One that is not confirmed is never kept in place of one that was.
  mutating func keepPrevious(of path: String, version: UInt64) throws(FollowFailure) {
    guard !settings.verified.isEmpty else { return }
    var record =
      state.unverified
      ?? Unverified(since: Int64(now.timeIntervalSince1970), version: version, paths: [])
    let previous = Unverified.previous(path)
    let isOnRecord = record.paths.contains(path)
    try local { () throws(FileFault) in
      let isKept = try files.stamp(of: previous) != nil
      // Where the state was lost, what lies there was the last to be confirmed, for all that is known.
      if isKept, isOnRecord || !state.outputs.contains(where: { $0.path == path }) {
        if !isOnRecord { record.paths.append(path) }
        return
      }
      record.paths.removeAll { $0 == path }
      // On record, and gone: what is in place now was not confirmed.
      guard !isOnRecord, try files.stamp(of: path) != nil else { return }
      try files.link(path, as: previous)
      try files.synchronize(directory: directoryPart(of: path))
      record.paths.append(path)
    }
    state.unverified = record
  }

  /// Decides that the outputs are put back, and does so.
  /// - Returns: what happened, in one plain line.
  mutating func takeBack(_ problem: String, marker: String) throws(FollowFailure) -> String {
    guard var record = state.unverified else { return problem }
    guard !record.paths.isEmpty else {
      return "\(problem); no outputs are kept from before version \(record.version)"
    }
    let detail = "\(problem); the outputs before version \(record.version) are back in place"
    record.isTakenBack = true
    hasTakenBack = true
    state.unverified = record
    state.rejected = FollowState.Rejection(marker: marker, date: now, detail: detail)
    state.outputs.removeAll { record.paths.contains($0.path) }
    if settings.reloadCommand != nil { state.needsReload = true }
    try save()
    try finishTakingBack()
    return detail
  }

  /// Puts back the outputs that are to be, where an interruption left some.
  mutating func finishTakingBack() throws(FollowFailure) {
    guard let record = state.unverified, record.isTakenBack else { return }
    try local { () throws(FileFault) in
      for path in record.paths where try files.stamp(of: Unverified.previous(path)) != nil {
        if try !putBackZone(path) {
          try files.rename(Unverified.previous(path), to: path)
          // A resolver that compares times must not take the older file for one it has read.
          try files.renew(path)
        }
        try files.synchronize(directory: directoryPart(of: path))
      }
    }
    state.unverified = nil
    try save()
  }

  /// Puts a policy zone back under a serial beyond that of the one taken back: a secondary may have that already.
  /// - Returns: whether it is one.
  private func putBackZone(_ path: String) throws(FileFault) -> Bool {
    let most = StateDirectory.maximumListOctets
    guard settings.outputs.contains(where: { $0.path == path && $0.format == .rpz }),
      let taken = try files.map(path, maximumOctets: most).flatMap({ ZoneSerial.read(from: $0) }),
      let zone = try files.map(Unverified.previous(path), maximumOctets: most),
      ZoneSerial.read(from: zone) != nil
    else { return false }
    let draft = try FileDraft(
      of: path, permissions: settings.outputPermissions, isHashed: false, files: files)
    ZoneSerial.rewrite(zone, with: ZoneSerial.next(after: taken, for: ListVersion(0))) { draft.append($0) }
    try draft.finish()
    try draft.replace()
    try files.remove(Unverified.previous(path))
    return true
  }

  /// Drops what was kept of the outputs before: a resolver has confirmed those in place, or none is asked any more.
  mutating func forgetPrevious() throws(FollowFailure) {
    guard let record = state.unverified else { return }
    state.unverified = nil
    try save()
    for path in record.paths { try? files.remove(Unverified.previous(path)) }
  }
}
