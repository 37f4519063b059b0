// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
internal import FoundationEssentials
internal import Ingest
public import Records

extension Publisher {
  /// Undoes release `version` by a new one: what it added is suspended; what it took off by suspension, and whose lease
  /// still runs, is listed again, but for what `terms` refuse now, what something else took off as well, and what an appeal keeps off.
  /// What lapsed does not come back.
  ///
  /// - Throws: `unknownRelease`, `nothingToRevert`, and what `publish` throws.
  public func revert(
    _ list: ListName, version: ListVersion, reason: String, under terms: GuardTerms, act: Act,
    answering: Answering<Release>? = nil
  ) async throws(PublicationError) -> Recorded<Release> {
    try await replaying(answering) { () async throws(PublicationError) in
      try await undo(list, version, reason: reason, under: terms, act: act, answering: answering)
    }
  }

  private func undo(
    _ list: ListName, _ version: ListVersion, reason: String, under terms: GuardTerms, act: Act,
    answering: Answering<Release>?
  ) async throws(PublicationError) -> Recorded<Release> {
    let latest = current.lists[list]?.version ?? .unreleased
    guard version > .unreleased, version <= latest else { throw .unknownRelease(latest: latest) }
    let before = ListVersion(version.number - 1)
    let (undone, older) = try await stored { (records) throws(RecordsError) in
      (
        try await records.changes(list: list, from: before, to: version),
        try await records.publishedText(list: list, version: before)
      )
    }
    let olderList = try Self.blocklist(older)
    let added = undone.added.filter { !olderList.holds($0) }
    let (suspended, kept) = try await toReinstate(
      Set(undone.removed), undoing: version, of: list, under: terms, at: act.at)
    do throws(PublicationError) {
      let released = try await release(
        list, reason: reason, act: act, answering: answering?.mapped { $0.release },
        asking: EntryInquiry(entries: added), judgedBy: terms.revision
      ) { [suspended] (live, published) throws(PublicationError) in
        try ReleasePlan.revert(
          live, over: published, added: added, suspended: suspended, reason: reason)
      }
      for (id, rule) in kept {
        try await stored { (records) throws(RecordsError) in
          try await records.note(action: "entry-not-reinstated", subject: id.text, rule: rule, act: act)
        }
      }
      return released.mapped { $0.release }
    } catch .nothingToPublish {
      guard !kept.isEmpty else { throw .nothingToRevert }
      let isGuarded = kept.allSatisfy { $0.rule == Self.guardedRule }
      throw isGuarded ? .guardedMeanwhile(kept.count) : .takenOffOtherwise(kept.count)
    }
  }

  private static let guardedRule = "guarded-name"

  /// Of the suspended entries that release `version` removed from the list, and whose lease runs: those it took off itself, which are listed
  /// again when it is undone; and why each of the others is not.
  private func toReinstate(
    _ removed: Set<BlocklistEntry>, undoing version: ListVersion, of list: ListName,
    under terms: GuardTerms, at now: Date
  ) async throws(PublicationError) -> ([ListedEntry], kept: [(id: EntryID, rule: String)]) {
    let running = try await allEntries(EntryFilter(list: list, state: .suspended)).filter {
      removed.contains($0.entry) && $0.lease.runs(at: now)
    }
    var obstacles: [EntryID: ReinstatementObstacle] = [:]
    var rest = running[...]
    while !rest.isEmpty {
      let some = rest.prefix(Self.countedTogether).map(\.id)
      rest = rest.dropFirst(some.count)
      let found = try await stored { (records) throws(RecordsError) in
        try await records.obstacles(toUndoing: version, of: list, for: some)
      }
      obstacles.merge(found) { $1 }
    }
    let refused = try await refusals(among: running.filter { obstacles[$0.id] == nil }, under: terms)
    var (suspended, kept): ([ListedEntry], [(id: EntryID, rule: String)]) = ([], [])
    for entry in running {
      if let obstacle = obstacles[entry.id] {
        kept.append((entry.id, obstacle.rule))
      } else if refused.contains(entry.id) {
        kept.append((entry.id, Self.guardedRule))
      } else {
        suspended.append(entry)
      }
    }
    return (suspended, kept)
  }
}
