// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import FoundationEssentials
import Ingest
import Names
import Testing

/// Values the tests share, made by the public parsers.
enum Samples {
  static let now = Date(timeIntervalSince1970: 1_795_000_000)
  static let rules = NameRules(allowsReservedNames: true)

  static func criteria(version: Int = 1) throws -> Criteria {
    try #require(
      Criteria(
        id: "baseline", version: version, title: "Baseline",
        items: [.init(key: "real", text: "A real child?"), .init(key: "recent", text: "Online recently?")]))
  }

  static func answers(version: Int = 1, _ answers: [String: Bool] = ["real": true, "recent": true])
    -> CriteriaAnswers
  {
    CriteriaAnswers(id: "baseline", version: version, answers: answers)
  }

  static func policy(version: Int = 1, guards: [GuardEntry] = []) throws -> ReviewPolicy {
    ReviewPolicy(criteria: try criteria(version: version), guards: GuardList(guards))
  }

  static func officer(_ id: String, agency: String? = nil, _ country: String) throws -> Principal {
    Principal(
      id: try #require(PrincipalID(id)), name: id,
      agency: try #require(AgencyID(agency ?? "unit-\(country.lowercased())")),
      country: try #require(CountryCode(country)), roles: [.submitter, .reviewer])
  }

  static func guarded(_ name: String, _ level: GuardLevel) throws -> GuardEntry {
    GuardEntry(name: try DomainName(canonical: name), level: level)
  }

  static func entry(_ text: String) throws -> BlocklistEntry { try BlocklistEntry(parsing: text) }

  static func submission(
    host: String = "www.bad.example", by reporters: [Principal], state: Submission.State = .open,
    entry: String? = nil
  ) throws -> Submission {
    let reported = ReportedHost(try ListableName(try DomainName(canonical: host), rules: rules))
    return Submission(
      id: SubmissionID(number: 1), list: try ListName("worst-of"), host: reported,
      entry: try entry.map { try Samples.entry($0) } ?? BlocklistEntry(name: reported.base, scope: .subtree),
      state: state,
      createdAt: now,
      reports: reporters.map {
        Submission.Report(
          principal: $0.id, agency: $0.agency, country: $0.country, at: now, understood: "http://\(host)/",
          caseReference: nil, evidence: nil, seenAt: nil, note: nil)
      }, entryID: nil)
  }

  static func approval(
    by who: Principal, scope: ScopeChoice? = nil, _ answers: CriteriaAnswers? = Samples.answers()
  ) -> ReviewRequest {
    ReviewRequest(
      submission: SubmissionID(number: 1), reviewer: who, decision: .approve, scope: scope, answers: answers,
      at: now)
  }

  static func rejection(by who: Principal, _ reason: String? = "gone") -> ReviewRequest {
    ReviewRequest(
      submission: SubmissionID(number: 1), reviewer: who, decision: .reject, reason: reason, at: now)
  }

  static func onRecord(
    _ who: Principal, _ decision: ReviewDecision = .approve, entry: String = ".bad.example", version: Int = 1
  ) throws -> Review {
    Review(
      id: ReviewID(number: 1), submission: SubmissionID(number: 1), principal: who.id, agency: who.agency,
      country: who.country, decision: decision, entry: try Samples.entry(entry), criteriaID: "baseline",
      criteriaVersion: version, reason: nil, at: now)
  }
}
