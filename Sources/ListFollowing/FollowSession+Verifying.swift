// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import FoundationEssentials
internal import ListFormats
internal import Names

/// Whether resolvers answer as they should with the outputs in place.
extension FollowSession {
  /// How long outputs that were taken back are left alone, unless a newer release comes, in seconds.
  static let rejectionRest = 900.0

  /// Why what a resolver did not take is not written again, so soon.
  mutating func rejection(of marker: ReleaseMarker?) -> String? {
    guard let rejected = state.rejected else { return nil }
    guard rejected.marker == marker?.text, abs(now.timeIntervalSince(rejected.date)) < Self.rejectionRest
    else {
      state.rejected = nil
      return nil
    }
    return rejected.detail
  }

  /// Asks the resolvers whether they answer as they should. Outputs are taken back when one answers otherwise, or when the reload
  /// command refuses them and no resolver has them all the same; a resolver that does not answer says nothing about them. Where the
  /// outputs before are answered no better with, they are put in place again.
  /// - Parameter reload: what became of the reload in this round, if there was one.
  mutating func verify(
    _ marker: ReleaseMarker, _ shown: ShownList, _ release: SignedRelease, reload: ShellCommand.Problem??
  ) throws(FollowFailure) {
    let expected = expectations(marker, release)
    var refusal = reload.flatMap { $0 }.flatMap { Self.refusal($0) }
    var found = findings(expected, patient: (hasWritten || reload != nil) && refusal == nil)
    if !found.wrong.isEmpty, refusal == nil, let detail = unhelped(marker) { throw .unverified(detail) }
    // Before unconfirmed outputs of an earlier round are given up: it may not have read them yet.
    if !found.wrong.isEmpty, state.unverified?.paths.isEmpty == false, !hasWritten, reload == nil,
      settings.reloadCommand != nil
    {
      state.needsReload = true
      if let problem = try self.reload() {
        refusal = Self.refusal(problem)
        if refusal == nil { throw .reload(problem.text) }
      } else {
        found = findings(expected, patient: true)
      }
    }
    let problems = [refusal].compactMap { $0 } + found.wrong + found.silent
    guard found.wrong.isEmpty, refusal == nil || (found.right > 0 && isProof) else {
      let faults = faults(expected)
      // All was confirmed before: the resolver is at fault, and asked again in the next round.
      let detail = try takeBack(problems.joined(separator: "; "), marker: marker.text)
      guard hasTakenBack else { throw .unverified(detail) }
      if let problem = try self.reload() { throw .several([.unverified(detail), .reload(problem.text)]) }
      let before = expectedBefore
      guard !faults.isEmpty, !findings(before, patient: true).wrong.isEmpty,
        faults.isSubset(of: self.faults(before))
      else { throw .unverified(detail) }
      var failures = restore(marker, shown, release, problems.joined(separator: "; "))
      if let problem = try self.reload() {
        failures.append(.reload(problem.text))
      } else if failures.count == 1, isProof, try isInnocent(shown, of: faults) {
        // What comes next is compared with these: to go back further would block what they opened.
        try confirm(marker, release)
      }
      throw .several(failures)
    }
    state.unhelped = nil
    if found.right > 0 || found.partly > 0, isProof { try confirm(marker, release) }
    guard found.silent.isEmpty else { throw .unverified(found.silent.joined(separator: "; ")) }
  }

  private mutating func confirm(_ marker: ReleaseMarker, _ release: SignedRelease) throws(FollowFailure) {
    state.confirmed = FollowState.Confirmed(marker: marker.text, canary: release.canary?.text)
    try forgetPrevious()
  }

  /// What a reload command said of the outputs; nil where it came to no end of its own.
  private static func refusal(_ problem: ShellCommand.Problem) -> String? {
    problem.isVerdict ? "the reload command \(problem.text)" : nil
  }

  /// What the resolvers answer.
  private struct Findings {
    var right = 0
    /// Resolvers that said nothing wrong, and nothing that proves them right.
    var partly = 0
    var silent: [String] = []
    var wrong: [String] = []
  }

  /// What must hold with the outputs in place now.
  private func expectations(_ marker: ReleaseMarker, _ release: SignedRelease) -> ResolverCheck.Expectations {
    let carriesMarker = settings.outputs.contains(where: \.carriesMarker)
    let carriesCanary = settings.outputs.contains { $0.format.carriesCanary && $0.format != .squid }
    return ResolverCheck.Expectations(
      marker: carriesMarker && isProof ? marker : nil,
      blocked: carriesCanary ? canaryHere(release) : nil, open: settings.openNames, action: settings.action)
  }

  /// Whether a resolver that answers rightly has all that was to be written: one that reads what could not be says what stood there
  /// before, and rightly so.
  private var isProof: Bool {
    !settings.outputs.contains { $0.carriesMarker && unwritten.contains($0.path) }
  }

  /// - Parameter patient: whether something is new there, so that it may take a while.
  private mutating func findings(_ expectations: ResolverCheck.Expectations, patient: Bool) -> Findings {
    var found = Findings()
    // One time for all: those that are off must not add theirs up.
    let deadline = ContinuousClock.now + (patient ? settings.verifyPatience : .zero)
    for address in settings.verified {
      let check = ResolverCheck(probe: probe, address: address, patience: deadline - ContinuousClock.now)
      switch check.verdict(expectations) {
      case .right: found.right += 1
      case .partly(let remark):
        found.partly += 1
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
