// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import FoundationEssentials
public import Names
private import StrictJSON

/// Why a review or a claim is not recorded; each is a problem type of its own.
public enum ReviewRefusal: Error, Hashable, Sendable {
  /// The submission is listed or rejected already.
  case notReviewable(Submission.State)
  /// The reviewer reported it.
  case ownSubmission
  /// The reviewer decided on it already.
  case alreadyReviewed
  /// Somebody of the reviewer's country approved the same entry already.
  case countryAlreadyApproved(CountryCode)
  /// Other criteria, or a version that is no longer in force.
  case criteriaVersionSuperseded(id: String, version: Int)
  /// Items without an answer, or answers to no item.
  case criteriaIncomplete(keys: [String])
  /// Items answered "no".
  case criteriaNotMet(keys: [String])
  /// A rejection or a question without words.
  case reasonRequired
  /// A scope that may not be chosen.
  case scope(ScopeRefusal)
  /// An entry with public suffixes below its name; which.
  case coversSuffixes(SuffixesBelow)
  /// An entry that would hit guarded names; which.
  case guarded(GuardRefusal, GuardHit)
  /// Another reviewer holds a claim that still runs.
  case claimedByAnother(ReviewClaim)
  /// The reviewer holds as many claims as one may.
  case tooManyClaims(limit: Int)
  /// The reviewer had it claimed for as long as one may in a row; from when on again.
  case claimedTooLong(again: Date)
  /// The signature does not count, or is missing.
  case signature(SignatureRefusal)

  /// The problem type, in kebab case.
  public var problemType: String {
    switch self {
    case .notReviewable: "not-reviewable"
    case .ownSubmission: "own-submission"
    case .alreadyReviewed: "already-reviewed"
    case .countryAlreadyApproved: "country-already-approved"
    case .criteriaVersionSuperseded: "criteria-version-superseded"
    case .criteriaIncomplete: "criteria-incomplete"
    case .criteriaNotMet: "criteria-not-met"
    case .reasonRequired: "reason-required"
    case .scope(let refusal): refusal.rawValue
    case .coversSuffixes: ScopeRefusal.coversPublicSuffix.rawValue
    case .guarded(let refusal, _): refusal.rawValue
    case .claimedByAnother: "claimed-by-another"
    case .tooManyClaims: "too-many-claims"
    case .claimedTooLong: "claimed-too-long"
    case .signature(let refusal): refusal.problemType
    }
  }

  /// A short heading, the same for every occurrence.
  public var title: String {
    switch self {
    case .notReviewable: "The submission is no longer open"
    case .ownSubmission: "Nobody reviews their own submission"
    case .alreadyReviewed: "You reviewed this submission already"
    case .countryAlreadyApproved: "Your country approved this submission already"
    case .criteriaVersionSuperseded: "These are not the criteria in force"
    case .criteriaIncomplete: "Not every criterion is answered"
    case .criteriaNotMet: "A criterion is not met"
    case .reasonRequired: "The decision has no reason"
    case .scope, .coversSuffixes: "The scope may not be chosen"
    case .guarded: "The name is guarded"
    case .claimedByAnother: "Another reviewer looks at it"
    case .tooManyClaims: "You hold too many claims"
    case .claimedTooLong: "You had it long enough"
    case .signature: "The signature does not count"
    }
  }

  /// One sentence on this occurrence. Only those of `guarded` and `coversSuffixes` hold names.
  public var detail: String {
    switch self {
    case .notReviewable(let state): "It is \(state.rawValue)."
    case .ownSubmission: "You are among those who reported it; a different person has to review it."
    case .alreadyReviewed: "One person counts once; another agency of another country has to review it."
    case .countryAlreadyApproved(let country):
      "An approval from \(country) is on record; the next one has to come from another country."
    case .criteriaVersionSuperseded(let id, let version): "In force is version \(version) of \(id)."
    case .criteriaIncomplete(let keys):
      "Answer each item of the criteria, and no other: \(keys.joined(separator: ", "))."
    case .criteriaNotMet(let keys): "An approval needs a yes to: \(keys.joined(separator: ", "))."
    case .reasonRequired:
      "`reason` says why, in \(Review.fewestReasonCharacters) letters or digits at least: who reported it reads it."
    case .scope(let refusal): refusal.detail
    case .coversSuffixes(let below): ScopeRefusal.detail(covering: below)
    case .guarded(let refusal, let hit): refusal.detail(hit)
    case .claimedByAnother(let claim):
      "\(claim.holder) of \(claim.country) looks at it until \(RFC3339.format(claim.until)); then it is free again."
    case .tooManyClaims(let limit):
      "You hold \(limit) claims, the most there may be: decide, or give some back."
    case .claimedTooLong(let time):
      "It is others' to claim until \(RFC3339.format(time)); you may decide on it without a claim."
    case .signature(let refusal): refusal.detail
    }
  }
}
