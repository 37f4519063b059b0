// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
public import Records

/// Why nothing was published, or no state could be read.
public enum PublicationError: Error, Sendable {
  /// No list of that name is configured.
  case unknownList
  /// The list has no release of that number.
  case unknownRelease(latest: ListVersion)
  /// The list in force and the approved entries are the same.
  case nothingToPublish
  /// The list in force and the approved entries are the same but for these, which are guarded meanwhile.
  case allWithheld([BlocklistEntry])
  /// Undoing the release changes nothing: what it added is gone, and what it removed may not come back by this way.
  case nothingToRevert
  /// Undoing the release would list again nothing but so many entries that are guarded meanwhile.
  case guardedMeanwhile(Int)
  /// Undoing the release would list again nothing but so many entries that stay off: something else took them off as well, or an appeal
  /// keeps them off, or they are guarded.
  case takenOffOtherwise(Int)
  /// What is guarded changed since the release was judged by it: read it and try again.
  case guardsChanged
  /// The clock is far beyond the last time served and nothing confirms it: by it, leases would end that have not.
  case clockInDoubt
  /// The root of trust has not been installed yet.
  case rootMissing
  /// The root, an online key or the metadata in the store does not fit together. Positions and roles only.
  case manifest(String)
  /// The list could not be built: a limit was passed.
  case list(BlocklistError)
  /// Other processes kept changing the same list; trying again may help.
  case contention
  /// A root proposal was refused: which rule, in plain words.
  case proposalRefused(String)
  /// There is no root proposal.
  case noProposal
  /// The store refused or failed.
  case records(RecordsError)
}
