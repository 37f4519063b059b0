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
    let isRestored = try restoreHold()
    let kept = try load(withheldPath)
    withheld = kept.withheld
    if !kept.isWhole {
      try store(withheld, at: withheldPath)
      notes.append(
        "\(withheldPath) is damaged: what has not settled is taken from what the last releases added")
    }
    let isLost = isRestored || !kept.isWhole || (withheld.isEmpty && state.withheld > 0)
    if isLost || state.applied == nil, settings.ring == .general { try settleAgain(held) }
    // On hold, nothing is shown because a file was lost, as long as it is known what came after the last good release.
    if let hold = state.hold, isLost { try takeBackAdditions(hold, held) }
    let path = HoldRequest.path(in: directory.path)
    let octets = try local { () throws(FileFault) in try files.read(path, maximumOctets: 1 << 16) }
    guard let octets else { return try keepHold() }
    switch HoldRequest(parsing: octets) {
    case .hold(let hold):
      try takeBackAdditions(hold, held)
      notes.append("on hold: additions are paused until \"cordon hold --release\"")
    case .release:
      state.hold = nil
      notes.append("the hold is released")
    case nil: notes.append("\(path) cannot be understood and is left out")
    }
    try keepHold()
    try save()
    // Last: whatever breaks off before, the request is heeded again.
    try local { () throws(FileFault) in
      if state.hold == nil { try files.remove(Hold.path(in: directory.path)) }
      try files.remove(path)
    }
  }

  /// Writes a hold in force down once more, unless that is done.
  private func keepHold() throws(FollowFailure) {
    guard let hold = state.hold else { return }
    let path = Hold.path(in: directory.path)
    try local { () throws(FileFault) in
      guard try files.read(path, maximumOctets: 1 << 16) != hold.octets else { return }
      try files.replace(path, with: hold.octets, permissions: 0o640)
    }
  }

  /// Takes up a hold that was in force in a state that was lost.
  /// - Returns: whether there was one.
  private mutating func restoreHold() throws(FollowFailure) -> Bool {
    guard state.hold == nil else { return false }
    let path = Hold.path(in: directory.path)
    guard let octets = try local({ () throws(FileFault) in try files.read(path, maximumOctets: 1 << 16) })
    else { return false }
    state.hold = Hold(parsing: octets) ?? Hold(reason: "\(path) cannot be understood", date: now)
    notes.append("the hold set before is still in force, until \"cordon hold --release\"")
    return true
  }

  /// Puts a hold in force: withholds what the last releases added, as far as it says.
  private mutating func takeBackAdditions(_ hold: Hold, _ held: Blocklist?) throws(FollowFailure) {
    let earlier = state.hold?.lastGood
    state.hold = hold
    let (remembered, isWhole) = try load(recentPath)
    let recent = remembered.additions
    if !isWhole { notes.append("\(recentPath) is damaged: what the last releases added is not known wholly") }
    // What was noted of a release that did not come through is no release here.
    let applied = state.applied?.version
    let last = recent.map(\.version).filter { $0 <= applied ?? .max }.max()
    guard var lastGood = hold.lastGood ?? last.map({ $0 - min($0, 1) }) ?? applied else { return }
    // Pressed once more, it takes back nothing less.
    if hold.lastGood == nil, let earlier { lastGood = min(lastGood, earlier) }
    // From now on it says which one, whatever is added or forgotten.
    state.hold?.lastGood = lastGood
    withheld.withhold(recent.filter { $0.version > lastGood })
    if let oldest = recent.map(\.version).min(), lastGood < oldest - min(oldest, 1) {
      notes.append("additions before version \(oldest) are no longer remembered one by one and stay")
    }
    if let held { withheld.prune(to: held) }
    try store(withheld, at: withheldPath)
  }

  /// Withholds once more what has not settled, by what is remembered of the last releases: the file that said so is lost.
  private mutating func settleAgain(_ held: Blocklist?) throws(FollowFailure) {
    let recent = try load(recentPath).withheld
    withheld.withhold(recent.additions.filter { ($0.until ?? .max) > seconds })
    withheld.kept += recent.kept
    if let held { withheld.prune(to: held) }
    try store(withheld, at: withheldPath)
  }

  /// Before a newer list is adopted: notes what of it is not shown yet. Notes that are too early do no harm.
  /// - Parameter base: the list before.
  mutating func withhold(_ newer: Newer, from base: Blocklist?, _ release: SignedRelease)
    throws(FollowFailure)
  {
    guard let base else { return }
    let directory = directory
    let change =
      if let change = newer.change { change } else {
        try local { () throws(FileFault) in try directory.difference(from: base, to: newer.list) }
      }
    let version = release.record.version
    let settles = settings.ring == .general && (release.settle.time ?? .max) > seconds
    let before = withheld
    if settles || state.hold != nil {
      withheld.withhold(change, from: base, version: version, until: settles ? release.settle.time : .min)
    } else if !withheld.isEmpty {
      withheld.kept += change.removals
    }
    try noteRecent(change, version, settles: settles)
    if withheld != before { try store(withheld, at: withheldPath) }
  }

  /// Remembers what a release adds, and until when it is not shown.
  private func noteRecent(_ change: Delta, _ version: UInt64, settles: Bool) throws(FollowFailure) {
    guard !change.additions.isEmpty || (settles && !change.removals.isEmpty) else { return }
    var recent = try load(recentPath).withheld
    let settling = settles ? Dictionary(withheld.additions.map { ($0.entry, $0.until) }) { $1 } : [:]
    let additions = change.additions.last(Self.rememberedAdditions).map {
      Withheld.Addition(entry: $0, version: version, until: settling[$0] ?? .min)
    }
    recent.additions.removeAll { $0.version == version }
    recent.additions = Array((recent.additions + additions).suffix(Self.rememberedAdditions))
    if settles {
      recent.kept = Array(
        (recent.kept + change.removals.last(Self.rememberedAdditions)).suffix(Self.rememberedAdditions))
    }
    try store(recent, at: recentPath)
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

  private func load(_ path: String) throws(FollowFailure) -> (withheld: Withheld, isWhole: Bool) {
    let octets = try local { () throws(FileFault) in
      try files.read(path, maximumOctets: StateDirectory.maximumListOctets)
    }
    guard let octets else { return (Withheld(), true) }
    var isWhole = false
    let withheld = Withheld(parsing: octets, isWhole: &isWhole)
    return (withheld, isWhole)
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
