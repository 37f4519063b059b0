// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import Foundation
import Ingest
import ListService
import Names
import Publication
import Records
import Testing

/// Every problem type is answered by some test, and every refusal of the domain has one that is.
@Suite struct ProblemCoverageTests {
  /// Every problem that a row of some table asks for: kept, then broken, through the API.
  static var tabled: Set<ProblemKind> {
    let rows =
      DeskRuleTableTests.submissions + DeskRuleTableTests.reviews + DeskRuleTableTests.afterwards
      + RequestRuleTableTests.forms + RequestRuleTableTests.callers + RequestRuleTableTests.things
      + DeskRefusalTableTests.desk + DeskRefusalTableTests.appeals + DeskRefusalTableTests.releases
      + SignatureRuleTableTests.rows + KeyRuleTableTests.proposals + KeyRuleTableTests.faults
    let limits = LimitTableTests.texts + LimitTableTests.counts + FieldLimitTests.rows
    return Set(rows.map(\.problem) + limits.map(\.problem))
  }

  /// The rest: which test answers it, and why it is in no table.
  static let elsewhere: [(problem: ProblemKind, file: String, test: String)] = [
    // Kept once, broken by the same request.
    (.appealAlreadyDecided, "ListServiceTests/DeskRefusalTableTests.swift", "an appeal is decided once"),
    // It takes many at the same moment.
    (
      .proposalConflict, "ListServiceTests/KeyRuleTableTests.swift",
      "of many who propose at once some are told that the proposal changed, and to look again"
    ),
    (
      .releaseConflict, "ListServiceTests/KeyRuleTableTests.swift",
      "of many processes that take entries off at once some are told that the list changed"
    ),
    // What the engine refuses never comes to the service: asked over sockets.
    (.unreadableRequest, "HTTPServingTests/RefusalWordTests.swift", refusal),
    (.requestTimeout, "HTTPServingTests/RefusalWordTests.swift", "who is too slow is told so"),
    (.contentTooLarge, "HTTPServingTests/RefusalWordTests.swift", refusal),
    (.targetTooLong, "HTTPServingTests/RefusalWordTests.swift", refusal),
    (.expectationFailed, "HTTPServingTests/RefusalWordTests.swift", refusal),
    (.headerTooLarge, "HTTPServingTests/RefusalWordTests.swift", refusal),
    (.notImplemented, "HTTPServingTests/RefusalWordTests.swift", refusal),
    (.overloaded, "HTTPServingTests/RefusalWordTests.swift", "who finds no room is told so"),
    (.versionNotSupported, "HTTPServingTests/RefusalWordTests.swift", refusal),
  ]
  private static let refusal = "a refusal names its problem, its rule and its limit"

  @Test func `every problem type is answered by a test`() throws {
    for (problem, file, test) in Self.elsewhere {
      let text = try Repository.text("Tests/" + file)
      let isNamed = text.contains("func `\(test)`")
      #expect(isNamed, "\(file): \(test)")
      let isAsked = text.contains("\"\(problem.rawValue)\"") || text.contains(".\(problem)")
      #expect(isAsked, "\(file): \(problem.rawValue)")
      #expect(!Self.tabled.contains(problem), "\(problem.rawValue) is in a table")
    }
    let answered = Self.tabled.union(Self.elsewhere.map(\.problem))
    for problem in ProblemKind.allCases where !answered.contains(problem) {
      Issue.record("no test answers \(problem.rawValue)")
    }
  }

  // MARK: Refusals. Each case is spelled out: a new one does not build before it has its problem here.

  private static func problem(of refusal: ReviewRefusal) -> ProblemKind {
    switch refusal {
    case .notReviewable: .notReviewable
    case .ownSubmission: .ownSubmission
    case .alreadyReviewed: .alreadyReviewed
    case .countryAlreadyApproved: .countryAlreadyApproved
    case .criteriaVersionSuperseded: .criteriaVersionSuperseded
    case .criteriaIncomplete: .criteriaIncomplete
    case .criteriaNotMet: .criteriaNotMet
    case .reasonRequired: .reasonRequired
    case .scope(.widerThanRegistrable): .scopeWiderThanRegistrable
    case .scope(.outsideReport): .scopeOutsideReport
    case .scope(.coversPublicSuffix), .coversSuffixes: .scopeCoversPublicSuffix
    case .guarded(.guardedName, _): .guardedName
    case .guarded(.hostScopeOnly, _): .guardedNameNeedsHostScope
    case .claimedByAnother: .claimedByAnother
    case .tooManyClaims: .tooManyClaims
    case .claimedTooLong: .claimedTooLong
    case .signature(let refusal): problem(of: refusal)
    }
  }

  private static func problem(of refusal: SignatureRefusal) -> ProblemKind {
    switch refusal {
    case .required: .signatureRequired
    case .wrongTime: .signatureTimeOutOfRange
    case .unknownKey: .signatureKeyUnknown
    case .wrongAgency: .signatureKeyOfAnotherAgency
    case .keyNotYetValid: .signatureKeyNotYetValid
    case .keyEnded: .signatureKeyEnded
    case .invalid: .signatureInvalid
    }
  }

  private static func problem(of refusal: DeskRefusal) -> ProblemKind {
    switch refusal {
    case .notOpen: .notReviewable
    case .notPanelChair: .panelChairRequired
    case .secondLookAlreadyRequired: .secondLookAlreadyRequired
    case .notAReviewer: .panelMemberNotReviewer
    case .panelInUse: .panelInUse
    case .noOpenQuestion: .noOpenQuestion
    }
  }

  private static func problem(of refusal: RenewalRefusal) -> ProblemKind {
    switch refusal {
    case .guarded(.guardedName, _): .guardedName
    case .guarded(.hostScopeOnly, _): .guardedNameNeedsHostScope
    case .shortOfCountries: .guardedNameNeedsAnotherCountry
    }
  }

  private static func problem(of refusal: RecordsRefusal) -> ProblemKind {
    switch refusal {
    case .notFound(let kind), .missingReference(let kind): problem(ofMissing: kind)
    case .alreadyExists: .alreadyExists
    case .releaseConflict, .metadataConflict, .guardConflict: .releaseConflict
    case .proposalConflict: .proposalConflict
    case .nothingToRelease: .nothingToPublish
    case .wrongEntryState: .wrongEntryState
    case .ownReport: .ownSubmission
    case .leaseRefused: .leaseRefused
    case .renewalRefused(let refusal): problem(of: refusal)
    case .versionAhead: .versionAhead
    case .agencyHasNoVote: .agencyHasNoVote
    case .tooManyKeys: .tooManyAgencyKeys
    case .signatureRefused(let refusal): problem(of: refusal)
    case .batchRefused: .submissionRefused
    case .idempotencyKeyReused: .idempotencyKeyReused
    }
  }

  private static func problem(ofMissing kind: RecordsRefusal.Kind) -> ProblemKind {
    switch kind {
    case .agency: .agencyNotFound
    case .principal: .principalNotFound
    case .credential: .credentialNotFound
    case .submission: .submissionNotFound
    case .entry: .entryNotFound
    case .release: .versionNotFound
    case .guardedName: .notFound
    case .claim: .claimNotFound
    case .panel: .panelNotFound
    case .appeal: .appealNotFound
    case .agencyKey: .agencyKeyNotFound
    }
  }

  private static func problem(of error: PublicationError) -> ProblemKind {
    switch error {
    case .unknownList: .listNotFound
    case .unknownRelease: .versionNotFound
    case .nothingToPublish, .allWithheld: .nothingToPublish
    case .nothingToRevert, .guardedMeanwhile, .takenOffOtherwise: .nothingToRevert
    case .rootMissing, .manifest, .list, .clockInDoubt: .publishingUnavailable
    case .contention, .guardsChanged: .releaseConflict
    case .proposalRefused: .rootProposalRefused
    case .noProposal: .noRootProposal
    case .records(.refused(let refusal)): problem(of: refusal)
    case .records(.fault): .storeUnavailable
    case .records(.fatal): .internalError
    }
  }

  @Test func `what the domain says is refused by is what the service answers`() throws {
    let (country, person) = (try #require(CountryCode("JM")), try #require(PrincipalID("police-jm")))
    let (panel, submission) = (try #require(PanelID("caribbean")), try #require(SubmissionID("sub_1")))
    let time = Date(timeIntervalSince1970: 0)
    let claim = ReviewClaim(submission: submission, holder: person, country: country, at: time, until: time)
    let entry = try BlocklistEntry(parsing: ".harbour.example")
    let below = try #require(entry.covered(of: World.suffixes))
    let guards = GuardList([GuardEntry(name: entry.name, level: .never)])
    guard case .never(let hit) = guards.verdict(on: entry) else {
      Issue.record("not guarded")
      return
    }
    let signatures: [SignatureRefusal] = [
      .required, .wrongTime(earliest: time, latest: time), .unknownKey, .wrongAgency, .keyNotYetValid(time),
      .keyEnded(time), .invalid,
    ]
    let reviews: [ReviewRefusal] =
      [
        .notReviewable(.open), .ownSubmission, .alreadyReviewed, .countryAlreadyApproved(country),
        .criteriaVersionSuperseded(id: "x", version: 1), .criteriaIncomplete(keys: []),
        .criteriaNotMet(keys: []), .reasonRequired, .coversSuffixes(below), .claimedByAnother(claim),
        .tooManyClaims(limit: 1), .claimedTooLong(again: time),
      ] + ScopeRefusal.allCases.map { .scope($0) } + GuardRefusal.allCases.map { .guarded($0, hit) }
      + signatures.map { .signature($0) }
    for refusal in reviews { expect(refusal.problemType, Self.problem(of: refusal)) }
    let desk: [DeskRefusal] = [
      .notOpen(.listed), .notPanelChair, .secondLookAlreadyRequired(panel), .notAReviewer(person),
      .panelInUse(submissions: 1), .noOpenQuestion,
    ]
    for refusal in desk { expect(refusal.problemType, Self.problem(of: refusal)) }
    let renewals: [RenewalRefusal] =
      GuardRefusal.allCases.map { .guarded($0, hit) } + [.shortOfCountries(2, of: 3)]
    for refusal in renewals { expect(refusal.problemType, Self.problem(of: refusal)) }
    for refusal in AppealRefusal.allCases {
      expect(refusal.rawValue, ProblemKind(rawValue: refusal.rawValue))
    }
    for rule in SubmissionBodyError.Rule.allCases {
      expect(rule.rawValue, ProblemKind(rawValue: rule.rawValue))
    }
    let types = Set((reviews.map(\.problemType) + desk.map(\.problemType)))
    // `not-reviewable` is said by both, and the suffixes below a name are one rule.
    #expect(types.count == reviews.count - 1 + desk.count - 1)
  }

  private func expect(_ type: String, _ problem: ProblemKind?) {
    #expect(type == problem?.rawValue)
    let answered = Self.tabled.union(Self.elsewhere.map(\.problem))
    #expect(problem.map(answered.contains) == true, "\(type) is answered by no test")
  }

  @Test func `what the store and the publisher refuse is answered by tests`() {
    let kinds: [RecordsRefusal.Kind] = [
      .agency, .principal, .credential, .submission, .entry, .release, .guardedName, .claim, .panel, .appeal,
      .agencyKey,
    ]
    let refusals: [RecordsRefusal] =
      kinds.map { .notFound($0) } + [
        .alreadyExists(.agency), .releaseConflict(latest: .unreleased), .guardConflict(revision: 1),
        .metadataConflict(revision: 1), .proposalConflict(revision: 1), .nothingToRelease, .wrongEntryState,
        .ownReport, .leaseRefused, .renewalRefused(.shortOfCountries(2, of: 3)),
        .versionAhead(latest: .unreleased), .agencyHasNoVote, .tooManyKeys, .signatureRefused(.invalid),
        .batchRefused, .idempotencyKeyReused,
      ]
    let errors: [PublicationError] =
      refusals.map { .records(.refused($0)) } + [
        .unknownList, .unknownRelease(latest: .unreleased), .nothingToPublish, .allWithheld([]),
        .nothingToRevert, .guardedMeanwhile(1), .guardsChanged, .rootMissing, .manifest(""), .contention,
        .proposalRefused(""), .noProposal, .records(.fault("")), .records(.fatal("")),
      ]
    let answered = Self.tabled.union(Self.elsewhere.map(\.problem))
    for error in errors {
      #expect(answered.contains(Self.problem(of: error)), "\(Self.problem(of: error).rawValue)")
    }
  }
}

/// Files of this repository.
enum Repository {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  /// The files below a folder with this ending, by their paths.
  static func files(_ folder: String, _ ending: String) throws -> [String] {
    let found = FileManager.default.enumerator(atPath: root.appending(path: folder).path)
    return (found?.compactMap { $0 as? String } ?? []).filter { $0.hasSuffix(ending) }.map {
      folder + "/" + $0
    }
  }
}
