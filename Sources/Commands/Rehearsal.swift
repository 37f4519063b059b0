// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

package import FoundationEssentials
package import SignedManifests

/// Followers replayed in memory against a next root, as if it were in force.
package struct Rehearsal {
  /// How one follower fares.
  package enum Verdict: Hashable, Sendable {
    /// It goes on; what is to be said besides.
    case passes(String)
    /// It stops, and why.
    case breaks(String)
  }

  private let roots: [Int64: [UInt8]]
  private let current: Root
  private let proposal: UnverifiedMetadata<Root>
  private let repository: [String: [UInt8]]
  private let targets: TargetsBundle?
  private let targetsInForce: TargetsInForce?

  /// - Parameters:
  ///   - roots: every root so far, by version.
  ///   - current: the last of them.
  ///   - proposal: the one to follow it.
  ///   - repository: `timestamp.json`, and the snapshot and targets it leads to, by file name.
  ///   - targets: the proposed targets, when there are any.
  ///   - targetsInForce: those in force, where holders sign them.
  package init(
    roots: [Int64: [UInt8]], current: Root, proposal: UnverifiedMetadata<Root>,
    repository: [String: [UInt8]], targets: TargetsBundle? = nil, targetsInForce: TargetsInForce? = nil
  ) {
    self.targets = targets
    self.targetsInForce = targetsInForce
    self.roots = roots
    self.current = current
    self.proposal = proposal
    self.repository = repository
  }

  /// A follower that was off since root `version`, or never knew a later one.
  package func follower(from version: Int64, now: Date) -> Verdict {
    guard let trusted = roots[version] else { return .breaks("its root is missing from the repository") }
    do throws(ManifestRefusal) {
      var workflow = try ClientWorkflow(trustedRoot: trusted, now: now)
      while true {
        switch workflow.nextAction {
        case .done: return .passes("")
        case .refused(let refusal): return .breaks(refusal.description)
        case .fetch(let request):
          if !request.mayBeMissing, let gap = shortfall(workflow.trustedRoot.signed, now) { return gap }
          if let octets = file(request.path) {
            _ = try workflow.receive(octets)
          } else {
            _ = try workflow.receiveMissing()
          }
        }
      }
    } catch { return .breaks(error.description) }
  }

  /// What ends the replay once the roots are walked: not all of them taken, or files that only publishing makes.
  private func shortfall(_ reached: Root, _ now: Date) -> Verdict? {
    guard reached.version == proposal.signed.version else {
      return .passes(", at root \(reached.version) after one round, further in the next")
    }
    if let targets { return verdict(on: targets, under: reached, now) }
    let online: [Root.RoleName] =
      reached.givesTargetsToHolders ? [.timestamp, .snapshot] : [.timestamp, .snapshot, .targets]
    if reached.givesTargetsToHolders, let targetsInForce, !targetsInForce.holds(under: reached) {
      return .breaks(
        "the targets in force are not signed by enough of the new root's targets holders, and no others are proposed"
      )
    }
    let signedAnew = online.contains { name in
      current[name].keyids != reached[name].keyids || current[name].threshold != reached[name].threshold
    }
    // Only the service can sign with new online keys, and does so in the step that puts the root in force.
    return signedAnew ? .passes(" (the service signs the online roles anew on publishing)") : nil
  }

  /// What a follower makes of proposed targets once it has the root.
  private func verdict(on bundle: TargetsBundle, under root: Root, _ now: Date) -> Verdict {
    do throws(ManifestRefusal) {
      let next = try bundle.metadata.verified(by: root[.targets], keys: root.keys).signed
      guard !next.isExpired(at: now) else { throw .expired(role: Targets.type, at: next.expires) }
      if let before = targetsInForce?.metadata.signed.version, next.version <= before {
        throw .rollback(role: Targets.type, trusted: before, offered: next.version)
      }
      guard next.delegated(TargetsBundle.releases) != nil else { throw .missing(name: "releases.json") }
    } catch { return .breaks(error.description) }
    for name in targetsInForce?.files.keys.sorted() ?? [] where bundle.files[name] == nil {
      return .breaks("\(name) would be gone for whoever needs it")
    }
    return .passes(" (the service signs the rest anew on publishing)")
  }

  private func file(_ path: String) -> [UInt8]? {
    if path == RepositoryPath.root(version: proposal.signed.version) { return proposal.encoded }
    if let version = Int64(path.dropLast(".root.json".count)), path.hasSuffix(".root.json") {
      return roots[version]
    }
    return repository[path]
  }
}
