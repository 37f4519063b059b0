// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
internal import FoundationEssentials
public import Names

/// What a review is judged by.
public struct ReviewPolicy: Sendable {
  /// The criteria in force.
  public let criteria: Criteria
  /// What must not be blocked.
  public let guards: GuardList
  /// What no entry may cover below its name.
  public let suffixes: PublicSuffixes
  /// How long a listing lasts.
  public let lease: LeaseTerm
  /// How many countries must approve; never below `fewestCountries`. A narrowly guarded name needs one more.
  public let countries: Int
  /// How many a host needs that is guarded narrowly.
  public var narrowCountries: Int { countries + 1 }
  /// What is asked of signatures.
  public let signing: SigningPolicy

  /// No list is made by fewer countries than these.
  public static let fewestCountries = 2

  /// The policy of these parts; fewer than `fewestCountries` counts as these.
  public init(
    criteria: Criteria, guards: GuardList, suffixes: PublicSuffixes = .builtin, lease: LeaseTerm = .standard,
    countries: Int = ReviewPolicy.fewestCountries, signing: SigningPolicy = .optional
  ) {
    self.criteria = criteria
    self.guards = guards
    self.suffixes = suffixes
    self.lease = lease
    self.countries = max(countries, Self.fewestCountries)
    self.signing = signing
  }
}

/// What comes of a review.
public enum Verdict: Hashable, Sendable {
  /// It is on record; more countries are needed to list.
  case recorded
  /// It is on record, and with it the entry is listed.
  case listed(BlocklistEntry, Lease)
  /// It is on record, and the submission is closed.
  case rejected
  /// It is not on record.
  case refused(ReviewRefusal)
}

/// The rules of review: distinct agencies of as many distinct countries as the policy says (two at least), none the
/// submitter's own person, approve the same entry by the same version of the criteria. Narrowly guarded names need
/// one country more, and so does a second look, with the approval of somebody of its panel.
public enum ReviewRules {
  /// What comes of `request`, given what is on record.
  public static func judge(_ request: ReviewRequest, on basis: ReviewBasis, policy: ReviewPolicy) -> Verdict {
    let isTakingBack = request.decision == .reject
    if let refusal = standing(
      request.reviewer.id, at: request.at, basis, policy, isTakingBack: isTakingBack)
    {
      return .refused(refusal)
    }
    if request.decision != .approve, !Review.isReason(request.reason) { return .refused(.reasonRequired) }
    switch request.decision {
    case .reject: return .rejected
    case .needsInformation: return .recorded
    case .approve: return judgeApproval(request, basis, policy)
    }
  }

  /// The entry that an approval of `request` is for.
  public static func entry(
    of request: ReviewRequest, on submission: Submission
  ) -> Result<BlocklistEntry, ScopeRefusal> {
    request.scope.map { $0.entry(for: submission.host) } ?? .success(submission.entry)
  }

  /// Those of the reviews on record that count together for `entry` under this version of the criteria.
  public static func counting(
    in basis: ReviewBasis, for entry: BlocklistEntry, policy: ReviewPolicy
  ) -> [Review] {
    basis.reviews.filter {
      $0.decision == .approve && $0.entry == entry && stands($0, basis, policy)
        && !basis.reporters.contains($0.principal)
    }
  }

  /// Whether an approval is by the criteria in force, and its signature, if it has one or must, by a key that counts.
  private static func stands(_ review: Review, _ basis: ReviewBasis, _ policy: ReviewPolicy) -> Bool {
    guard review.criteriaID == policy.criteria.id, review.criteriaVersion == policy.criteria.version else {
      return false
    }
    guard let signature = review.signature else { return !policy.signing.isRequired }
    return basis.keys.uphold(signature)
  }

  /// Why `person` may not decide at all at `now`; nil when they may.
  /// - Parameter isTakingBack: whether they reject. Who approved and found that it was a mistake may, as long as it is not listed.
  static func standing(
    _ person: PrincipalID, at now: Date, _ basis: ReviewBasis, _ policy: ReviewPolicy,
    isTakingBack: Bool = false
  ) -> ReviewRefusal? {
    let submission = basis.submission
    guard submission.state == .open else { return .notReviewable(submission.state) }
    guard !submission.reporters.contains(where: { $0.principal == person }) else { return .ownSubmission }
    let decided = basis.reviews.contains {
      $0.principal == person && $0.decision != .needsInformation
        && ($0.decision != .approve || stands($0, basis, policy))
    }
    guard !decided || isTakingBack else { return .alreadyReviewed }
    guard let claim = basis.claim, claim.blocks(person, at: now) else { return nil }
    return .claimedByAnother(claim)
  }

  private static func judgeApproval(
    _ request: ReviewRequest, _ basis: ReviewBasis, _ policy: ReviewPolicy
  ) -> Verdict {
    if let refusal = answers(request.answers, to: policy.criteria) { return .refused(refusal) }
    let entry: BlocklistEntry
    switch Self.entry(of: request, on: basis.submission) {
    case .failure(let refusal): return .refused(.scope(refusal))
    case .success(let chosen): entry = chosen
    }
    // Through whichever submission: nobody approves what they reported.
    guard !basis.reporters.contains(request.reviewer.id) else { return .refused(.ownSubmission) }
    if let below = entry.covered(of: policy.suffixes) { return .refused(.coversSuffixes(below)) }
    var countriesNeeded = policy.countries
    switch policy.guards.verdict(on: entry) {
    case .clear: break
    case .never(let hit): return .refused(.guarded(.guardedName, hit))
    case .narrow(let hit):
      guard entry.scope == .host else { return .refused(.guarded(.hostScopeOnly, hit)) }
      countriesNeeded += 1
    }
    if !basis.secondLooks.isEmpty { countriesNeeded += 1 }
    let approvals = counting(in: basis, for: entry, policy: policy)
    let own = request.reviewer
    guard !approvals.contains(where: { $0.country == own.country || $0.agency == own.agency }) else {
      return .refused(.countryAlreadyApproved(own.country))
    }
    if case .failure(let refusal) = signingKey(of: request, for: entry, basis, policy) {
      return .refused(.signature(refusal))
    }
    let countries = Set(approvals.map(\.country)).union([own.country]).count
    let agencies = Set(approvals.map(\.agency)).union([own.agency]).count
    guard min(countries, agencies) >= countriesNeeded else { return .recorded }
    for look in basis.secondLooks {
      let isGiven = approvals.contains { look.isGiven(by: $0.principal, at: $0.at) }
      guard isGiven || look.isGiven(by: own.id, at: request.at) else { return .recorded }
    }
    return .listed(entry, policy.lease.lease(from: request.at))
  }

  /// The key that signed the approval of `entry`; nil for one without a signature where none is required.
  public static func signingKey(
    of request: ReviewRequest, for entry: BlocklistEntry, _ basis: ReviewBasis, _ policy: ReviewPolicy
  ) -> Result<AgencySigningKey?, SignatureRefusal> {
    guard let signature = request.signature else {
      return policy.signing.isRequired ? .failure(.required) : .success(nil)
    }
    guard let criteria = policy.criteria.designation else { return .failure(.invalid) }
    let (who, submission) = (request.reviewer, basis.submission)
    return policy.signing.key(of: signature, by: who.agency, among: basis.keys, now: request.at) { decided in
      ApprovalStatement(
        list: submission.list, entry: entry, criteria: criteria, submittedAt: submission.createdAt,
        decidedAt: decided, agency: who.agency, country: who.country)
    }.map { $0 }
  }

  private static func answers(_ given: CriteriaAnswers?, to criteria: Criteria) -> ReviewRefusal? {
    let keys = criteria.items.map(\.key)
    guard let given else { return .criteriaIncomplete(keys: keys) }
    guard given.id == criteria.id, given.version == criteria.version else {
      return .criteriaVersionSuperseded(id: criteria.id, version: criteria.version)
    }
    let missing = keys.filter { given.answers[$0] == nil }
    let unknown = given.answers.keys.filter { !keys.contains($0) }.sorted()
    guard missing.isEmpty, unknown.isEmpty else { return .criteriaIncomplete(keys: missing + unknown) }
    let unmet = keys.filter { given.answers[$0] == false }
    return unmet.isEmpty ? nil : .criteriaNotMet(keys: unmet)
  }
}
