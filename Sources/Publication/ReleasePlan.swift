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
    _ cause: Release.Cause, _ changes: [EntryChange], _ entries: some Sequence<BlocklistEntry>,
    over published: Blocklist
  ) throws(PublicationError) {
    self.cause = cause
    self.changes = changes
    do throws(BlocklistError) { blocklist = try Blocklist(entries: entries) } catch { throw .list(error) }
    delta = Delta(from: published, to: blocklist)
  }

  /// Everything approved and within its lease.
  static func publish(_ basis: PublicationBasis) throws(PublicationError) -> ReleasePlan {
    try ReleasePlan(.publish, [], basis.live.lazy.map(\.entry), over: basis.publishedList())
  }

  /// The list in force without the entries that `changes` take off.
  static func removal(_ cause: Release.Cause, _ changes: [EntryChange], from basis: PublicationBasis)
    throws(PublicationError) -> ReleasePlan
  {
    let published = try basis.publishedList()
    let gone = Set(changes.map(\.id))
    let kept = basis.live.lazy.filter { !gone.contains($0.id) && published.holds($0.entry) }.map(\.entry)
    return try ReleasePlan(cause, changes, kept, over: published)
  }

  /// The list in force without what a release added, and with what it took off by suspension.
  ///
  /// - Parameters:
  ///   - added: what the release added that the list before it did not block.
  ///   - removed: what it removed.
  ///   - suspended: the list's suspended entries whose lease still runs.
  static func revert(
    _ basis: PublicationBasis, added: Set<BlocklistEntry>, removed: Set<BlocklistEntry>,
    suspended: [ListedEntry], reason: String
  ) throws(PublicationError) -> ReleasePlan {
    let published = try basis.publishedList()
    let held = basis.live.filter { published.holds($0.entry) }
    let taken = held.filter { added.contains($0.entry) }
    let restored = suspended.filter { removed.contains($0.entry) }
    let changes =
      taken.map { EntryChange.suspend($0.id, reason: reason) }
      + restored.map { EntryChange.reinstate($0.id, reason: reason) }
    let kept = held.lazy.filter { !added.contains($0.entry) }.map(\.entry)
    return try ReleasePlan(.revert, changes, Array(kept) + restored.map(\.entry), over: published)
  }
}

extension EntryChange {
  var id: EntryID {
    switch self {
    case .suspend(let id, _), .reinstate(let id, _), .lapse(let id): id
    }
  }
}

extension PublicationBasis {
  /// The list in force.
  func publishedList() throws(PublicationError) -> Blocklist {
    do throws(BlocklistError) { return try Blocklist(entries: published) } catch { throw .list(error) }
  }
}
