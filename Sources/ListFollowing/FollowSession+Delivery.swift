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
    let canary = canaryHere(release)
    let marker =
      settings.marksOutputs ? marker(shown.identity, version: shown.record.version, canary) : nil
    try checkRejection(marker)
    try writeOutputs(shown, marker, release)
    try reload()
    try verify(marker, shown, release)
    guard let marker else { return }
    let earlier = previous.map { self.marker(shown.identity(of: $0), version: $0.version, canary).text }
    let step = shown.isAsSigned ? change : nil
    for target in settings.targets {
      try tell(
        target, marker, shown, release, step: earlier.flatMap { earlier in step.map { (earlier, $0) } })
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
}
