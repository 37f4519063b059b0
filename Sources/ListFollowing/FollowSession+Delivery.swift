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
    let canary = canaryHere(release)
    let marker =
      settings.marksOutputs ? marker(shown.identity, version: shown.record.version, canary) : nil
    var failures: [FollowFailure] = []
    func attempt(_ work: () throws(FollowFailure) -> Void) -> Bool {
      do {
        try work()
        return true
      } catch {
        failures += error.each
        return false
      }
    }
    _ = attempt { () throws(FollowFailure) in try finishTakingBack() }
    let rejection = rejection(of: marker)
    let isWritten: Bool
    if let rejection {
      failures.append(.unverified(rejection))
      isWritten = false
    } else {
      isWritten = attempt { () throws(FollowFailure) in try writeOutputs(shown, marker, release) }
    }
    // None waits for another that is down: first those that need only be told, a reload may take long.
    if let marker {
      for problem in tellAll(marker, shown, release, change) { failures += problem.each }
      for target in settings.targets {
        guard let stamp = state.told.first(where: { $0.key == target.key }), stamp.omitted > 0 else {
          continue
        }
        notes.append(
          "\(stamp.key): \(stamp.omitted) entries cannot be expressed in its zone and are left out")
      }
    }
    let isReloaded = state.needsReload && settings.reloadCommand != nil
    var problem: ShellCommand.Problem?
    _ = attempt { () throws(FollowFailure) in problem = try reload() }
    if settings.verified.isEmpty {
      _ = attempt { () throws(FollowFailure) in try forgetPrevious() }
    } else if isWritten, let marker {
      _ = attempt { () throws(FollowFailure) in
        try verify(marker, release, reload: isReloaded ? .some(problem) : nil)
      }
    }
    // What was taken back for it is told as that.
    if let problem, !hasTakenBack { failures.append(.reload(problem.text)) }
    if let failure = FollowFailure(failures) { throw failure }
  }

  /// Brings each running resolver to the list; those that failed before come last.
  private mutating func tellAll(
    _ marker: ReleaseMarker, _ shown: ShownList, _ release: SignedRelease, _ change: Delta?
  ) -> [FollowFailure] {
    let canary = canaryHere(release)
    let earlier = beforeRound.map {
      self.marker(shown.identity(of: $0), version: $0.version, canary).text
    }
    let step = shown.isAsSigned ? change : nil
    var failures: [FollowFailure] = []
    let isBehind = { [told = state.told] (target: ResolverTarget) in
      told.contains { $0.key == target.key && $0.isBehind }
    }
    // Of one that is told no more, nobody asks.
    for index in state.told.indices
    where !settings.targets.contains(where: { $0.key == state.told[index].key }) {
      state.told[index].problem = nil
    }
    let targets = settings.targets.filter { !isBehind($0) } + settings.targets.filter(isBehind)
    for target in targets {
      do throws(FollowFailure) {
        try tell(
          target, marker, shown, release, step: earlier.flatMap { earlier in step.map { (earlier, $0) } })
        note(nil, of: target)
      } catch {
        note(error.description, of: target)
        failures.append(error)
      }
    }
    return failures
  }

  /// Remembers what is the matter with a resolver.
  private mutating func note(_ problem: String?, of target: ResolverTarget) {
    if let index = state.told.firstIndex(where: { $0.key == target.key }) {
      state.told[index].problem = problem
    } else if let problem {
      state.told.append(ToldStamp(key: target.key, problem: problem))
    }
  }

  /// What resolvers say of themselves once they hold this list.
  private mutating func marker(_ identity: String, version: UInt64, _ canary: DomainName?) -> ReleaseMarker {
    let salt = state.salt ?? SHA256Digest(hashing: randomOctets(32)).hex
    state.salt = salt
    let parts = [
      salt, identity, settings.list.text, settings.zone.text, settings.action.description, canary?.text ?? "",
    ]
    let digest = SHA256Digest(hashing: Array(parts.joined(separator: "\n").utf8)).hex
    return ReleaseMarker(
      list: settings.list, version: ListVersion(version), digest: String(digest.prefix(16)),
      follower: settings.follower?.number)
  }

  // MARK: Verification

  /// Why what a resolver did not take is not written again, so soon.
  private mutating func rejection(of marker: ReleaseMarker?) -> String? {
    guard let rejected = state.rejected else { return nil }
    guard rejected.marker == marker?.text, abs(now.timeIntervalSince(rejected.date)) < Self.rejectionRest
    else {
      state.rejected = nil
      return nil
    }
    return rejected.detail
  }

  /// Asks the resolvers whether they answer as they should. Outputs are taken back when one answers otherwise, or when the reload
  /// command refuses them and no resolver has them all the same; a resolver that does not answer says nothing about them.
  /// - Parameter reload: what became of the reload in this round, if there was one.
  private mutating func verify(
    _ marker: ReleaseMarker, _ release: SignedRelease, reload: ShellCommand.Problem??
  ) throws(FollowFailure) {
    var refusal = reload.flatMap { $0 }.flatMap { Self.refusal($0) }
    var found = findings(marker, release, patient: (hasWritten || reload != nil) && refusal == nil)
    // Before unconfirmed outputs of an earlier round are given up: it may not have read them yet.
    if !found.wrong.isEmpty, state.unverified?.paths.isEmpty == false, !hasWritten, reload == nil,
      settings.reloadCommand != nil
    {
      state.needsReload = true
      if let problem = try self.reload() {
        refusal = Self.refusal(problem)
        if refusal == nil { throw .reload(problem.text) }
      } else {
        found = findings(marker, release, patient: true)
      }
    }
    let problems = [refusal].compactMap { $0 } + found.wrong + found.silent
    guard found.wrong.isEmpty, refusal == nil || found.right > 0 else {
      // All was confirmed before: the resolver is at fault, and asked again in the next round.
      let detail = try takeBack(problems.joined(separator: "; "), marker: marker.text)
      guard hasTakenBack, let problem = try self.reload() else { throw .unverified(detail) }
      throw .several([.unverified(detail), .reload(problem.text)])
    }
    if found.right > 0 { try forgetPrevious() }
    guard found.silent.isEmpty else { throw .unverified(found.silent.joined(separator: "; ")) }
  }

  /// What a reload command said of the outputs; nil where it came to no end of its own.
  private static func refusal(_ problem: ShellCommand.Problem) -> String? {
    problem.isVerdict ? "the reload command \(problem.text)" : nil
  }

  /// What the resolvers answer.
  private struct Findings {
    var right = 0
    var silent: [String] = []
    var wrong: [String] = []
  }

  /// - Parameter patient: whether something is new there, so that it may take a while.
  private mutating func findings(_ marker: ReleaseMarker, _ release: SignedRelease, patient: Bool) -> Findings
  {
    let carriesMarker = settings.outputs.contains { $0.markerLines(marker) != nil }
    let carriesCanary = settings.outputs.contains { $0.format.carriesCanary && $0.format != .squid }
    let expectations = ResolverCheck.Expectations(
      marker: carriesMarker ? marker : nil, blocked: carriesCanary ? canaryHere(release) : nil,
      open: settings.openNames,
      action: settings.action)
    var found = Findings()
    // One time for all: those that are off must not add theirs up.
    let deadline = ContinuousClock.now + (patient ? settings.verifyPatience : .zero)
    for address in settings.verified {
      let check = ResolverCheck(probe: probe, address: address, patience: deadline - ContinuousClock.now)
      switch check.verdict(expectations) {
      case .right: found.right += 1
      case .partly(let remark):
        found.right += 1
        notes.append(remark)
      case .silent(let problem): found.silent.append(problem)
      case .wrong(let problem): found.wrong.append(problem)
      }
    }
    return found
  }

  /// What is blocked besides the list here: allowing wins over it, as over everything.
  func canaryHere(_ release: SignedRelease) -> DomainName? {
    release.canary.flatMap { overrides.opens($0) ? nil : $0 }
  }
}
