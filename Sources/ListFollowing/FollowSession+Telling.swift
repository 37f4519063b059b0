// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
internal import ListFormats
private import Cryptography
private import FoundationEssentials
private import Names

/// Running resolvers.
extension FollowSession {
  /// Brings one resolver to the list, or back to what it held before, where it does not answer as it should with it.
  /// - Parameter step: what turns a list, by the marker that said so, into this one.
  mutating func tell(
    _ target: ResolverTarget, _ marker: ReleaseMarker, _ shown: ShownList, _ release: SignedRelease,
    step: (from: String, delta: Delta)?
  ) throws(FollowFailure) {
    try local { () throws(FileFault) in try files.makeDirectory(folder) }
    var stamp = state.told.first { $0.key == target.key } ?? ToldStamp(key: target.key)
    let check = check(target)
    let says = check.marker(at: marker.name)
    try checkOwner(of: target, says)
    if let rejected = stamp.rejected {
      if rejected.marker == marker.text, abs(now.timeIntervalSince(rejected.date)) < Self.rejectionRest {
        // After a restart it may have it from a file.
        let holding = says == marker.text ? goal(marker, try shown.list(), release) : nil
        try goBack(target, &stamp, release, says: says, holding: holding)
        throw .unverified(rejected.detail)
      }
      stamp.rejected = nil
    }
    // A primary answers for its zone alone, and its marker came with the last message of the change.
    let expectations =
      target.kind == .nsupdatePrimary
      ? ResolverCheck.Expectations(marker: marker)
      : ResolverCheck.Expectations(
        marker: marker, blocked: canaryHere(release), open: settings.openNames, action: settings.action)
    if says == marker.text, stamp.told == marker.text, !stamp.isOwing {
      return try lookAgain(at: target, expectations, &stamp)
    }
    stamp.unhelped = nil

    let goal = goal(marker, try shown.list(), release)
    let path = try bring(
      target, to: goal, &stamp, says: says, step: step, from: shown.isAsSigned ? directory.entriesPath : nil)
    switch check.verdict(expectations) {
    case .right: try settle(target, goal, in: path, &stamp)
    case .partly(let remark):
      notes.append(remark)
      try settle(target, goal, in: path, &stamp)
    case .silent(let problem): throw .unverified("\(target.kind.rawValue): \(problem)")
    case .wrong(let problem):
      let detail = "\(target.kind.rawValue): \(problem)"
      // One that says otherwise did not take it; there is nothing to take back.
      guard check.marker(at: marker.name) == marker.text else { throw .unverified(detail) }
      guard let told = stamp.told else {
        throw .unverified("\(detail); it was told nothing before that it could be brought back to")
      }
      let faults = check.faults(expectations)
      stamp.rejected = FollowState.Rejection(
        marker: marker.text, date: now,
        detail: "\(detail); it was brought back to version \(Self.version(of: told))")
      try remember(stamp)
      let before = try goBack(target, &stamp, release, says: marker.text, holding: goal)
      var expected = expectations
      (expected.marker, expected.blocked) = (before.marker, before.canary)
      if case .wrong = check.verdict(expected), faults.isSubset(of: check.faults(expected)) {
        try goOn(target, to: goal, from: before.marker, detail, &stamp)
      }
      throw .unverified(stamp.unhelped?.detail ?? stamp.rejected?.detail ?? detail)
    }
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

  /// Brings a resolver back to what it was last told and answered rightly with.
  /// - Parameter holding: what it holds, where that is known.
  /// - Returns: what it holds now.
  @discardableResult
  private mutating func goBack(
    _ target: ResolverTarget, _ stamp: inout ToldStamp, _ release: SignedRelease, says: String?,
    holding: ToldGoal? = nil
  ) throws(FollowFailure) -> ToldGoal {
    guard let told = stamp.told, let list = try held(at: toldPath(target)),
      stamp.toldDigest.map({ $0 == list.digest.hex }) ?? true
    else {
      throw .unverified(
        "\(stamp.rejected?.detail ?? target.key); what that was is lost, so it holds the release still")
    }
    let canary = canaryHere(release).flatMap { list.covers($0) ? nil : $0 }
    let terms = ToldTerms(answer: settings.action.description, canary: canary?.text)
    let marker = backMarker(told, sameTerms: terms == stamp.terms, terms)
    let goal = ToldGoal(marker: marker, list: list, canary: canary, terms: terms)
    if says == marker.text, stamp.told == marker.text, !stamp.isOwing { return goal }
    var step: (from: String, delta: Delta)?
    if let holding, holding.terms == terms {
      let directory = directory
      let delta = try local { () throws(FileFault) in
        try directory.difference(from: holding.list, to: list)
      }
      step = (holding.marker.text, delta)
    }
    let path = try bring(
      target, to: goal, &stamp, says: says, step: step, from: toldPath(target), holds: step?.from)
    let check = check(target)
    switch check.verdict(ResolverCheck.Expectations(marker: marker)) {
    case .right, .partly: try settle(target, goal, in: path, &stamp)
    case .silent(let problem), .wrong(let problem):
      throw .unverified("\(target.kind.rawValue): \(problem), when it was told what it held before")
    }
    return goal
  }

  /// Brings a resolver on once more, where going back was of no help.
  private mutating func goOn(
    _ target: ResolverTarget, to goal: ToldGoal, from before: ReleaseMarker, _ problem: String,
    _ stamp: inout ToldStamp
  ) throws(FollowFailure) {
    let version = Self.version(of: goal.marker.text)
    let detail = "\(problem); what it held before was no better, so it holds version \(version) all the same"
    stamp.rejected = nil
    stamp.unhelped = FollowState.Rejection(marker: goal.marker.text, date: now, detail: detail)
    let path = try bring(target, to: goal, &stamp, says: before.text, step: nil, from: nil)
    switch check(target).verdict(ResolverCheck.Expectations(marker: goal.marker)) {
    case .right, .partly: try settle(target, goal, in: path, &stamp)
    case .silent(let problem), .wrong(let problem):
      throw .unverified("\(target.kind.rawValue): \(problem), when it was told the release once more")
    }
  }

  /// Says once more what is wrong with what a resolver holds all the same, as long as it is.
  private mutating func lookAgain(
    at target: ResolverTarget, _ expected: ResolverCheck.Expectations, _ stamp: inout ToldStamp
  ) throws(FollowFailure) {
    guard let unhelped = stamp.unhelped else { return }
    switch check(target, patience: .zero).verdict(expected) {
    case .silent, .wrong: throw .unverified(unhelped.detail)
    case .right, .partly:
      stamp.unhelped = nil
      try remember(stamp)
    }
  }

  private func check(_ target: ResolverTarget, patience: Duration? = nil) -> ResolverCheck {
    ResolverCheck(
      probe: probe, address: target.address, patience: patience ?? settings.verifyPatience,
      zone: target.kind == .nsupdatePrimary ? settings.zone : nil)
  }

  /// The marker of what was told before; another one, where names get another answer now than then.
  private func backMarker(_ told: String, sameTerms: Bool, _ terms: ToldTerms) -> ReleaseMarker {
    let parts = told.split(separator: ":").map(String.init)
    let version = ListVersion(Self.version(of: told))
    if sameTerms, parts.count == 3 {
      return ReleaseMarker(list: settings.list, version: version, digest: parts[2])
    }
    let source = [told, state.salt ?? "", terms.answer, terms.canary ?? ""].joined(separator: "\n")
    let digest = SHA256Digest(hashing: Array(source.utf8)).hex
    return ReleaseMarker(
      list: settings.list, version: version, digest: String(digest.prefix(16)),
      follower: settings.follower?.number)
  }

  private static func version(of marker: String) -> UInt64 {
    let parts = marker.split(separator: ":")
    return parts.count > 1 ? UInt64(parts[1]) ?? 0 : 0
  }

  private func goal(_ marker: ReleaseMarker, _ list: Blocklist, _ release: SignedRelease) -> ToldGoal {
    let canary = canaryHere(release).flatMap { list.covers($0) ? nil : $0 }
    return ToldGoal(
      marker: marker, list: list, canary: canary,
      terms: ToldTerms(answer: settings.action.description, canary: canary?.text))
  }
}
