// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

package import Blocklists
internal import Cryptography

/// Additions that are on the verified list and not shown to resolvers yet: a general ring lets them settle, a hold pauses them, the
/// brake keeps them until a person agrees.
///
/// Removals are never withheld. What a withheld addition stands for from now on, or one that is not proven, and was blocked before by
/// a narrower or another entry, stays blocked by that one.
package struct Withheld {
  /// Additions that are shown together.
  package struct Batch {
    /// The release that brought them; the newest where several did.
    var version: UInt64
    /// Seconds since 1970 from which on they are shown; nil while the list is frozen.
    var until: Int64?
    /// How many the brake lets through at once where these were more; nil where it does not keep them.
    var limit: Int?
    var lines: EntryLines
  }

  /// No entry stands in two of them.
  package private(set) var batches: [Batch] = []
  /// Entries that the list no longer has, because it covers them by additions that are withheld or not proven.
  private(set) var kept = EntryLines.none
  /// Entries of the list that are not shown because no quorum of agencies approved them; written down elsewhere.
  var unproven = EntryLines.none
  /// Whether anything changed since it was written down.
  var isUnsaved = false

  /// Nothing is withheld.
  package init() {}

  /// What was written down.
  init(_ batches: [Batch], keeping kept: EntryLines) { (self.batches, self.kept) = (batches, kept) }

  var isEmpty: Bool { batches.isEmpty && kept.isEmpty }

  /// How many additions are not shown.
  package var count: Int { batches.reduce(0) { $0 + $1.lines.count } }

  /// Those that the brake keeps.
  var braked: [Batch] { batches.filter { $0.limit != nil } }

  /// Withholds what a change adds, except what resolvers block already. Changes come in the order of their releases.
  /// - Parameters:
  ///   - until: see `Batch`.
  ///   - limit: see `Batch`.
  package mutating func withhold(
    _ change: Delta, version: UInt64, until: Int64?, limit: Int? = nil, in room: LineRoom
  ) {
    keep(change.removals, in: room)
    var fresh = change.additions.lacking(kept, room.spool())
    fresh = fresh.lacking(fresh.below(kept, room.spool()), room.spool())
    for batch in batches { fresh = fresh.lacking(batch.lines, room.spool()) }
    guard !fresh.isEmpty else { return }
    isUnsaved = true
    add(Batch(version: version, until: until, limit: limit, lines: fresh), in: room)
  }

  /// Keeps what a change removes and resolvers block, as long as something that is not shown covers it.
  mutating func keep(_ removals: EntryLines, in room: LineRoom) {
    var shown = removals.lacking(kept, room.spool())
    for batch in batches { shown = shown.lacking(batch.lines, room.spool()) }
    guard !shown.isEmpty else { return }
    isUnsaved = true
    kept = kept.united(with: shown, room.spool())
  }

  /// Forgets what is not on the list any more, and what is blocked by what is shown.
  package mutating func prune(to list: Blocklist, in room: LineRoom) {
    var (left, count) = ([Batch](), 0)
    for var batch in batches {
      count += batch.lines.count
      batch.lines = batch.lines.shared(with: list.entries, room.spool())
      if !batch.lines.isEmpty { left.append(batch) }
    }
    batches = left
    if self.count != count { isUnsaved = true }
    guard !kept.isEmpty else { return }
    let gone = kept.lacking(list.entries, room.spool())
    var covered = EntryLines.none
    for lines in batches.map(\.lines) + [unproven] {
      covered = covered.united(with: gone.below(lines, room.spool()), room.spool())
    }
    if covered.count != kept.count {
      kept = covered
      isUnsaved = true
    }
  }

  /// Shows in place of what is not shown nothing that is on the list no more.
  mutating func forgetKept() {
    guard !kept.isEmpty else { return }
    kept = .none
    isUnsaved = true
  }

  /// All additions that are not shown, and whatever else is not where something is shown in its place.
  package func hidden(in room: LineRoom) -> EntryLines {
    let unshown = kept.isEmpty ? EntryLines.none : unproven
    return batches.reduce(unshown) { $0.united(with: $1.lines, room.spool()) }
  }

  /// What is shown in place of what is not.
  package func stand(in room: LineRoom) -> EntryLines {
    kept.lacking(kept.below(kept, room.spool()), room.spool())
  }

  // MARK: Going on

  /// Lets go on what the brake kept.
  /// - Returns: how many additions.
  mutating func agree(in room: LineRoom) -> Int {
    let count = braked.reduce(0) { $0 + $1.lines.count }
    guard count > 0 else { return 0 }
    change(in: room) { $0.limit = nil }
    return count
  }

  /// Takes what is signed of settling by now. While the list is frozen nothing goes on, whichever release brought it; afterwards all
  /// that waited takes the newest word.
  /// - Parameter version: the newest release.
  mutating func date(_ terms: SettleTerms, of version: UInt64, in room: LineRoom) {
    guard case .frozen = terms else {
      return change(in: room) {
        // What was shown before a hold took it back has settled already.
        if $0.until == nil || $0.version == version && $0.until != .min { $0.until = terms.time }
      }
    }
    change(in: room) { $0.until = nil }
  }

  /// Has nothing bear a higher number than `version`.
  mutating func renumber(downTo version: UInt64) {
    for index in batches.indices where batches[index].version > version {
      batches[index].version = version
      isUnsaved = true
    }
  }

  /// Lets nothing wait for time: followers of the early ring do not.
  mutating func hasten(in room: LineRoom) { change(in: room) { $0.until = .min } }

  /// Shows what has settled.
  mutating func settle(at now: Int64) {
    let before = batches.count
    batches.removeAll { $0.limit == nil && ($0.until ?? .max) <= now }
    if batches.count != before { isUnsaved = true }
  }

  private mutating func change(in room: LineRoom, _ body: (inout Batch) -> Void) {
    var changed = batches
    for index in changed.indices { body(&changed[index]) }
    let isSame = zip(batches, changed).allSatisfy { $0.until == $1.until && $0.limit == $1.limit }
    guard !isSame else { return }
    isUnsaved = true
    batches = []
    for batch in changed { add(batch, in: room) }
  }

  /// Those that go on together lie together, so that there are few: the longer ones are not touched for the shorter.
  private mutating func add(_ batch: Batch, in room: LineRoom) {
    var batch = batch
    while let index = batches.lastIndex(where: {
      $0.goesOn(with: batch) && $0.lines.count <= 2 * batch.lines.count
    }) {
      let other = batches.remove(at: index)
      batch.version = max(batch.version, other.version)
      batch.lines = other.lines.united(with: batch.lines, room.spool())
    }
    batches.append(batch)
  }
}

extension Withheld.Batch {
  /// Whether both are shown at one time. What the brake keeps is told release by release.
  fileprivate func goesOn(with other: Self) -> Bool {
    until == other.until && limit == other.limit && (limit == nil || version == other.version)
  }
}
