// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
public import FoundationEssentials
public import Ingest

/// A release on record: immutable.
public struct Release: Hashable, Sendable {
  /// Of which list.
  public let list: ListName
  /// Its number.
  public let version: ListVersion
  /// When it was published.
  public let publishedAt: Date
  /// By whom; nil for the service itself.
  public let publishedBy: PrincipalID?
  /// Why it was made.
  public let cause: Cause
  /// Why, in a person's words.
  public let reason: String?
  /// How many entries the whole list has.
  public let entries: Int
  /// How many were added.
  public let added: Int
  /// How many were removed.
  public let removed: Int
  /// SHA-256 of `entries.txt`.
  public let digest: [UInt8]
  /// Octets of `entries.txt`.
  public let length: Int
  /// The number of the last approval on record that the release may carry.
  public let approvalMark: Int64

  /// Why a release is made.
  public enum Cause: String, CaseIterable, Hashable, Sendable {
    /// A publisher asked.
    case publish
    /// An entry was suspended.
    case suspend
    /// An earlier release was undone.
    case revert
    /// Leases ended.
    case lapse
    /// An older state of the store was restored: it holds what that state held, beyond all that was seen.
    case restore
    /// It was published, but the restored state does not know it; what it held is not on record.
    case lost
  }

  /// A release of these particulars.
  public init(
    list: ListName, version: ListVersion, publishedAt: Date, publishedBy: PrincipalID?, cause: Cause,
    reason: String?, entries: Int, added: Int, removed: Int, digest: [UInt8], length: Int,
    approvalMark: Int64 = 0
  ) {
    self.list = list
    self.version = version
    self.publishedAt = publishedAt
    self.publishedBy = publishedBy
    self.cause = cause
    self.reason = reason
    self.entries = entries
    self.added = added
    self.removed = removed
    self.digest = digest
    self.length = length
    self.approvalMark = approvalMark
  }
}

/// A change to an entry that becomes durable together with the release that shows it.
public enum EntryChange: Hashable, Sendable {
  /// A listed entry is taken off; why.
  case suspend(EntryID, reason: String)
  /// A suspended entry whose lease runs is put back; why.
  case reinstate(EntryID, reason: String)
  /// A listed entry that no release holds is guarded meanwhile: suspended.
  case withhold(EntryID)
  /// A listed entry's lease has ended.
  case lapse(EntryID)
}

/// A release to be committed: everything about it but its number, which is the latest plus one.
public struct ReleaseDraft: Sendable {
  /// What it was made from; its version and both revisions must still be current.
  public let basis: ReleaseBasis
  /// Changes to entries to be made with it.
  public let changes: [EntryChange]
  /// Entries no longer held.
  public let removed: [BlocklistEntry]
  /// Entries newly held.
  public let added: [BlocklistEntry]
  /// How many entries the whole list has then.
  public let entries: Int
  /// SHA-256 of `entries.txt`.
  public let digest: [UInt8]
  /// Octets of `entries.txt`.
  public let length: Int
  /// Why it is made.
  public let cause: Release.Cause
  /// Why, in a person's words.
  public let reason: String?
  /// The metadata files that go with it.
  public let metadata: [MetadataFile]
  /// The names of metadata files that no reader can still be at, to be dropped with it.
  public let obsoleteMetadata: [String]
  /// With cause `restore`: the last release that followers may have seen and the store does not know. All up to it are put on
  /// record as lost, and the numbers of submissions and the like go on far beyond those that may have been given out.
  public let lostThrough: ListVersion?
  /// The revision of the guards that it was judged by, which must still be current; nil where no guard counts.
  public let guardRevision: Int64?

  /// A draft of these parts.
  public init(
    basis: ReleaseBasis, changes: [EntryChange] = [], removed: [BlocklistEntry], added: [BlocklistEntry],
    entries: Int, digest: [UInt8], length: Int, cause: Release.Cause, reason: String? = nil,
    metadata: [MetadataFile], obsoleteMetadata: [String] = [], lostThrough: ListVersion? = nil,
    guardRevision: Int64? = nil
  ) {
    self.basis = basis
    self.changes = changes
    self.removed = removed
    self.added = added
    self.entries = entries
    self.digest = digest
    self.length = length
    self.cause = cause
    self.reason = reason
    self.metadata = metadata
    self.obsoleteMetadata = obsoleteMetadata
    self.lostThrough = lostThrough
    self.guardRevision = guardRevision
  }

  /// A draft made from a basis with its entries.
  public init(
    basis: PublicationBasis, changes: [EntryChange] = [], removed: [BlocklistEntry], added: [BlocklistEntry],
    entries: Int, digest: [UInt8], length: Int, cause: Release.Cause, reason: String? = nil,
    metadata: [MetadataFile]
  ) {
    self.init(
      basis: basis.basis, changes: changes, removed: removed, added: added, entries: entries, digest: digest,
      length: length, cause: cause, reason: reason, metadata: metadata)
  }
}

extension ReleaseDraft {
  /// How far numbers are moved on when some that were given out may be lost.
  public static let numbersSkipped: Int64 = 1_000_000
}

/// What leads from one release of a list to a later one.
public struct ListChanges: Hashable, Sendable {
  /// The earlier version; 0 for before the first.
  public let from: ListVersion
  /// The later version.
  public let to: ListVersion
  /// Entries no longer held, in order of text.
  public let removed: [BlocklistEntry]
  /// Entries newly held, in order of text.
  public let added: [BlocklistEntry]

  /// Changes of these particulars.
  public init(from: ListVersion, to: ListVersion, removed: [BlocklistEntry], added: [BlocklistEntry]) {
    self.from = from
    self.to = to
    self.removed = removed
    self.added = added
  }
}
