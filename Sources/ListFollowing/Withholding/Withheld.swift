// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
internal import Cryptography
private import Names

/// Additions that are on the verified list and not shown to resolvers yet: a general ring lets them settle, a hold pauses them.
///
/// Removals are never withheld. What a withheld addition stands for from now on, and was blocked before by a narrower or another
/// entry, stays blocked by that one.
struct Withheld: Hashable {
  /// An addition.
  struct Addition: Hashable {
    var entry: BlocklistEntry
    /// The release that brought it.
    var version: UInt64
    /// Seconds since 1970 from which on it is shown; nil while its release is frozen.
    var until: Int64?
  }

  var additions: [Addition] = []
  /// Entries that the list no longer has, because it covers them by additions that are withheld.
  var kept: [BlocklistEntry] = []

  var isEmpty: Bool { additions.isEmpty && kept.isEmpty }

  /// One digest of all of it that is shown.
  var digest: SHA256Digest {
    let text = (additions.map { "?" + $0.entry.text } + kept.map { "=" + $0.text }).sorted().joined(
      separator: "\n")
    return SHA256Digest(hashing: Array(text.utf8))
  }

  /// Withholds what a change adds, except what resolvers block already.
  /// - Parameters:
  ///   - older: the list that the change starts from.
  ///   - until: see `Addition`.
  mutating func withhold(_ change: Delta, from older: Blocklist, version: UInt64, until: Int64?) {
    let hidden = Set(additions.map(\.entry))
    for entry in change.additions where !isShown(entry, by: older, hidden) {
      additions.removeAll { $0.entry == entry }
      additions.append(Addition(entry: entry, version: version, until: until))
    }
    kept += change.removals
  }

  /// Withholds entries that were shown already.
  mutating func withhold(_ entries: [Addition]) {
    let known = Set(additions.map(\.entry))
    additions += entries.filter { !known.contains($0.entry) }
  }

  /// Shows what has settled; what a frozen release brought follows what is signed of that release now.
  mutating func settle(at now: Int64, current version: UInt64, until: Int64?) {
    for index in additions.indices where additions[index].version == version || additions[index].until == nil
    {
      additions[index].until = until
    }
    additions.removeAll { ($0.until ?? .max) <= now }
  }

  /// Forgets what is not on the list any more, and what is blocked by what is shown.
  mutating func prune(to list: Blocklist) {
    additions.removeAll { !list.contains($0.entry) }
    let hidden = Set(additions.map(\.entry))
    kept = Array(
      Set(kept).filter { entry in
        !list.contains(entry) && Self.covering(entry, in: list).contains { hidden.contains($0) }
      }
    ).sorted()
  }

  /// What turns the list into the one shown. What is kept may itself cover entries of the list.
  func change(of list: Blocklist) throws(BlocklistError) -> Delta {
    isEmpty ? .none : try list.adjustment(hiding: EntryLines(additions.lazy.map(\.entry)), showing: kept)
  }

  /// Whether an entry is blocked already by what is shown of a list.
  private func isShown(_ entry: BlocklistEntry, by list: Blocklist, _ hidden: Set<BlocklistEntry>) -> Bool {
    if list.contains(entry), !hidden.contains(entry) { return true }
    return Self.covering(entry, in: list).contains { !hidden.contains($0) }
  }

  /// The subtree entries of a list that cover an entry.
  private static func covering(_ entry: BlocklistEntry, in list: Blocklist) -> [BlocklistEntry] {
    var found: [BlocklistEntry] = []
    var name = entry.scope == .host ? entry.name : entry.name.parent
    while let current = name {
      let above = BlocklistEntry(name: current, scope: .subtree)
      if list.contains(above) { found.append(above) }
      name = current.parent
    }
    return found
  }
}
