// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import Foundation
import Ingest
import Names
import Records
import Testing

/// A new version of the criteria: decisions on record stay what they were.
@Suite struct CriteriaContractTests {
  private func policy(_ version: Int) throws -> ReviewPolicy {
    let criteria = Criteria(
      id: "baseline", version: version, title: "", items: [.init(key: "real", text: "Version \(version)?")])
    return ReviewPolicy(criteria: try #require(criteria), guards: .empty)
  }

  private func approve(_ id: SubmissionID, by person: String, _ version: Int, _ registry: Registry)
    async throws -> ReviewOutcome
  {
    let request = ReviewRequest(
      submission: id, reviewer: try registry.person(person), decision: .approve,
      answers: CriteriaAnswers(id: "baseline", version: version, answers: ["real": true]), at: Registry.now)
    let outcome = try await registry.store.addReview(request, policy: policy(version), answering: nil).outcome
    return try #require(outcome)
  }

  @Test(arguments: StoreKind.allCases)
  func `a new version rewrites no decision, and counts with none of the old`(kind: StoreKind) async throws {
    let registry = try await Registry(kind)
    let ids = try await registry.submit(["listed.example", "open.example"])
    for person in ["a-tt", "a-bb"] { _ = try await approve(ids[0], by: person, 1, registry) }
    #expect(try await approve(ids[1], by: "a-tt", 1, registry).verdict == .recorded)
    let before = try await registry.store.reviews(of: ids[0]) + registry.store.reviews(of: ids[1])
    let entries = try await registry.store.entries(EntryFilter(), after: 0, limit: 10)

    #expect(try await approve(ids[1], by: "a-bb", 2, registry).verdict == .recorded, "one under each version")
    let after = try await registry.store.reviews(of: ids[0]) + registry.store.reviews(of: ids[1]).prefix(1)
    #expect(after == before && after.allSatisfy { $0.criteriaVersion == 1 })
    #expect(
      try await registry.store.entries(EntryFilter(), after: 0, limit: 10) == entries, "what is listed stays")
    let outcome = try await approve(ids[1], by: "a-tt", 2, registry)
    #expect(outcome.entry?.entry.text == ".open.example", "who answers the new version counts again")
    #expect(outcome.approvals.map(\.criteriaVersion) == [2, 2])
  }
}
