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
    }
    let isReloaded = state.needsReload
    _ = attempt { () throws(FollowFailure) in try reload() }
    if isWritten, let marker {
      _ = attempt { () throws(FollowFailure) in
        try verify(marker, shown, release, isNew: isReloaded || !kept.isEmpty)
      }
    }
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

  /// Asks the resolvers whether they answer as they should. Outputs are taken back when one answers otherwise; one that does not
  /// answer says nothing about them.
  private mutating func verify(
    _ marker: ReleaseMarker, _ shown: ShownList, _ release: SignedRelease, isNew: Bool
  ) throws(FollowFailure) {
    guard !settings.verified.isEmpty else { return }
    let carriesMarker = settings.outputs.contains { marker.lines(in: $0.format) != nil }
    let carriesCanary = settings.outputs.contains { $0.format.carriesCanary && $0.format != .squid }
    let expectations = ResolverCheck.Expectations(
      marker: carriesMarker ? marker : nil, blocked: carriesCanary ? canaryHere(release) : nil,
      open: settings.openNames,
      action: settings.action)
    var silent: [String] = []
    var wrong: [String] = []
    // One time for all: those that are off must not add theirs up. Where nothing is new, there is nothing to wait for.
    let deadline = ContinuousClock.now + (isNew ? settings.verifyPatience : .zero)
    for address in settings.verified {
      let check = ResolverCheck(probe: probe, address: address, patience: deadline - ContinuousClock.now)
      switch check.verdict(expectations) {
      case .right: break
      case .silent(let problem): silent.append(problem)
      case .wrong(let problem): wrong.append(problem)
      }
    }
    guard wrong.isEmpty else {
      let problem = (wrong + silent).joined(separator: "; ")
      // Nothing was written in this round: the resolver is at fault, and asked again in the next.
      guard !kept.isEmpty else { throw .unverified(problem) }
      let detail = try takeBack(problem, version: shown.record.version)
      state.rejected = FollowState.Rejection(marker: marker.text, date: now, detail: detail)
      throw .unverified(detail)
    }
    forgetPrevious()
    guard silent.isEmpty else { throw .unverified(silent.joined(separator: "; ")) }
  }

  /// What is blocked besides the list here: allowing wins over it, as over everything.
  func canaryHere(_ release: SignedRelease) -> DomainName? {
    release.canary.flatMap { overrides.opens($0) ? nil : $0 }
  }
}
