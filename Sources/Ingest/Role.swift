// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// What a principal may do.
public enum Role: String, CaseIterable, Hashable, Comparable, Sendable {
  /// Reports URLs.
  case submitter
  /// Decides on other people's reports.
  case reviewer
  /// Publishes, suspends and reverts.
  case publisher
  /// Signs and publishes root metadata.
  case keyholder
  /// Reads the list: an Internet access provider.
  case reader
  /// Reads the audit trail.
  case auditor
  /// Manages agencies, principals, credentials and the guard list.
  case admin
  /// Reads metrics.
  case metrics

  /// Whether `left` comes before `right` in the alphabet.
  public static func < (left: Role, right: Role) -> Bool { left.rawValue < right.rawValue }
}
