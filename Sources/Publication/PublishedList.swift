// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
public import Ingest
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
  /// The changes that lead here, in the forms that are sent.
  public let updates: ReleaseUpdates
  /// The agencies' approvals of the latest release's entries.
  public let approvals: PublishedApprovals
  private let approvalParts = ApprovalParts()

  init(
    name: ListName, latest: PublishedRelease?, blocklist: Blocklist, files: [ListFormat: PublishedFile],
    history: ReleaseHistory, approvals: PublishedApprovals = .none, updates: ReleaseUpdates? = nil
  ) {
    self.name = name
    self.latest = latest
    self.blocklist = blocklist
    self.files = files
    self.history = history
    self.updates = updates ?? ReleaseUpdates(of: name, blocklist, history: history)
    self.approvals = approvals
  }

  /// The number of the latest release, 0 before the first.
  public var version: ListVersion { latest?.version ?? .unreleased }

  /// What a reader who has release `since` must be told.
  ///
  /// - Parameter to: the release to lead to; the latest unless given.
  public func changes(since: ListVersion, to: ListVersion? = nil) -> ChangesAnswer {
    if max(since, to ?? since) > version { return .aheadOfServer(latest: version) }
    let target = to ?? version
    if since >= target { return .current }
    guard history.reaches(since, target) else {
      return .historyGone(oldest: history.oldest)
    }
    return .changed(to: target)
  }

  /// The approvals of what a change adds: what a reader who checks them needs besides.
  public func approvals(for delta: Delta) -> ApprovalList {
    approvals.list.restricted(to: delta.additions)
  }

  /// The same for what a reader who has release `since` is told, packed; nil when there is nothing to send, or too much.
  ///
  /// - Parameter quickly: whether others wait: then nil, too, unless it has been packed or takes no time to speak of.
  public func packedApprovals(since: ListVersion, quickly: Bool) -> PackedApprovals? {
    approvalParts.packed(since: since, in: self, quickly: quickly)
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
  /// One merged change to a release; `PublishedList.updates` has it, or makes it.
  case changed(to: ListVersion)
}
