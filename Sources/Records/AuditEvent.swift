// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import FoundationEssentials
public import Ingest

/// One line of the audit trail: who, when, what, on what, by which rule. Everything but `reason` holds identifiers only,
/// never a submitted or listed name.
public struct AuditEvent: Hashable, Sendable {
  /// Its number; rises.
  public let sequence: Int64
  /// When.
  public let at: Date
  /// Who; nil for the service itself.
  public let principal: PrincipalID?
  /// What was done, in kebab case: `submission-created`, `review-approved`, `entry-suspended`, `release-published` …
  public let action: String
  /// On what, by identifier: `sub_12`, `ent_3`, `worst-of/7`.
  public let subject: String
  /// By which rule, or further identifiers.
  public let rule: String
  /// Why, in the words of who did it; nil where none were given. It may hold names: for auditors, never for logs.
  public let reason: String?

  /// An event.
  public init(
    sequence: Int64, at: Date, principal: PrincipalID?, action: String, subject: String, rule: String,
    reason: String? = nil
  ) {
    self.sequence = sequence
    self.at = at
    self.principal = principal
    self.action = action
    self.subject = subject
    self.rule = rule
    self.reason = reason
  }
}
