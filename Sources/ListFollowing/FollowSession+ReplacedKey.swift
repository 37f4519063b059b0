// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists

/// After a key that signs releases was replaced: the numbers it signed count no more (TUF §5.3.11 for the numbers of releases).
extension FollowSession {
  /// Whether a key that spoke for the release held speaks for releases no more. One that was only added changes nothing.
  func isOfReplacedKey(_ release: SignedRelease) -> Bool {
    !release.signers.isEmpty && !state.signers.isSubset(of: release.signers)
  }

  /// Goes back to a number once. The list held stays, to compare with and to show until the one signed now is in force; whatever was
  /// remembered under a higher number counts as of this release.
  mutating func forgetNumbers(beyond version: UInt64) throws(FollowFailure) {
    guard let applied = state.applied else { return }
    notes.append(
      "the key that signed version \(applied.version) was replaced: the list goes on at version \(version)")
    // What the server has changed since another number leads nowhere from here.
    state.needsFullList = true
    hasForgottenNumbers = true
    withheld.renumber(downTo: version)
    // What led to those numbers leads nowhere from here either.
    let journal = journal
    try local { () throws(FileFault) in try journal.clear(from: applied.version) }
    if let lastGood = state.hold?.lastGood, lastGood >= version {
      state.hold?.lastGood = version - min(version, 1)
    }
  }
}
