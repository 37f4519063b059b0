// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import SignedManifests

/// The top-level targets in force, who signs them, and the next ones if they are being signed.
public struct TargetsStatus: Sendable {
  /// The root in force.
  public let root: Root
  /// The root proposed, when there is one.
  public let proposedRoot: Root?
  /// Whether the service signs the targets itself.
  public let isSignedHere: Bool
  /// The targets in force; nil before the first.
  public let targets: UnverifiedMetadata<Targets>?
  /// The files that they describe and that belong to no release.
  public let files: [String: [UInt8]]
  /// The targets proposed, with the signatures they have so far.
  public let proposal: TargetsBundle?

  /// Signatures of the proposal that count, and how many are needed, by the keys of the root in force.
  public var approvalByCurrent: (valid: [String], needed: Int) { tally(by: root) }
  /// The same by the keys that the proposed root names; by the root in force when none is proposed.
  public var approvalByProposed: (valid: [String], needed: Int) { tally(by: proposedRoot ?? root) }

  func replacing(proposal: TargetsBundle?) -> TargetsStatus {
    TargetsStatus(
      root: root, proposedRoot: proposedRoot, isSignedHere: isSignedHere, targets: targets, files: files,
      proposal: proposal)
  }

  private func tally(by judge: Root) -> (valid: [String], needed: Int) {
    let role = judge[.targets]
    return (proposal?.metadata.signers(among: role, keys: judge.keys) ?? [], role.threshold)
  }
}
