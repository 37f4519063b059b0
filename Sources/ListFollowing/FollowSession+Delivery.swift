// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
private import Cryptography
private import FoundationEssentials
internal import ListFormats
internal import Names

/// From a verified list to what resolvers answer.
extension FollowSession {
  /// How long outputs that were taken back are left alone, unless a newer release comes, in seconds.
  static let rejectionRest = 900.0

  /// Brings outputs and running resolvers to the list.
  /// - Parameter change: what turned the list held before into this one.
  mutating func deliver(_ shown: ShownList, _ change: Delta?, _ release: SignedRelease) throws(FollowFailure)
  {
    let previous = beforeRound
    let marker = settings.marksOutputs ? marker(shown.identity, version: shown.record.version) : nil
    try checkRejection(marker)
    try writeOutputs(shown, marker, release)
    try reload()
    try verify(marker, shown, release)
    guard let marker else { return }
    let earlier = previous.map { self.marker(shown.identity(of: $0), version: $0.version).text }
    let step = shown.isAsSigned ? change : nil
    for target in settings.targets {
      try tell(
        target, marker, shown, release, step: earlier.flatMap { earlier in step.map { (earlier, $0) } })
    }
  }

  /// What resolvers say of themselves once they hold this list.
  private mutating func marker(_ identity: String, version: UInt64) -> ReleaseMarker {
    let salt = state.salt ?? SHA256Digest(hashing: randomOctets(32)).hex
    state.salt = salt
    let parts = [
      salt, identity, settings.list.text, settings.zone.text, String(describing: settings.action),
    ]
    let digest = SHA256Digest(hashing: Array(parts.joined(separator: "\n").utf8)).hex
    return ReleaseMarker(
      list: settings.list, version: ListVersion(version), digest: String(digest.prefix(16)))
  }

  // MARK: Verification

  /// Does not try again too soon what a resolver did not take.
  private mutating func checkRejection(_ marker: ReleaseMarker?) throws(FollowFailure) {
    guard let rejected = state.rejected else { return }
    guard rejected.marker == marker?.text, abs(now.timeIntervalSince(rejected.date)) < Self.rejectionRest
    else {
      state.rejected = nil
      return
    }
    throw .unverified(rejected.detail)
  }

  /// Asks the resolvers whether they answer as they should, where outputs were written; if not, takes them back.
  private mutating func verify(_ marker: ReleaseMarker?, _ shown: ShownList, _ release: SignedRelease)
    throws(FollowFailure)
  {
    guard !settings.verified.isEmpty, let marker else { return }
    let carriesMarker = settings.outputs.contains { marker.lines(in: $0.format) != nil }
    let carriesCanary = settings.outputs.contains { $0.format.carriesCanary && $0.format != .squid }
    let expectations = ResolverCheck.Expectations(
      marker: carriesMarker ? marker : nil, blocked: carriesCanary ? canaryHere(release) : nil,
      open: settings.openNames,
      action: settings.action)
    for address in settings.verified {
      let check = ResolverCheck(probe: probe, address: address, patience: settings.verifyPatience)
      guard let problem = check.problem(expectations) else { continue }
      // Nothing was written in this round: the resolver is at fault, and asked again in the next.
      guard !kept.isEmpty else { throw .unverified(problem) }
      let detail = try takeBack(problem, version: shown.record.version)
      state.rejected = FollowState.Rejection(marker: marker.text, date: now, detail: detail)
      throw .unverified(detail)
    }
    forgetPrevious()
  }

  /// What is blocked besides the list here: allowing wins over it, as over everything.
  func canaryHere(_ release: SignedRelease) -> DomainName? {
    release.canary.flatMap { overrides.opens($0) ? nil : $0 }
  }

  // MARK: Running resolvers

  private mutating func tell(
    _ target: ResolverTarget, _ marker: ReleaseMarker, _ shown: ShownList, _ release: SignedRelease,
    step: (from: String, delta: Delta)?
  ) throws(FollowFailure) {
    let folder = directory.path + "/resolvers"
    try local { () throws(FileFault) in try files.makeDirectory(folder) }
    let told = "\(folder)/\(target.fileName).told"
    let telling = "\(folder)/\(target.fileName).telling"
    var stamp = state.told.first { $0.key == target.key } ?? ToldStamp(key: target.key)
    let check = ResolverCheck(probe: probe, address: target.address, patience: settings.verifyPatience)
    let says = check.marker(at: marker.name.text)
    if says == marker.text, stamp.told == marker.text, !stamp.isOwing { return }

    let list = try shown.list()
    let known = says == nil || says != stamp.told || stamp.isOwing ? nil : stamp.told
    let suspected = try known == nil ? held(at: [told, telling]) : []
    try local { () throws(FileFault) in
      if shown.isAsSigned {
        try files.link(directory.entriesPath, as: telling)
      } else {
        let draft = try FileDraft(of: telling, permissions: 0o640, isHashed: false, files: files)
        list.slab.forEachRun { draft.append($0) }
        try draft.finish()
        try draft.replace()
      }
    }
    stamp.telling = marker.text
    try remember(stamp)

    let canary = canaryHere(release).flatMap { list.covers($0) ? nil : $0 }
    let channel = channel(target, marker, canary: canary, input: "\(folder)/\(target.fileName).input")
    var problem: String?
    if says == marker.text {
      // It has it from a file, after a restart.
    } else if let known, let delta = try delta(from: known, at: told, to: list, step) {
      if channel.tell(delta, expected: known) != nil {
        problem = channel.repair(to: list, suspected: try held(at: [told]))
        notes.append("\(target.key): the change did not fit what it held; it was brought to the whole list")
      }
    } else {
      problem = channel.repair(to: list, suspected: suspected)
    }
    if let problem { throw .resolver("\(target.key): \(target.command) \(problem)") }
    let expectations = ResolverCheck.Expectations(
      marker: marker, blocked: canaryHere(release), open: settings.openNames, action: settings.action)
    if let problem = check.problem(expectations) { throw .unverified("\(target.kind.rawValue): \(problem)") }
    try local { () throws(FileFault) in
      try files.rename(telling, to: told)
      try files.synchronize(directory: folder)
    }
    stamp.told = marker.text
    stamp.telling = nil
    try remember(stamp)
  }

  private func delta(
    from known: String, at path: String, to list: Blocklist, _ step: (from: String, delta: Delta)?
  ) throws(FollowFailure) -> Delta? {
    if let step, step.from == known { return step.delta }
    return try held(at: [path]).first.map { Delta(from: $0, to: list) }
  }

  private func held(at paths: [String]) throws(FollowFailure) -> [Blocklist] {
    var lists: [Blocklist] = []
    for path in paths {
      let slab = try local { () throws(FileFault) in
        try files.map(path, maximumOctets: StateDirectory.maximumListOctets)
      }
      if let slab, let list = try? Blocklist(parsing: slab) { lists.append(list) }
    }
    return lists
  }

  private mutating func remember(_ stamp: ToldStamp) throws(FollowFailure) {
    state.told.removeAll { $0.key == stamp.key }
    state.told.append(stamp)
    try save()
  }

  private func channel(
    _ target: ResolverTarget, _ marker: ReleaseMarker, canary: DomainName?, input: String
  ) -> any ResolverChannel {
    let options = RenderOptions(
      list: settings.list, version: ListVersion(state.applied?.version ?? 0), zone: settings.zone,
      action: settings.action, canary: canary)
    let basis = ChannelBasis(
      target: target, timeout: settings.reloadTimeout, files: files, inputPath: input, options: options,
      marker: marker)
    return switch target.kind {
    case .nsupdate: NSUpdateChannel(basis: basis)
    case .unboundControl: UnboundChannel(basis: basis)
    }
  }
}
