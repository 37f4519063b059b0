// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
internal import ListFormats
private import Cryptography
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
    try checkOwner(of: target, says)
    if says == marker.text, stamp.told == marker.text, !stamp.isOwing { return }

    let list = try shown.list()
    let canary = canaryHere(release).flatMap { list.covers($0) ? nil : $0 }
    let terms = ToldTerms(answer: settings.action.description, canary: canary?.text)
    let known =
      says == nil || says != stamp.told || stamp.isOwing || stamp.terms != terms ? nil : stamp.told
    let channel = channel(target, marker, canary: canary, input: "\(folder)/\(target.fileName).input")
    var problem: String?
    let answersDiffer = stamp.mayAnswerOtherwise(than: terms, says: says)
    let delta = try known.flatMap { (known) throws(FollowFailure) in
      try self.delta(from: known, at: told, stamp.toldDigest, to: list, step)
    }
    var attempts = try attempts(at: telling)
    var suspicion = Suspicion(lists: attempts.compactMap(\.list), canaries: stamp.canaries)
    if delta == nil {
      let before = try held(at: told)
      suspicion.lists += [before].compactMap { $0 }
      if stamp.told != nil, before == nil || stamp.toldDigest.map({ $0 != before?.digest.hex }) == true,
        target.kind == .unboundControl
      {
        notes.append(
          "\(target.key): \(told) is lost or damaged: what was taken off the list since stays blocked there until it is restarted"
        )
      }
    }
    if attempts.count == Self.mostAttempts, says != marker.text {
      problem = channel.withdraw(suspicion, beyond: list)
      if let problem { throw .resolver("\(target.key): \(target.command) \(problem)") }
      for attempt in attempts {
        try local { () throws(FileFault) in try files.remove(attempt.path) }
      }
      attempts = []
    }
    // Each attempt that broke off leaves its list until all is told: the resolver may hold some of it.
    let path =
      attempts.first { $0.list == list }?.path
      ?? (0...).lazy.map { Self.attempt($0, at: telling) }.first { path in
        !attempts.contains { $0.path == path }
      } ?? telling
    try local { () throws(FileFault) in
      if shown.isAsSigned {
        try files.link(directory.entriesPath, as: path)
      } else {
        let draft = try FileDraft(of: path, permissions: 0o640, isHashed: false, files: files)
        list.slab.forEachRun { draft.append($0) }
        try draft.finish()
        try draft.replace()
      }
      try files.synchronize(directory: folder)
    }
    stamp.telling = marker.text
    stamp.tellingTerms = terms
    stamp.answersDiffer = known == nil && answersDiffer
    try remember(stamp)

    if says == marker.text {
      // It has it from a file, after a restart.
    } else if let known, let delta {
      if channel.tell(delta, expected: known) != nil {
        suspicion.lists += [try held(at: told)].compactMap { $0 }
        problem = channel.repair(to: list, without: suspicion, answersDiffer: answersDiffer)
        notes.append("\(target.key): the change did not fit what it held; it was brought to the whole list")
      }
    } else {
      problem = channel.repair(to: list, without: suspicion, answersDiffer: answersDiffer)
    }
    if let problem { throw .resolver("\(target.key): \(target.command) \(problem)") }
    let expectations = ResolverCheck.Expectations(
      marker: marker, blocked: canaryHere(release), open: settings.openNames, action: settings.action)
    switch check.verdict(expectations) {
    case .right: break
    case .silent(let problem), .wrong(let problem): throw .unverified("\(target.kind.rawValue): \(problem)")
    }
    try local { () throws(FileFault) in
      try files.rename(path, to: told)
      for attempt in attempts where attempt.path != path { try files.remove(attempt.path) }
      try files.synchronize(directory: folder)
    }
    stamp.told = marker.text
    stamp.toldDigest = list.digest.hex
    stamp.terms = terms
    stamp.telling = nil
    stamp.tellingTerms = nil
    stamp.answersDiffer = false
    try remember(stamp)
  }

  /// Two that tell one resolver would each find the other's list in every round, and tell all of its own anew.
  private mutating func checkOwner(of target: ResolverTarget, _ says: String?) throws(FollowFailure) {
    guard let other = says.flatMap(ReleaseMarker.follower(in:)), let own = settings.follower,
      other != own.number
    else { return }
    guard settings.takesOver else {
      throw .refused(.otherFollower(FollowRefusal.Rival(what: target.key, who: other, .told)))
    }
    notes.append("\(target.key): taken over from the follower \(other)")
    guard target.kind == .unboundControl else { return }
    notes.append(
      "\(target.key): what that one told it and is not listed stays blocked there until it is restarted")
  }

  private func delta(
    from known: String, at path: String, _ digest: String?, to list: Blocklist,
    _ step: (from: String, delta: Delta)?
  ) throws(FollowFailure) -> Delta? {
    if let step, step.from == known { return step.delta }
    // One cut at the end of a line would read as a shorter list, and what it lacks would stay blocked.
    guard let before = try held(at: path), digest == nil || digest == before.digest.hex else { return nil }
    let directory = directory
    return try local { () throws(FileFault) in try directory.difference(from: before, to: list) }
  }

  private func held(at path: String) throws(FollowFailure) -> Blocklist? {
    let slab = try local { () throws(FileFault) in
      try files.map(path, maximumOctets: StateDirectory.maximumListOctets)
    }
    return slab.flatMap { try? Blocklist(parsing: $0) }
  }

  /// So many attempts that broke off are remembered; then what is not listed any more is taken away first.
  static let mostAttempts = 8

  private static func attempt(_ number: Int, at path: String) -> String {
    number == 0 ? path : "\(path).\(number)"
  }

  /// The lists of attempts that broke off; nil for one that cannot be read.
  private func attempts(at path: String) throws(FollowFailure) -> [(path: String, list: Blocklist?)] {
    var found: [(path: String, list: Blocklist?)] = []
    for number in 0..<Self.mostAttempts {
      let path = Self.attempt(number, at: path)
      let exists = try local { () throws(FileFault) in try files.stamp(of: path) != nil }
      if exists { found.append((path, try held(at: path))) }
    }
    return found
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
