// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
public import Ingest

/// Why the store did not do what was asked. Texts hold no listed name.
public enum RecordsError: Error, Hashable, Sendable {
  /// The request does not fit what is on record.
  case refused(RecordsRefusal)
  /// The environment failed (disk full, busy, connection lost): nothing was changed; trying again may help.
  case fault(String)
  /// The store can no longer be trusted (corrupt page, broken invariant): stop publishing.
  case fatal(String)
}

/// A request that does not fit what is on record.
public enum RecordsRefusal: Error, Hashable, Sendable {
  /// There is no such thing.
  case notFound(Kind)
  /// There is such a thing already.
  case alreadyExists(Kind)
  /// It refers to a thing that is not there.
  case missingReference(Kind)
  /// The list has other releases, or its entries changed, since the draft's basis was read: read it again.
  case releaseConflict(latest: ListVersion)
  /// What is guarded changed since the revision that the draft was judged by: read it again.
  case guardConflict(revision: Int64)
  /// The metadata changed since its revision was read: read it again.
  case metadataConflict(revision: Int64)
  /// The proposal changed since its revision was read: read it again.
  case proposalConflict(revision: Int64)
  /// A release that changes nothing.
  case nothingToRelease
  /// The entry's state does not allow it: only listed entries are suspended or renewed, only suspended ones reinstated.
  case wrongEntryState
  /// Who would renew the entry reported what it blocks.
  case ownReport
  /// The lease asked for is too long, or the entry's lease has ended.
  case leaseRefused
  /// What the entry blocks is guarded meanwhile.
  case renewalRefused(RenewalRefusal)
  /// `since` lies ahead of the latest release.
  case versionAhead(latest: ListVersion)
  /// The agency is none that votes: it has no reviewers and no keys.
  case agencyHasNoVote
  /// The agency has as many keys as one may.
  case tooManyKeys
  /// The signature of a renewal does not count.
  case signatureRefused(SignatureRefusal)
  /// Whoever brought the batch takes it back, after what became of its items.
  case batchRefused
  /// The key was used for another request.
  case idempotencyKeyReused

  /// What was looked for.
  public enum Kind: String, Hashable, Sendable {
    /// An agency.
    case agency
    /// A principal.
    case principal
    /// A credential.
    case credential
    /// A submission.
    case submission
    /// An entry.
    case entry
    /// A release.
    case release
    /// A guarded name.
    case guardedName = "guarded-name"
    /// A running claim.
    case claim
    /// A panel.
    case panel
    /// An appeal.
    case appeal
    /// An agency's key.
    case agencyKey = "agency-key"
  }
}

/// Why a store cannot be opened. `description` is one clear line.
public enum StoreOpeningError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Another process has it.
  case inUse(path: String)
  /// A newer Cordon wrote it.
  case newerSchema(found: Int, known: Int)
  /// An older Cordon wrote it, and what was asked for does not bring it up.
  case olderSchema(found: Int, known: Int)
  /// Its records were moved to another store.
  case moved(path: String)
  /// A place that must be empty is not.
  case notEmpty(path: String)
  /// The file is not a Cordon store.
  case notAStore(path: String)
  /// The environment does not allow it.
  case cannotOpen(path: String, reason: String)

  /// One line for people.
  public var description: String {
    switch self {
    case .inUse(let path): "another process is using the store \(path)"
    case .newerSchema(let found, let known):
      "the store has schema \(found), this program knows up to \(known): use a newer cordond"
    case .olderSchema(let found, let known):
      "the store has schema \(found), this program writes \(known): run cordond check with it first, which brings it up"
    case .moved(let path):
      "the records of \(path) were moved to another store by cordond migrate; use that one"
    case .notEmpty(let path): "\(path) is not empty"
    case .notAStore(let path): "\(path) is not a Cordon store"
    case .cannotOpen(let path, let reason): "cannot open the store \(path): \(reason)"
    }
  }
}
