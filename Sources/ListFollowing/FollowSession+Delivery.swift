// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
private import Cryptography
private import FoundationEssentials
internal import ListFormats
internal import Names

/// From a verified list to what resolvers answer.
extension FollowSession {
  /// Brings outputs and running resolvers to the list.
  /// - Parameter change: what turned the list held before into this one.
  mutating func deliver(_ shown: ShownList, _ change: Delta?, _ release: SignedRelease) throws(FollowFailure)
  {
    state.shown = FollowState.Shown(canary: release.canary?.text)
    dropStrangers()
    let canary = canaryHere(release)
    let marker =
      settings.marksOutputs ? marker(shown.identity, version: shown.record.version, canary) : nil
    var failures: [FollowFailure] = []
    func attempt(_ work: () throws(FollowFailure) -> Void) {
      do { try work() } catch { failures += error.each.filter { !failures.contains($0) } }
    }
    countOpenSubtrees(shown)
    attempt { () throws(FollowFailure) in try finishTakingBack() }
    let rejection = rejection(of: marker)
    if let rejection {
      failures.append(.unverified(rejection))
    } else {
      attempt { () throws(FollowFailure) in try writeOutputs(shown, marker, release) }
    }
    // One output that cannot be written does not keep the others from being looked at.
    let isInPlace = rejection == nil && !failures.contains(where: \.isRefusal)
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
    attempt { () throws(FollowFailure) in problem = try reload() }
    if settings.verified.isEmpty {
      attempt { () throws(FollowFailure) in try forgetPrevious() }
    } else if isInPlace, let marker {
      attempt { () throws(FollowFailure) in
        try verify(marker, shown, release, reload: isReloaded ? .some(problem) : nil)
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

  /// Of a resolver that is told no more, nobody asks what it is owed. What was told it in full lies there still, for when it comes back.
  private mutating func dropStrangers() {
    let keys = Set(settings.targets.map(\.key))
    state.told.removeAll { !keys.contains($0.key) && $0.isOwing }
    for index in state.told.indices where !keys.contains(state.told[index].key) {
      state.told[index].problem = nil
    }
  }

  /// Remembers what is the matter with a resolver.
  private mutating func note(_ problem: String?, of target: ResolverTarget) {
    if let index = state.told.firstIndex(where: { $0.key == target.key }) {
      state.told[index].problem = problem
    } else if let problem {
      state.told.append(ToldStamp(key: target.key, problem: problem))
    }
  }

  /// Says where a name that is allowed here takes more with it than itself.
  private mutating func countOpenSubtrees(_ shown: ShownList) {
    let written = settings.outputs.map { ($0.path, shown.openSubtrees(for: $0.format, zone: settings.zone)) }
    let told = settings.targets.map { ($0.key, shown.openSubtrees(for: nil, zone: settings.zone)) }
    state.openSubtrees = (written + told).map(\.1).max() ?? 0
    for (name, count) in written + told where count > 0 {
      notes.append("\(name): \(count) listed subtrees are open because of --allow")
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
}
