// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import FoundationEssentials

/// How a round ended.
public enum FollowOutcome: Sendable {
  /// Nothing is newer than the version held.
  case current(version: UInt64)
  /// The list moved on.
  case updated(from: UInt64?, to: UInt64, added: Int, removed: Int)
  /// The round did not finish; the last good output stays.
  case failed(FollowFailure)
}

/// What a round has to say.
public struct FollowReport: Sendable {
  /// How it ended.
  public let outcome: FollowOutcome
  /// What else a person should know, a line each.
  public let notes: [String]
  /// What checks left out although the round succeeded.
  public let refusals: [FollowRefusal]
  /// What weighs most of it.
  public var leftOut: FollowRefusal? { refusals.first }
  /// Whether a word on a large change was used by this round, or there was nothing to use it for.
  package let hasUsedConsent: Bool

  /// The release that a source proved the newest and that is held now, also where outputs or resolvers could not be brought to it.
  package let taken: UInt64?

  /// Until when sources asked to be left alone, by name.
  public let leftAlone: [String: Date]

  init(
    outcome: FollowOutcome, notes: [String], refusals: [FollowRefusal] = [], hasUsedConsent: Bool = false,
    leftAlone: [String: Date] = [:], taken: UInt64? = nil
  ) {
    self.taken = taken
    self.leftAlone = leftAlone
    self.outcome = outcome
    self.refusals = refusals
    self.notes = notes
    self.hasUsedConsent = hasUsedConsent
  }

  /// The whole report in plain lines, the outcome first.
  public var lines: [String] {
    headlines + refusals.map { "refused (\($0.check)): \($0)" } + notes
  }

  private var headlines: [String] {
    switch outcome {
    case .current(let version): ["current at version \(version)"]
    case .updated(let from?, let to, let added, let removed):
      ["updated from version \(from) to \(to): \(added) added, \(removed) removed"]
    case .updated(nil, let to, let added, _): ["took version \(to): \(added) entries"]
    case .failed(let failure): failure.each.map(\.description)
    }
  }
}
