// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// What comes with a signed renewal: it is an approval of its own, of the same text, by whoever renews.
public struct RenewalApproval: Hashable, Sendable {
  /// Who renews.
  public let reviewer: Principal
  /// Their agency's signature.
  public let signature: ApprovalSignature
  /// The criteria in force.
  public let criteria: CriteriaVersion
  /// What is asked of signatures.
  public let signing: SigningPolicy

  /// A renewal's approval.
  public init(
    reviewer: Principal, signature: ApprovalSignature, criteria: CriteriaVersion, signing: SigningPolicy
  ) {
    self.reviewer = reviewer
    self.signature = signature
    self.criteria = criteria
    self.signing = signing
  }
}
