// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
private import FoundationEssentials

/// What is not shown yet: settling, holds and the brake.
extension FollowSession {
  private var seconds: Int64 { Int64(now.timeIntervalSince1970) }
  private var withheldPath: String { directory.path + "/withheld.txt" }
  /// A file of earlier programs.
  private var recentPath: String { directory.path + "/recent-additions.txt" }
  var journal: ChangeJournal { ChangeJournal(folder: directory.path + "/changes", files: files) }
  /// The newest release that is known of, whether or not the state is.
  var newestKnown: UInt64? {
    get throws(FollowFailure) {
      if let applied = state.applied { return applied.version }
      let journal = journal
      return try local { () throws(FileFault) in try journal.latest() }
    }
  }

  /// Takes what was withheld before, what `cordon hold` left, and a person's word on a large change.
  mutating func beginWithholding(_ held: Blocklist?) throws(FollowFailure) {
    let isRestored = try restoreHold()
    let isWhole = try loadWithheld()
    if !isWhole {
      notes.append(
        "\(withheldPath) is damaged: what is not shown yet is taken from what the last releases changed")
    }
    try recallQuorum(of: held)
    let isLost = !isWhole || (withheld.isEmpty && state.withheld > 0)
    if let held { withheld.prune(to: held, in: room) }
    if isLost || state.applied == nil { try withholdAgain(held, isLost: isLost) }
    // On hold, nothing is shown because a file was lost, as long as it is known what came after the last good release.
    if let hold = state.hold, isRestored || isLost { try takeBackAdditions(hold, held) }
    try heedRequests(held)
    try agreeToLargeChange()
    try saveWithheld()
  }

  /// Withholds once more what the file that is lost said, by what is remembered of the last releases.
  private mutating func withholdAgain(_ held: Blocklist?, isLost: Bool) throws(FollowFailure) {
    guard settings.ring == .general || (isLost && !state.braked.isEmpty) else { return }
    let chain = try chain()
    for change in chain.reversed() {
      let braked = isLost ? state.braked.first { $0.version == change.version } : nil
      let settles = settings.ring == .general && (change.until ?? .max) > seconds
      guard settles || braked != nil || !withheld.isEmpty,
        let delta = change.delta().map({ proven($0, of: change.version) })
      else { continue }
      if settles || braked != nil {
        withheld.withhold(
          delta, version: change.version, until: settles ? change.until : .min, limit: braked?.limit, in: room
        )
      } else {
        withheld.keep(delta.removals, in: room)
      }
    }
    if let held { withheld.prune(to: held, in: room) }
  }

  /// What the last releases changed, the newest first.
  func chain() throws(FollowFailure) -> [ChangeJournal.Change] {
    let (newest, journal) = (try newestKnown, journal)
    return try local { () throws(FileFault) in try journal.chain(from: newest) }
  }

  /// Before a newer list is adopted: notes what it changes, and what of it is not shown yet. Notes that are too early do no harm.
  /// - Parameters:
  ///   - base: the list before.
  ///   - limit: what the brake lets through at once, where it does not let this one.
  ///   - unproven: what of that list was shown to nobody for want of approvals; nil when that is not known.
  mutating func withhold(
    _ newer: Newer, from base: Blocklist?, _ release: SignedRelease, over limit: Int?, unproven: EntryLines?
  ) throws(FollowFailure) {
    let version = release.record.version
    guard let base, let before = hasForgottenNumbers ? version - min(version, 1) : try newestKnown,
      before < version
    else { return }
    let directory = directory
    let signed =
      if let change = newer.change { change } else {
        try local { () throws(FileFault) in try directory.difference(from: base, to: newer.list) }
      }
    // What was not blocked before must not stand in for anything now.
    let room = room
    let removals = unproven.map { signed.removals.lacking($0, room.spool()) } ?? EntryLines.none
    let change = Delta(remembered: removals, signed.additions)
    try local { () throws(FileFault) in try room.check() }
    let settles = settings.ring == .general && (release.settle.time ?? .max) > seconds
    let until = settles ? release.settle.time : .min
    let journal = journal
    try local { () throws(FileFault) in
      try journal.note(change, version, from: before, until: until)
      try files.remove(recentPath)
    }
    if settles || state.hold != nil || limit != nil {
      withheld.withhold(change, version: version, until: until, limit: limit, in: room)
    } else if !withheld.isEmpty || !withheld.unproven.isEmpty {
      withheld.keep(change.removals, in: room)
    }
    try saveWithheld()
  }

  /// Shows what may be shown by now.
  /// - Parameter release: what is signed of it by now; nil where no source said so: then nothing goes on but what waits for no time.
  mutating func settle(_ list: Blocklist?, _ release: SignedRelease?) throws(FollowFailure) {
    if settings.ring == .early {
      withheld.hasten(in: room)
    } else if let release {
      withheld.date(release.settle, of: release.record.version, in: room)
    }
    if state.hold == nil { withheld.settle(at: release == nil ? .min : seconds) }
    if let list { withheld.prune(to: list, in: room) }
    try saveWithheld()
    state.withheld = withheld.count
    state.braked = withheld.braked.map {
      FollowState.Braked(version: $0.version, additions: $0.lines.count, limit: $0.limit ?? 0)
    }
    let waiting = withheld.count - state.brakedAdditions
    if waiting > 0, state.hold == nil { notes.append("\(waiting) additions are settling and not shown yet") }
    if let list { noteUnknown(of: list) }
  }

  // MARK: The file

  /// - Returns: whether it was whole.
  private mutating func loadWithheld() throws(FollowFailure) -> Bool {
    let path = withheldPath
    let slab = try local { () throws(FileFault) in
      try files.map(path, maximumOctets: StateDirectory.maximumListOctets)
    }
    guard let slab else { return true }
    var isWhole = false
    withheld = Withheld(parsing: slab, isWhole: &isWhole)
    if !isWhole { withheld.isUnsaved = true }
    return isWhole
  }

  /// Writes it down, if anything changed.
  mutating func saveWithheld() throws(FollowFailure) {
    let (withheld, path, room) = (withheld, withheldPath, room)
    try local { () throws(FileFault) in
      try room.check()
      guard withheld.isUnsaved else { return }
      guard !withheld.isEmpty else { return try files.remove(path) }
      let draft = try FileDraft(of: path, permissions: 0o640, isHashed: false, files: files)
      withheld.write(to: draft)
      try draft.finish()
      try draft.replace()
    }
    self.withheld.isUnsaved = false
  }
}
