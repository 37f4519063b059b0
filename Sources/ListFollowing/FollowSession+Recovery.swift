// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists

/// What came after a list that was lost, where that must be known: on hold, and while additions settle.
extension FollowSession {
  /// Takes the list that was held once more, when a newer one is to be compared with it.
  /// - Returns: nil where that does not matter, or cannot be had.
  mutating func takeAgain(_ release: SignedRelease) throws(FollowFailure) -> Blocklist? {
    guard let lost = state.applied, !lost.isSame(as: release.record),
      state.hold != nil || settings.ring == .general || !withheld.isEmpty
    else { return nil }
    do throws(FollowFailure) {
      let (list, draft) = try whole(lost, at: release.location(of: lost))
      let directory = directory
      var settled = state
      defer { state = settled }
      try local { () throws(FileFault) in
        try directory.adopt(draft, as: lost, signers: settled.signers, &settled)
      }
      beforeRound = lost
      return list
    } catch {
      // On hold nothing is shown that cannot be told from what came before: another source may have it.
      guard error.isTheSources, state.hold == nil else {
        if state.hold != nil { notes.append("on hold: version \(lost.version) must be had again first") }
        throw error
      }
      notes.append("version \(lost.version) cannot be had again: what was added since then is shown at once")
      return nil
    }
  }

  /// With nothing known of the list that lies here: that list, to tell what is new by where that must be known.
  func strayList() throws(FollowFailure) -> Blocklist? {
    guard state.hold != nil || settings.ring == .general || !withheld.isEmpty, state.applied == nil else {
      return nil
    }
    let slab = try local { () throws(FileFault) in
      try files.map(directory.entriesPath, maximumOctets: StateDirectory.maximumListOctets)
    }
    return slab.flatMap { try? Blocklist(parsing: $0) }
  }
}
