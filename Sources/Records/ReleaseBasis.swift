// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
internal import FoundationEssentials
public import Ingest

/// Where a list stood when a release of it was begun: what must still be so when it is committed.
public struct ReleaseBasis: Hashable, Sendable {
  /// Which list.
  public let list: ListName
  /// Its latest release; nil before the first.
  public let latest: Release?
  /// Rises with every change to the list's entries.
  public let revision: Int64
  /// Rises with every change to the metadata files.
  public let metadataRevision: Int64
  /// The number of the last approval on record.
  public let approvalMark: Int64

  /// A basis of these parts.
  public init(
    list: ListName, latest: Release?, revision: Int64, metadataRevision: Int64, approvalMark: Int64 = 0
  ) {
    self.list = list
    self.latest = latest
    self.revision = revision
    self.metadataRevision = metadataRevision
    self.approvalMark = approvalMark
  }
}

/// The entries that a release may hold, at the same moment as the basis: as text, since a value for each of a million takes
/// longer than all else that a release needs.
public struct LiveEntries: Hashable, Sendable {
  /// Where the list stood.
  public let basis: ReleaseBasis
  /// A line for each entry listed whose lease runs, in order of octets.
  public let text: [UInt8]
  /// Those that were asked about, of them, in order of text.
  public let found: [ListedEntry]

  /// Entries of these parts.
  public init(basis: ReleaseBasis, text: [UInt8], found: [ListedEntry]) {
    self.basis = basis
    self.text = text
    self.found = found
  }
}

/// Which live entries a release is to change, and so has to know more of than their text.
public struct EntryInquiry: Hashable, Sendable {
  /// These.
  public let ids: [EntryID]
  /// And whichever have these texts.
  public let entries: [BlocklistEntry]

  /// None, unless said otherwise.
  public init(ids: [EntryID] = [], entries: [BlocklistEntry] = []) {
    self.ids = ids
    self.entries = entries
  }
}

/// Everything a release of a list is made from, with a value for each entry, read at one moment.
public struct PublicationBasis: Hashable, Sendable {
  /// Where the list stood.
  public let basis: ReleaseBasis
  /// The entries listed whose lease runs at the time asked for, in order of text.
  public let live: [ListedEntry]
  /// The entries the list's latest release holds, in order of text.
  public let published: [BlocklistEntry]

  /// Which list.
  public var list: ListName { basis.list }
  /// Its latest release; nil before the first.
  public var latest: Release? { basis.latest }
  /// Rises with every change to the list's entries.
  public var revision: Int64 { basis.revision }
  /// Rises with every change to the metadata files.
  public var metadataRevision: Int64 { basis.metadataRevision }
  /// The number of the last approval on record.
  public var approvalMark: Int64 { basis.approvalMark }

  /// A basis of these parts.
  public init(basis: ReleaseBasis, live: [ListedEntry], published: [BlocklistEntry]) {
    self.basis = basis
    self.live = live
    self.published = published
  }
}
