// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import SignedManifests

/// The root in force, and the next one if it is being signed.
public struct RootStatus: Sendable {
  /// The root in force.
  public let root: TrustedMetadata<Root>
  /// The root proposed, with the signatures it has so far.
  public let proposal: UnverifiedMetadata<Root>?

  /// Signatures that count, and how many are needed, by the keys of the root in force.
  public var approvalByCurrent: (valid: [String], needed: Int) { tally(by: root.signed) }
  /// The same by the keys that the proposal itself names.
  public var approvalByProposed: (valid: [String], needed: Int) { tally(by: proposal?.signed ?? root.signed) }

  private func tally(by judge: Root) -> (valid: [String], needed: Int) {
    let keys = judge[.root]
    return (proposal?.signers(among: keys, keys: judge.keys) ?? [], keys.threshold)
  }
}
