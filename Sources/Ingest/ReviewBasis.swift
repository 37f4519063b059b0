// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
private import Names

/// What a review is judged on, read from the store at one moment.
public struct ReviewBasis: Sendable {
  /// The submission reviewed.
  public let submission: Submission
  /// Its reviews, oldest first.
  public let reviews: [Review]
  /// Everyone who reported, in this submission or in any other of the list, a host that the entry to be approved
  /// blocks.
  public let reporters: Set<PrincipalID>
  /// The latest claim on the submission, whether it still runs or not.
  public let claim: ReviewClaim?
  /// What panels' chairs ask besides: of this submission, or of another open one of the list whose host the entry blocks.
  public let secondLooks: [SecondLook]
  /// The agencies' keys, ended ones too.
  public let keys: [AgencySigningKey]

  /// A basis of these parts; whoever reported this submission counts as a reporter in any case.
  public init(
    submission: Submission, reviews: [Review], reporters: Set<PrincipalID>, claim: ReviewClaim? = nil,
    secondLooks: [SecondLook] = [], keys: [AgencySigningKey] = []
  ) {
    self.submission = submission
    self.reviews = reviews
    self.reporters = reporters.union(submission.reporters.map(\.principal))
    self.claim = claim
    self.secondLooks = secondLooks
    self.keys = keys
  }
}

extension ReportedHost {
  /// Whether `entry` blocks this host, with or without its leading `www.`.
  public func isBlocked(by entry: BlocklistEntry) -> Bool {
    [name, base].contains { host in
      switch entry.scope {
      case .host: host == entry.name
      case .subtree: host == entry.name || host.isSubdomain(of: entry.name)
      }
    }
  }
}
