// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Ingest

/// What is guarded at a moment, and what that asks of what goes onto a list.
public struct GuardTerms: Sendable {
  /// Nothing is guarded.
  public static let empty = GuardTerms(.empty)

  /// What is guarded.
  public let guards: GuardList
  /// How many countries a host wants that is guarded narrowly.
  public let narrowCountries: Int
  /// The store's guard revision, read before `guards` were: a release is only committed while it is current. Nil where no
  /// other process guards.
  public let revision: Int64?

  /// Terms of these parts.
  public init(_ guards: GuardList, narrowCountries: Int = 3, revision: Int64? = nil) {
    self.guards = guards
    self.narrowCountries = narrowCountries
    self.revision = revision
  }
}
