// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import FoundationEssentials

/// A reviewer's word that they look at a submission now. Until it ends nobody else decides on it.
public struct ReviewClaim: Hashable, Sendable {
  /// On which submission.
  public let submission: SubmissionID
  /// Who holds it.
  public let holder: PrincipalID
  /// The holder's country.
  public let country: CountryCode
  /// From when; of claims by the same person in a row, from when the first.
  public let at: Date
  /// Until when; at that second it no longer counts.
  public let until: Date

  /// A claim of these particulars.
  public init(
    submission: SubmissionID, holder: PrincipalID, country: CountryCode, at: Date, until: Date
  ) {
    self.submission = submission
    self.holder = holder
    self.country = country
    self.at = at
    self.until = until
  }

  /// How far ahead of the clock a claim may begin and count, in seconds: one taken while the clock ran far ahead must not shut others
  /// out until that time comes.
  public static let skew: TimeInterval = 300

  /// Whether it still counts at `now`.
  public func runs(at now: Date) -> Bool { now < until && at.timeIntervalSince(now) <= Self.skew }

  /// Whether it keeps `person` from deciding at `now`: another's that still counts.
  public func blocks(_ person: PrincipalID, at now: Date) -> Bool { holder != person && runs(at: now) }
}

/// How long a claim lasts, and how many one reviewer may hold.
public struct ClaimTerm: Hashable, Sendable {
  /// Minutes until a claim ends by itself.
  public let minutes: Int
  /// The most running claims of one reviewer.
  public let perReviewer: Int
  /// For so many terms in a row one person may have the same submission; then it is others' for a term.
  public let inARow: Int

  /// 30 minutes, 50 claims, 4 in a row.
  public static let standard = ClaimTerm(minutes: 30, perReviewer: 50, inARow: 4)

  /// A term of these, each 1 at least.
  public init(minutes: Int, perReviewer: Int, inARow: Int = 4) {
    self.minutes = max(1, minutes)
    self.perReviewer = max(1, perReviewer)
    self.inARow = max(1, inARow)
  }

  /// The seconds until a claim ends by itself.
  var seconds: Double { Double(minutes) * 60 }
}

/// What a reviewer asks to claim.
public struct ClaimRequest: Hashable, Sendable {
  /// Which submission.
  public let submission: SubmissionID
  /// Who.
  public let reviewer: Principal
  /// How long, and how many.
  public let term: ClaimTerm
  /// When.
  public let at: Date

  /// A request of these particulars.
  public init(submission: SubmissionID, reviewer: Principal, term: ClaimTerm, at: Date) {
    self.submission = submission
    self.reviewer = reviewer
    self.term = term
    self.at = at
  }
}

/// The rules of claiming.
public enum ClaimRules {
  /// What comes of `request`, given what is on record and how many other claims the reviewer holds. Only who may decide
  /// may claim; a holder who claims again begins a new term, but for so many in a row. Claims are in a row that leave less than a term
  /// between them.
  public static func judge(
    _ request: ClaimRequest, on basis: ReviewBasis, policy: ReviewPolicy, held: Int
  ) -> Result<ReviewClaim, ReviewRefusal> {
    let reviewer = request.reviewer
    if let refusal = ReviewRules.standing(reviewer.id, at: request.at, basis, policy) {
      return .failure(refusal)
    }
    guard held < request.term.perReviewer else {
      return .failure(.tooManyClaims(limit: request.term.perReviewer))
    }
    let term = request.term
    let row = basis.claim.flatMap { claim in
      let pause = claim.until.addingTimeInterval(term.seconds)
      return claim.holder == reviewer.id && request.at < pause ? (since: claim.at, free: pause) : nil
    }
    let since = row?.since ?? request.at
    let end = since.addingTimeInterval(term.seconds * Double(term.inARow))
    if let row, request.at >= end { return .failure(.claimedTooLong(again: row.free)) }
    return .success(
      ReviewClaim(
        submission: request.submission, holder: reviewer.id, country: reviewer.country, at: since,
        until: min(request.at.addingTimeInterval(term.seconds), end)))
  }
}
