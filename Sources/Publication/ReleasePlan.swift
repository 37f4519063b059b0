// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
internal import Ingest
internal import Records

/// The content of a release to be: which entries change state with it, the whole list after it, and the difference.
///
/// Only `publish` takes in entries approved since the latest release. A suspension, a lapse or a revert goes out at once and
/// must not carry anything a publisher has not looked at.
struct ReleasePlan: Sendable {
  let cause: Release.Cause
  let changes: [EntryChange]
  let blocklist: Blocklist
  let delta: Delta

  private init(
    _ cause: Release.Cause, _ changes: [EntryChange], _ text: [UInt8], over published: Blocklist
  ) throws(PublicationError) {
    self.cause = cause
    self.changes = changes
    do throws(BlocklistError) {
      let list = try Blocklist(reducing: text)
      delta = Delta(from: published, to: list)
      blocklist = try list.hashedInBlocks(from: published, by: delta)
    } catch { throw .list(error) }
  }

  /// Everything approved and within its lease.
  static func publish(_ live: LiveEntries, over published: Blocklist) throws(PublicationError) -> ReleasePlan
  {
    try ReleasePlan(.publish, [], live.text, over: published)
  }

  /// The list in force without the entries that `changes` take off.
  ///
  /// - Parameter live: What was asked about are those entries.
  static func removal(
    _ cause: Release.Cause, _ changes: [EntryChange], from live: LiveEntries, over published: Blocklist
  ) throws(PublicationError) -> ReleasePlan {
    let gone = [UInt8](sortedLinesOf: live.found.lazy.map(\.entry))
    let kept = published.heldLines(of: live.text.droppingLines(of: gone))
    return try ReleasePlan(cause, changes, kept, over: published)
  }

  /// The list in force without what a release added, and with what it took off by suspension.
  ///
  /// - Parameters:
  ///   - live: What was asked about are the entries of `added`.
  ///   - added: what the release added that the list before it did not block.
  ///   - removed: what it removed.
  ///   - suspended: the list's suspended entries whose lease still runs.
  static func revert(
    _ live: LiveEntries, over published: Blocklist, added: [BlocklistEntry], removed: Set<BlocklistEntry>,
    suspended: [ListedEntry], reason: String
  ) throws(PublicationError) -> ReleasePlan {
    let taken = live.found.filter { published.holds($0.entry) }
    let restored = suspended.filter { removed.contains($0.entry) }
    let changes =
      taken.map { EntryChange.suspend($0.id, reason: reason) }
      + restored.map { EntryChange.reinstate($0.id, reason: reason) }
    let kept = published.heldLines(of: live.text).droppingLines(of: [UInt8](sortedLinesOf: added))
    let text = kept.addingLines(of: [UInt8](sortedLinesOf: restored.lazy.map(\.entry)))
    return try ReleasePlan(.revert, changes, text, over: published)
  }
}

extension EntryChange {
  var id: EntryID {
    switch self {
    case .suspend(let id, _), .reinstate(let id, _), .lapse(let id): id
    }
  }
}
