// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
public import Cryptography
public import FoundationEssentials

/// What is public knowledge, among readers, of one release: numbers and digests, no names.
public struct PublishedRelease: Hashable, Sendable {
  /// The list released.
  public let list: ListName
  /// The number of the release.
  public let version: ListVersion
  /// When it was published.
  public let publishedAt: Date
  /// Entries in `entries.txt`.
  public let entryCount: Int
  /// Octets of `entries.txt`.
  public let length: Int
  /// SHA-256 of `entries.txt`.
  public let digest: SHA256Digest
  /// Lines that this release added to the canonical list.
  public let added: Int
  /// Lines that it removed.
  public let removed: Int

  /// A release with these facts.
  public init(
    list: ListName, version: ListVersion, publishedAt: Date, entryCount: Int, length: Int,
    digest: SHA256Digest, added: Int, removed: Int
  ) {
    self.list = list
    self.version = version
    self.publishedAt = publishedAt
    self.entryCount = entryCount
    self.length = length
    self.digest = digest
    self.added = added
    self.removed = removed
  }
}
