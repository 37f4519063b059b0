// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
internal import FoundationEssentials
internal import SignedManifests

/// The work of one round on a loaded state, in order.
struct FollowSession {
  let settings: FollowSettings
  let transport: any Transport
  let files: any FileSystem
  let now: Date
  let directory: StateDirectory
  var overrides: LocalOverrides
  /// Asks resolvers.
  let probe: any ResolverProbe
  /// Waits before another attempt of a download.
  let pause: @Sendable (Duration) -> Void
  /// The server that takes receipts, when there is one.
  let receiver: (any Transport)?
  /// Whether the source may know the compact form; plain files on a mirror do not.
  let mayKnowCompact: Bool
  /// What earlier rounds of this process read and verified.
  let verified: MetadataMemory
  /// The list that an earlier round of this process verified.
  let memory: ListMemory
  /// A person's word on a large change.
  let consent: LargeChangeConsent
  /// How far this round got.
  let progress: RoundProgress
  /// Where sets of many lines lie.
  let room: LineRoom
  /// What will be remembered.
  var state: FollowState
  /// What else to say.
  var notes: [String] = []
  /// What was held before this round.
  var beforeRound: ListRecord?
  /// What of the verified list is not shown to resolvers yet.
  var withheld = Withheld()
  /// What this release and earlier ones took off the list is not known to have been proven, where that is asked for.
  var provenSince: UInt64 = 0
  /// Whether it is known what of the list held is not proven, where that is asked for.
  var isQuorumKnown = true
  /// Whether an output was replaced in this round.
  var hasWritten = false
  /// Outputs that could not be written in this round.
  var unwritten: Set<String> = []
  /// Whether outputs were put back in this round.
  var hasTakenBack = false
  /// Whether this round goes back to a lower number, since a key was replaced.
  var hasForgottenNumbers = false
  /// Whether the changes last offered said which release they lead to; plain files on a mirror do not.
  var namesVersions = true

  var update: ListUpdate { ListUpdate(transport: transport, list: settings.list) }

  mutating func run() throws(FollowFailure) -> FollowOutcome {
    progress.taken = nil
    var held = try recover()
    beforeRound = held == nil ? nil : state.applied
    try beginWithholding(held)
    let (release, newer) = try takeNewer(than: &held)
    progress.taken = release.record.version
    // Whatever comes later is another change.
    consent.end()
    let before = beforeRound?.version
    let list = newer?.list ?? held
    if settings.takesApprovals { try takeApprovals(release) }
    try settle(list, release)
    if let list {
      try deliver(try shownList(list, release.record), newer?.change, release)
    }
    sendReceipt(release.record)
    guard let newer else { return .current(version: release.record.version) }
    return .updated(
      from: before, to: release.record.version, added: newer.additions, removed: newer.removals)
  }

  mutating func recover() throws(FollowFailure) -> Blocklist? {
    let had = state.applied != nil
    let directory = directory
    var settled = state
    if let applied = state.applied, state.pending == nil,
      let list = memory.list(
        applied, try local { () throws(FileFault) in try files.identity(of: directory.entriesPath) })
    {
      return list
    }
    let list = try local { () throws(FileFault) in
      let identity = try files.identity(of: directory.entriesPath)
      let list = try directory.recoverEntries(&settled)
      if let list, let applied = settled.applied { memory.keep(list, as: applied, identity) }
      return list
    }
    state = settled
    guard let list else {
      if had { notes.append("the list held was damaged or missing; taking the full list") }
      return nil
    }
    return list
  }

  // MARK: Taking what is newer

  /// Refreshes the metadata and takes a newer release, if one is signed.
  private mutating func takeNewer(than held: inout Blocklist?) throws(FollowFailure) -> (
    SignedRelease, Newer?
  ) {
    // A release may come out between the metadata and the changes: then the metadata is read once more.
    for isLast in [false, true] {
      let offer = try compactOffer(held)
      let release: SignedRelease
      do { release = try refresh(offer) } catch {
        // Whoever spoilt it in one body may not have spoilt the files: the next round looks at those.
        if offer != nil, case .refused(.metadata) = error { state.needsPlainFiles = true }
        throw error
      }
      let isNewer = try isNewer(release, than: held)
      do {
        if let update = offer?.update, let applied = state.applied {
          try CompactOffer.check(update, at: applied.version, expecting: release.record)
        }
        guard isNewer else {
          if let held { try checkQuorum(held, release, over: held) }
          state.signers = release.signers
          return (release, nil)
        }
        if held == nil {
          held = try takeAgain(release)
          try recallQuorum(of: held)
        }
        let base = if let held { held } else { try strayList() }
        let newer = try fetch(release, &held, offer)
        let limit = exceededLimit(newer, held, release.brake)
        let unproven = try checkQuorum(
          newer.list, release, over: held, offered: settings.requiredCountries == nil ? nil : offer?.approvals
        )
        try withhold(newer, from: base, release, over: limit, unproven: unproven)
        try adopt(newer, release)
        return (release, newer)
      } catch .refused(.updateUnsigned) where !isLast {
        continue
      } catch .refused(.deltaDigest) where !isLast && !namesVersions {
        continue
      }
    }
    throw .refused(.listNotSigned)
  }

  private mutating func isNewer(_ release: SignedRelease, than held: Blocklist?) throws(FollowFailure) -> Bool
  {
    guard let applied = state.applied else { return true }
    let signed = release.record
    guard signed.version > applied.version || signed.isSame(as: applied) else {
      guard isOfReplacedKey(release) else {
        throw .refused(
          signed.version < applied.version
            ? .listRollback(held: applied.version, signed: signed.version)
            : .versionRewritten(version: signed.version))
      }
      try forgetNumbers(beyond: signed.version)
      return true
    }
    return signed.version > applied.version || held == nil
  }

  private mutating func fetch(
    _ release: SignedRelease, _ held: inout Blocklist?, _ offer: CompactOffer?
  ) throws(FollowFailure) -> Newer {
    let signed = release.record
    guard let base = held, let applied = state.applied,
      !state.needsFullList || settings.takesChangesAlone
    else {
      return try full(release, &held)
    }
    if let update = offer?.update, settings.takesChangesAlone || update.fitsMemory {
      return Newer(
        try ListUpdate.apply(update, to: base, at: applied.version, expecting: signed, in: directory))
    }
    let offer = try update.offer(
      since: applied.version,
      limit: settings.takesChangesAlone
        ? min(ListUpdate.maximumLoneDeltaOctets, ListUpdate.possibleOctets(from: base, to: signed))
        : WorthwhileChange.textOctets(of: signed.length))
    if case .delta(_, nil) = offer { namesVersions = false } else { namesVersions = true }
    switch offer {
    case .historyGone: return try full(release, &held)
    case .tooLarge where settings.takesChangesAlone: throw .refused(.deltaDigest(version: signed.version))
    case .tooLarge: return try full(release, &held)
    case .nothingNewer:
      throw .refused(.updateWithheld(held: applied.version, signed: signed.version))
    case .delta(_, let offered?) where offered > signed.version:
      throw .refused(.updateUnsigned(offered: offered, signed: signed.version))
    case .delta(_, let offered?) where offered < signed.version:
      throw .refused(.updateWithheld(held: applied.version, signed: signed.version))
    case .delta(let octets, _):
      return Newer(try ListUpdate.apply(octets, to: base, expecting: signed, in: directory))
    }
  }

  private mutating func adopt(_ newer: Newer, _ release: SignedRelease) throws(FollowFailure) {
    let directory = directory
    var record = release.record
    // What the text was found to have, and not what was only said of it.
    record.blocks = newer.list.blocks?.digest
    var next = state
    defer { state = next }
    try local { () throws(FileFault) in
      try directory.adopt(newer.draft, as: record, signers: release.signers, &next)
      memory.keep(newer.list, as: record, try files.identity(of: directory.entriesPath))
    }
  }
}
