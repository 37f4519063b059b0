// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
public import ListFormats

/// One list of the published state: its latest release, that release in every format, and the kept history of changes.
public struct PublishedList: Sendable {
  /// The list's name.
  public let name: ListName
  /// The latest release; nil before the first.
  public let latest: PublishedRelease?
  /// The latest release's entries.
  public let blocklist: Blocklist
  /// The latest release in each format; empty before the first.
  public let files: [ListFormat: PublishedFile]
  /// How to get from an older release to the latest.
  public let history: ReleaseHistory

  init(
    name: ListName, latest: PublishedRelease?, blocklist: Blocklist, files: [ListFormat: PublishedFile],
    history: ReleaseHistory
  ) {
    self.name = name
    self.latest = latest
    self.blocklist = blocklist
    self.files = files
    self.history = history
  }

  /// The number of the latest release, 0 before the first.
  public var version: ListVersion { latest?.version ?? .unreleased }

  /// What a reader who has release `since` must be told.
  public func changes(since: ListVersion) -> ChangesAnswer {
    if since > version { return .aheadOfServer(latest: version) }
    if since == version { return .current }
    guard let latest, let delta = history.delta(since: since) else {
      return .historyGone(oldest: history.oldest)
    }
    return .changed(PublishedDelta(from: since, release: latest, delta: delta))
  }
}

/// The answer to "what changed since release N".
public enum ChangesAnswer: Sendable {
  /// Nothing newer.
  case current
  /// The reader claims a release that does not exist yet.
  case aheadOfServer(latest: ListVersion)
  /// The history kept starts after that release: take the full list.
  case historyGone(oldest: ListVersion)
  /// One merged delta to the latest release.
  case changed(PublishedDelta)
}

/// One merged delta from a release a reader has to the latest.
public struct PublishedDelta: Sendable {
  /// The release the reader has.
  public let from: ListVersion
  /// The release the delta leads to.
  public let release: PublishedRelease
  /// The change of the canonical list.
  public let delta: Delta
}
