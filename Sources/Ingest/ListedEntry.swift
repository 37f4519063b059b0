// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
public import FoundationEssentials

/// An entry that enough countries approved, and what became of it.
public struct ListedEntry: Hashable, Sendable {
  /// Where it stands.
  public enum State: String, CaseIterable, Hashable, Sendable {
    /// Its lease runs: it is in the next release.
    case listed
    /// Taken off by one authorised person.
    case suspended
    /// Its lease ended.
    case lapsed
  }

  /// Its number.
  public let id: EntryID
  /// On which list.
  public let list: ListName
  /// What it blocks.
  public let entry: BlocklistEntry
  /// Where it stands.
  public let state: State
  /// The submission it came from.
  public let submission: SubmissionID
  /// When it was first listed.
  public let listedAt: Date
  /// The time it lasts.
  public let lease: Lease

  /// An entry of these particulars.
  public init(
    id: EntryID, list: ListName, entry: BlocklistEntry, state: State, submission: SubmissionID,
    listedAt: Date,
    lease: Lease
  ) {
    self.id = id
    self.list = list
    self.entry = entry
    self.state = state
    self.submission = submission
    self.listedAt = listedAt
    self.lease = lease
  }
}
