// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists

extension GuardList {
  /// Those of `entries` that may not come onto a list now: what `lets(back:)` says of each, at the price of a million in
  /// a tenth of a second where few are guarded.
  public func refusals(among entries: EntryLines) -> [BlocklistEntry] {
    guard count > 0 else { return [] }
    let filter = filter
    var refused: [BlocklistEntry] = []
    for range in entries.lineRanges where filter.concerns(entries.slab.span.extracting(range)) {
      let entry = entries.entry(at: range)
      if !lets(back: entry) { refused.append(entry) }
    }
    return refused
  }

  /// Those of `entries` that are hosts guarded narrowly: they want one country more than others.
  public func narrowHosts(among entries: EntryLines) -> [BlocklistEntry] {
    guard count > 0 else { return [] }
    let filter = filter
    var hosts: [BlocklistEntry] = []
    for range in entries.lineRanges where filter.concerns(entries.slab.span.extracting(range)) {
      let entry = entries.entry(at: range)
      if isNarrowHost(entry) { hosts.append(entry) }
    }
    return hosts
  }

  /// Whether `entry` is a host guarded narrowly.
  public func isNarrowHost(_ entry: BlocklistEntry) -> Bool {
    guard entry.scope == .host, case .narrow = verdict(on: entry) else { return false }
    return true
  }
}
