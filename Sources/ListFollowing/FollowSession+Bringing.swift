// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
private import Cryptography
internal import ListFormats
internal import Names

/// What a running resolver shall hold.
struct ToldGoal {
  /// What it shall say of itself then.
  let marker: ReleaseMarker
  /// What is blocked.
  let list: Blocklist
  /// What is blocked besides.
  let canary: DomainName?
  /// How.
  let terms: ToldTerms
}

/// From what a running resolver holds, as far as that is known, to what it shall hold.
extension FollowSession {
  /// Where lists lie that resolvers were told.
  var folder: String { directory.path + "/resolvers" }

  /// The list that a resolver was told last.
  func toldPath(_ target: ResolverTarget) -> String { "\(folder)/\(target.fileName).told" }

  /// Tells a resolver what it lacks, and what it has too much.
  /// - Parameters:
  ///   - says: its marker at present.
  ///   - source: a file that holds the list.
  ///   - holds: the marker of what it is known to hold, although it was not settled that it shall.
  /// - Returns: where the list lies until that is settled.
  mutating func bring(
    _ target: ResolverTarget, to goal: ToldGoal, _ stamp: inout ToldStamp, says: String?,
    step: (from: String, delta: Delta)?, from source: String?, holds: String? = nil
  ) throws(FollowFailure) -> String {
    let told = toldPath(target)
    let telling = "\(folder)/\(target.fileName).telling"
    let (list, terms) = (goal.list, goal.terms)
    let known =
      holds
      ?? (says == nil || says != stamp.told || stamp.isOwing || stamp.terms != terms ? nil : stamp.told)
    let channel = channel(target, goal, input: "\(folder)/\(target.fileName).input")
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
    if attempts.count == Self.mostAttempts, says != goal.marker.text {
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
      if let source {
        try files.link(source, as: path)
      } else {
        let draft = try FileDraft(of: path, permissions: 0o640, isHashed: false, files: files)
        list.slab.forEachRun { draft.append($0) }
        try draft.finish()
        try draft.replace()
      }
      try files.synchronize(directory: folder)
    }
    stamp.telling = goal.marker.text
    stamp.tellingTerms = terms
    stamp.answersDiffer = known == nil && answersDiffer
    try remember(stamp)

    if says == goal.marker.text {
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
    return path
  }

  /// Remembers that a resolver holds what it shall.
  mutating func settle(
    _ target: ResolverTarget, _ goal: ToldGoal, in path: String, _ stamp: inout ToldStamp
  ) throws(FollowFailure) {
    let telling = "\(folder)/\(target.fileName).telling"
    let told = toldPath(target)
    let (files, folder) = (files, folder)
    try local { () throws(FileFault) in
      try files.rename(path, to: told)
      // Two names of one file are left by a renaming.
      let attempts = (0..<Self.mostAttempts).map { Self.attempt($0, at: telling) }
      for attempt in attempts where try files.stamp(of: attempt) != nil { try files.remove(attempt) }
      try files.synchronize(directory: folder)
    }
    stamp.told = goal.marker.text
    stamp.toldDigest = goal.list.digest.hex
    stamp.terms = goal.terms
    stamp.omitted = channel(target, goal, input: path).omitted(of: goal.list)
    stamp.telling = nil
    stamp.tellingTerms = nil
    stamp.answersDiffer = false
    try remember(stamp)
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

  func held(at path: String) throws(FollowFailure) -> Blocklist? {
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

  mutating func remember(_ stamp: ToldStamp) throws(FollowFailure) {
    state.told.removeAll { $0.key == stamp.key }
    state.told.append(stamp)
    try save()
  }

  private func channel(
    _ target: ResolverTarget, _ goal: ToldGoal, input: String
  ) -> any ResolverChannel {
    let options = RenderOptions(
      list: settings.list, version: ListVersion(state.applied?.version ?? 0), zone: settings.zone,
      action: settings.action, canary: goal.canary)
    let basis = ChannelBasis(
      target: target, timeout: settings.reloadTimeout, files: files, inputPath: input, options: options,
      marker: goal.marker)
    return switch target.kind {
    case .nsupdate, .nsupdatePrimary: NSUpdateChannel(basis: basis)
    case .unboundControl: UnboundChannel(basis: basis)
    }
  }
}
