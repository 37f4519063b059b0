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
  /// From when.
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

  /// Whether it still counts at `now`.
  public func runs(at now: Date) -> Bool { now < until }

  /// Whether it keeps `person` from deciding at `now`: another's that still counts.
  public func blocks(_ person: PrincipalID, at now: Date) -> Bool { holder != person && runs(at: now) }
}

/// How long a claim lasts, and how many one reviewer may hold.
public struct ClaimTerm: Hashable, Sendable {
  /// Minutes until a claim ends by itself.
  public let minutes: Int
  /// The most running claims of one reviewer.
  public let perReviewer: Int

  /// 30 minutes, 50 claims.
  public static let standard = ClaimTerm(minutes: 30, perReviewer: 50)

  /// A term of these, each 1 at least.
  public init(minutes: Int, perReviewer: Int) {
    self.minutes = max(1, minutes)
    self.perReviewer = max(1, perReviewer)
  }
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
  /// may claim; a holder who claims again begins a new term.
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
    return .success(
      ReviewClaim(
        submission: request.submission, holder: reviewer.id, country: reviewer.country, at: request.at,
        until: request.at.addingTimeInterval(Double(request.term.minutes) * 60)))
  }
}
