// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
private import FoundationEssentials
private import Names

/// Settling and holds.
extension FollowSession {
  /// Additions of so many releases are remembered, so that a hold can take them back.
  static let rememberedAdditions = 20_000

  private var seconds: Int64 { Int64(now.timeIntervalSince1970) }
  private var withheldPath: String { directory.path + "/withheld.txt" }
  private var recentPath: String { directory.path + "/recent-additions.txt" }

  /// Takes what `cordon hold` left, and what was withheld before.
  mutating func beginWithholding(_ held: Blocklist?) throws(FollowFailure) {
    withheld = try load(withheldPath)
    let path = HoldRequest.path(in: directory.path)
    let octets = try local { () throws(FileFault) in try files.read(path, maximumOctets: 1 << 16) }
    guard let octets else { return }
    switch HoldRequest(parsing: octets) {
    case .hold(let hold):
      state.hold = hold
      try takeBackAdditions(hold, held)
      notes.append("on hold: additions are paused until \"cordon hold --release\"")
    case .release:
      state.hold = nil
      notes.append("the hold is released")
    case nil: notes.append("\(path) cannot be understood and is left out")
    }
    try save()
    try local { () throws(FileFault) in try files.remove(path) }
  }

  /// Withholds what the last releases added, as far as a hold says.
  private mutating func takeBackAdditions(_ hold: Hold, _ held: Blocklist?) throws(FollowFailure) {
    let recent = try load(recentPath).additions
    guard let last = recent.map(\.version).max() else { return }
    let lastGood = hold.lastGood ?? last - 1
    withheld.withhold(recent.filter { $0.version > lastGood })
    if let oldest = recent.map(\.version).min(), lastGood + 1 < oldest {
      notes.append("additions before version \(oldest) are no longer remembered one by one and stay")
    }
    if let held { withheld.prune(to: held) }
    try store(withheld, at: withheldPath)
  }

  /// Before a newer list is adopted: notes what of it is not shown yet. Notes that are too early do no harm.
  mutating func withhold(_ newer: Newer, from held: Blocklist?, _ release: SignedRelease)
    throws(FollowFailure)
  {
    guard let held, let change = newer.change else { return }
    let version = release.record.version
    if !change.additions.isEmpty {
      var recent = try load(recentPath)
      let additions = change.additions.map { Withheld.Addition(entry: $0, version: version, until: .min) }
      recent.additions.removeAll { $0.version == version }
      recent.additions = Array((recent.additions + additions).suffix(Self.rememberedAdditions))
      try store(recent, at: recentPath)
    }
    let settles = settings.ring == .general && (release.settle.time ?? .max) > seconds
    guard settles || state.hold != nil || !withheld.isEmpty else { return }
    if settles || state.hold != nil {
      withheld.withhold(change, from: held, version: version, until: settles ? release.settle.time : .min)
    } else {
      withheld.kept += change.removals
    }
    try store(withheld, at: withheldPath)
  }

  /// Shows what may be shown by now.
  mutating func settle(_ list: Blocklist?, _ release: SignedRelease) throws(FollowFailure) {
    let before = withheld
    if state.hold == nil {
      withheld.settle(
        at: seconds, current: release.record.version,
        until: settings.ring == .general ? release.settle.time : .min)
    }
    if let list { withheld.prune(to: list) }
    state.withheld = withheld.additions.count
    if withheld != before { try store(withheld, at: withheldPath) }
    if !withheld.additions.isEmpty, state.hold == nil {
      notes.append("\(withheld.additions.count) additions are settling and not shown yet")
    }
  }

  private func load(_ path: String) throws(FollowFailure) -> Withheld {
    let octets = try local { () throws(FileFault) in
      try files.read(path, maximumOctets: StateDirectory.maximumListOctets)
    }
    return Withheld(parsing: octets ?? [])
  }

  private func store(_ withheld: Withheld, at path: String) throws(FollowFailure) {
    try local { () throws(FileFault) in
      if withheld.isEmpty {
        try files.remove(path)
      } else {
        try files.replace(path, with: withheld.octets, permissions: 0o640)
      }
    }
  }
}
