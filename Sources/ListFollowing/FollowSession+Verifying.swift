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
  /// command refuses them and no resolver has them all the same; a resolver that does not answer says nothing about them.
  /// - Parameter reload: what became of the reload in this round, if there was one.
  mutating func verify(
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
    if found.right > 0 || found.partly > 0 { try forgetPrevious() }
    guard found.silent.isEmpty else { throw .unverified(found.silent.joined(separator: "; ")) }
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
