// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Foundation
import Ingest
import Records
import Testing

/// Which approvals count, and what a queue shows of them.
@Suite struct CountingContractTests {
  private func terms(_ registry: Registry, version: Int, isSignatureRequired: Bool = false)
    -> QueueFilter.Terms
  {
    QueueFilter.Terms(
      list: registry.list, criteriaID: "baseline", criteriaVersion: version,
      isSignatureRequired: isSignatureRequired)
  }

  private func queue(
    _ registry: Registry, of person: String, _ terms: QueueFilter.Terms
  ) async throws -> [SubmissionID] {
    var filter = QueueFilter(reviewer: try registry.person(person))
    filter.terms = [terms]
    return try await registry.store.reviewQueue(filter, after: 0, limit: 10).map(\.submission.id)
  }

  @Test(arguments: StoreKind.allCases)
  func `a new version of the criteria brings back what was approved by the old one`(kind: StoreKind)
    async throws
  {
    let registry = try await Registry(kind)
    let id = try await registry.submit(["bad.example"])[0]
    #expect(try await registry.approve(id, by: "a-tt").verdict == .recorded)
    for person in ["a-tt", "b-tt"] {
      #expect(try await queue(registry, of: person, terms(registry, version: 1)) == [])
      #expect(try await queue(registry, of: person, terms(registry, version: 2)) == [id])
      #expect(
        try await queue(registry, of: person, terms(registry, version: 1, isSignatureRequired: true)) == [id])
    }
    #expect(try await queue(registry, of: "a-jm", terms(registry, version: 2)) == [], "who reported it")
  }

  @Test(arguments: StoreKind.allCases)
  func `countries count together by one submission and one version, and none that had reported`(
    kind: StoreKind
  ) async throws {
    let registry = try await Registry(kind)
    let id = try await registry.submit(["bad.example"])[0]
    _ = try await registry.approve(id, by: "a-tt")
    try await registry.submit(["bad.example"], by: "a-tt")
    _ = try await registry.approve(id, by: "a-bb")
    let listed = try #require(try await registry.approve(id, by: "a-gy").entry)
    #expect(try await registry.store.countriesBehind([listed]) == [listed.id: 2])
    // A report that comes after the listing takes nothing from it.
    _ = try await registry.store.submit(
      SubmissionBatch(
        list: registry.list, submitter: try registry.person("a-gy"), at: Registry.now.addingTimeInterval(1),
        items: try registry.items(["bad.example"])), answering: nil as Answering<SubmissionOutcome>?)
    #expect(try await registry.store.countriesBehind([listed]) == [listed.id: 2])
    try await registry.expectSound()
  }

  @Test(arguments: StoreKind.allCases)
  func `a clock that is set back makes no later report an earlier one`(kind: StoreKind) async throws {
    let registry = try await Registry(kind)
    let id = try await registry.submit(["bad.example"])[0]
    _ = try await registry.approve(id, by: "a-tt")
    _ = try #require(try await registry.approve(id, by: "a-bb").entry)
    let late = SubmissionBatch(
      list: registry.list, submitter: try registry.person("a-bb"),
      at: Registry.now.addingTimeInterval(-3_600), items: try registry.items(["bad.example"]))
    _ = try await registry.store.submit(late, answering: nil as Answering<SubmissionOutcome>?)
    try await registry.expectSound()
  }

  @Test(arguments: StoreKind.allCases)
  func `a release does not lapse what was renewed since it was begun`(kind: StoreKind) async throws {
    let registry = try await Registry(kind)
    let ids = try await registry.list(["a.example", "b.example"])
    try await registry.publish()
    let end = 90.0 * 86_400
    // Read when the lease has ended, while a renewal from just before is being committed.
    let basis = try await registry.store.publicationBasis(
      list: registry.list, at: Registry.now.addingTimeInterval(end))
    _ = try await registry.store.renew(
      ids[0], days: nil, term: .standard, act: registry.act(end - 1), answering: nil)
    let stale = try await registry.store.publicationBasis(
      list: registry.list, at: Registry.now.addingTimeInterval(end))
    #expect(basis.live.isEmpty && stale.live.map(\.id) == [ids[0]])
    let draft = try registry.draft(stale, dropping: [ids[0]], changes: ids.map { .lapse($0) })
    await #expect(throws: RecordsError.refused(.wrongEntryState)) {
      try await registry.store.commitRelease(draft, act: registry.act(end), answering: nil)
    }
    #expect(try await registry.store.entry(ids[0]).state == .listed)
    #expect(try await registry.store.entry(ids[1]).state == .listed, "nothing is half done")
  }
}
