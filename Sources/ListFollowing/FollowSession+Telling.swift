// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
internal import ListFormats
private import Names

/// Running resolvers.
extension FollowSession {
  /// Brings one resolver to the list.
  /// - Parameter step: what turns a list, by the marker that said so, into this one.
  mutating func tell(
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
    let canary = canaryHere(release).flatMap { list.covers($0) ? nil : $0 }
    let terms = ToldTerms(answer: settings.action.description, canary: canary?.text)
    let known =
      says == nil || says != stamp.told || stamp.isOwing || stamp.terms != terms ? nil : stamp.told
    let channel = channel(target, marker, canary: canary, input: "\(folder)/\(target.fileName).input")
    var problem: String?
    let answersDiffer = stamp.mayAnswerOtherwise(than: terms, says: says)
    if known == nil, says != marker.text {
      // Before it is noted down what it is told next: an interruption must not lose what it may hold still.
      let suspicion = Suspicion(lists: try held(at: [told, telling]), canaries: stamp.canaries)
      problem = channel.withdraw(suspicion, beyond: list)
      if let problem { throw .resolver("\(target.key): \(target.command) \(problem)") }
    }
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
    stamp.tellingTerms = terms
    stamp.answersDiffer = known == nil && answersDiffer
    try remember(stamp)

    if says == marker.text {
      // It has it from a file, after a restart.
    } else if let known, let delta = try delta(from: known, at: told, to: list, step) {
      if channel.tell(delta, expected: known) != nil {
        problem = channel.withdraw(Suspicion(lists: try held(at: [told])), beyond: list)
        problem = problem ?? channel.repair(to: list, answersDiffer: answersDiffer)
        notes.append("\(target.key): the change did not fit what it held; it was brought to the whole list")
      }
    } else {
      problem = channel.repair(to: list, answersDiffer: answersDiffer)
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
    stamp.terms = terms
    stamp.telling = nil
    stamp.tellingTerms = nil
    stamp.answersDiffer = false
    try remember(stamp)
  }

  private func delta(
    from known: String, at path: String, to list: Blocklist, _ step: (from: String, delta: Delta)?
  ) throws(FollowFailure) -> Delta? {
    if let step, step.from == known { return step.delta }
    guard let before = try held(at: [path]).first else { return nil }
    let directory = directory
    return try local { () throws(FileFault) in try directory.difference(from: before, to: list) }
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
