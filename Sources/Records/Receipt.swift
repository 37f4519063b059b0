// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
public import FoundationEssentials
public import Ingest

/// A reader's word on which version it runs; the latest of each reader counts.
public struct Receipt: Hashable, Sendable {
  /// Of which list.
  public let list: ListName
  /// Whose.
  public let reader: PrincipalID
  /// The version in force there.
  public let version: ListVersion
  /// When it was told.
  public let at: Date

  /// A receipt.
  public init(list: ListName, reader: PrincipalID, version: ListVersion, at: Date) {
    self.list = list
    self.reader = reader
    self.version = version
    self.at = at
  }
}

/// A reader's word that a release hurts.
public struct Hold: Hashable, Sendable {
  /// Of which list.
  public let list: ListName
  /// Whose.
  public let reader: PrincipalID
  /// Which release.
  public let version: ListVersion
  /// Why.
  public let reason: String
  /// When.
  public let at: Date
  /// When a publisher lifted it; nil while it stands.
  public let liftedAt: Date?

  /// A hold.
  public init(
    list: ListName, reader: PrincipalID, version: ListVersion, reason: String, at: Date, liftedAt: Date? = nil
  ) {
    self.liftedAt = liftedAt
    self.list = list
    self.reader = reader
    self.version = version
    self.reason = reason
    self.at = at
  }
}
