// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
public import FoundationEssentials

/// What a reviewer decides.
public enum ReviewDecision: String, CaseIterable, Hashable, Sendable {
  /// To be listed.
  case approve
  /// Not to be listed.
  case reject
  /// Cannot be decided yet.
  case needsInformation = "needs-information"
}

/// What a reviewer asks to be recorded.
public struct ReviewRequest: Hashable, Sendable {
  /// On which submission.
  public let submission: SubmissionID
  /// Who.
  public let reviewer: Principal
  /// The decision.
  public let decision: ReviewDecision
  /// The scope, when other than the proposed entry.
  public let scope: ScopeChoice?
  /// The answers; needed to approve.
  public let answers: CriteriaAnswers?
  /// Why, for people.
  public let reason: String?
  /// When.
  public let at: Date
  /// The agency's signature over an approval.
  public let signature: ApprovalSignature?

  /// A request of these particulars.
  public init(
    submission: SubmissionID, reviewer: Principal, decision: ReviewDecision, scope: ScopeChoice? = nil,
    answers: CriteriaAnswers? = nil, reason: String? = nil, at: Date, signature: ApprovalSignature? = nil
  ) {
    self.submission = submission
    self.reviewer = reviewer
    self.decision = decision
    self.scope = scope
    self.answers = answers
    self.reason = reason
    self.at = at
    self.signature = signature
  }
}

/// A review on record.
public struct Review: Hashable, Sendable {
  /// Its number.
  public let id: ReviewID
  /// On which submission.
  public let submission: SubmissionID
  /// Who.
  public let principal: PrincipalID
  /// Their agency.
  public let agency: AgencyID
  /// Their country.
  public let country: CountryCode
  /// The decision.
  public let decision: ReviewDecision
  /// The entry approved; nil for other decisions.
  public let entry: BlocklistEntry?
  /// The criteria answered.
  public let criteriaID: String?
  /// Their version.
  public let criteriaVersion: Int?
  /// Why, for people.
  public let reason: String?
  /// When.
  public let at: Date
  /// The signature that came with an approval, by a key that counted then.
  public let signature: ApprovalSignature?

  /// A review of these particulars.
  public init(
    id: ReviewID, submission: SubmissionID, principal: PrincipalID, agency: AgencyID, country: CountryCode,
    decision: ReviewDecision, entry: BlocklistEntry?, criteriaID: String?, criteriaVersion: Int?,
    reason: String?,
    at: Date, signature: ApprovalSignature? = nil
  ) {
    self.id = id
    self.submission = submission
    self.principal = principal
    self.agency = agency
    self.country = country
    self.decision = decision
    self.entry = entry
    self.criteriaID = criteriaID
    self.criteriaVersion = criteriaVersion
    self.reason = reason
    self.at = at
    self.signature = signature
  }

  /// A reason has so many letters and digits, or it says nothing.
  public static let fewestReasonCharacters = 2

  /// Whether `text` can stand as the reason of a rejection or a question.
  public static func isReason(_ text: String?) -> Bool {
    text.map { Remark.saysSomething($0, fewest: fewestReasonCharacters) } ?? false
  }

  /// The approval as releases carry it; nil for what is no signed approval.
  public func signed(on submission: Submission) -> SignedApproval? {
    guard decision == .approve, let entry, let signature, let id = criteriaID, let version = criteriaVersion,
      let criteria = CriteriaVersion(id: id, version: version)
    else { return nil }
    return SignedApproval(
      entry: entry, criteria: criteria, submittedAt: submission.createdAt, decidedAt: signature.decidedAt,
      agency: agency, signature: signature.octets)
  }
}
