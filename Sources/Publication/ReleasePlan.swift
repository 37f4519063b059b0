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
  private(set) var changes: [EntryChange]
  let blocklist: Blocklist
  let delta: Delta
  /// What was approved, is in no release and may not come into one: guarded meanwhile.
  private(set) var withheld: [BlocklistEntry] = []

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

  /// Everything approved and within its lease, but for what `guards` refuse by now and the list in force does not block.
  /// - Parameter refused: hosts guarded narrowly that too few countries approved, to be left out as well.
  static func publish(
    _ live: LiveEntries, over published: Blocklist, guards: GuardList, refused: [BlocklistEntry] = []
  ) throws(PublicationError) -> ReleasePlan {
    let text = live.text.droppingLines(of: [UInt8](sortedLinesOf: refused))
    var whole = try ReleasePlan(.publish, [], text, over: published)
    whole.withheld = refused
    // What covers an entry is hit by whatever guard hits the entry: these alone tell whether there is any to withhold.
    let added = guards.refusals(among: whole.delta.additions)
    guard added.contains(where: { !published.holds($0) }) else { return whole }
    let new = text.droppingLines(of: published.heldLines(of: text))
    let withheld = guards.refusals(among: EntryLines(sortedText: new))
    var plan = try ReleasePlan(
      .publish, [], text.droppingLines(of: [UInt8](sortedLinesOf: withheld)), over: published)
    plan.withheld = (withheld + refused).sorted()
    return plan
  }

  /// Why a plan that changes nothing is none.
  var emptiness: PublicationError { withheld.isEmpty ? .nothingToPublish : .allWithheld(withheld) }

  /// The same, with `entries` suspended by it: those withheld, as the store has them.
  func withholding(_ entries: [ListedEntry]) -> ReleasePlan {
    var plan = self
    plan.changes += entries.map { .withhold($0.id) }
    return plan
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
  ///   - suspended: of what it removed, the entries that may be listed again.
  static func revert(
    _ live: LiveEntries, over published: Blocklist, added: [BlocklistEntry],
    suspended: [ListedEntry], reason: String
  ) throws(PublicationError) -> ReleasePlan {
    let taken = live.found.filter { published.holds($0.entry) }
    // What is listed again by another entry meanwhile needs no second, and neither does one text two.
    let listed = EntryLines(sortedText: live.text)
    var texts: Set<BlocklistEntry> = []
    let restored = suspended.filter {
      !listed.contains($0.entry) && texts.insert($0.entry).inserted
    }
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
    case .suspend(let id, _), .reinstate(let id, _), .withhold(let id), .lapse(let id): id
    }
  }
}
