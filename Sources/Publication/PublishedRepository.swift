// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
public import FoundationEssentials

/// The TUF repository as files: the metadata under its consistent-snapshot names, and the targets of current releases.
public struct PublishedRepository: Sendable {
  /// Metadata by file name: `timestamp.json`, `12.root.json`, …
  public let metadata: [String: PublishedFile]
  /// Targets by path with the hash prefix: `worst-of/3/HASH.entries.txt`.
  public let targets: [String: PublishedFile]
  /// When each role in force expires, by the role's name; empty before the root is installed.
  public let expiries: [String: Date]
  /// Targets that belong to no release, by name: `agencies.json`. Exactly the octets that are signed.
  public let standing: [String: PublishedFile]
  /// How far each list's latest release may go.
  public let stages: [ListName: ReleaseStage]
  /// The metadata in force, packed for update bodies.
  public let update: UpdateMetadata

  /// The soonest expiry of any role in force; nil before the root is installed.
  public var soonestExpiry: Date? { expiries.values.min() }

  static let empty = PublishedRepository(
    metadata: [:], targets: [:], expiries: [:], standing: [:], stages: [:], update: UpdateMetadata())
}
