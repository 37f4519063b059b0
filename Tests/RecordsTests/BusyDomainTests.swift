// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Foundation
import Ingest
import Records
import RecordsSQL
import RecordsSQLite
import Testing

/// One registrable domain with very many reported hosts: nobody's work grows with all of them for each thing looked at. Counted in steps
/// of SQLite's machine, which are the same on any computer.
@Suite struct BusyDomainTests {
  private static let hosts =
    ProcessInfo.processInfo.environment["CORDON_LONG_TESTS"] == "1" ? 20_000 : 2_000

  private func registry(reporter: String = "a-jm") async throws -> (Registry, SQLiteRecords, [SubmissionID]) {
    let registry = try await Registry(.sqlite)
    let store = try #require(registry.store as? SQLiteRecords)
    let ids = try await registry.submit((0..<Self.hosts).map { "h\($0).shared.example" }, by: reporter)
    #expect(ids.count == Self.hosts)
    return (registry, store, ids)
  }

  private func queue(_ registry: Registry, of person: String) async throws -> [SubmissionID] {
    try await registry.store.reviewQueue(
      QueueFilter(reviewer: try registry.person(person)), after: 0, limit: 100
    ).map(\.submission.id)
  }

  /// What came of `work`, and how many steps of the reading connection it took.
  private func counted<Value>(
    on store: SQLiteRecords, _ work: () async throws -> Value
  ) async throws -> (Value, steps: Int64) {
    let before = try await store.read { $0.steps }
    let value = try await work()
    return (value, try await store.read { $0.steps } - before)
  }

  @Test func `a page of the queue does not look at all of them for each row`() async throws {
    let (registry, store, ids) = try await registry()
    _ = try await registry.approve(ids[0], by: "b-tt")
    let (shown, steps) = try await counted(on: store) { try await queue(registry, of: "a-bb") }
    #expect(shown == Array(ids[0..<100]))
    #expect(steps < 100_000, "\(steps)")
    #expect(try await queue(registry, of: "a-tt") == Array(ids[1..<101]))
  }

  @Test func `a page of the queue of somebody who reported as many looks at each of them once`() async throws
  {
    let (registry, store, ids) = try await registry()
    try await registry.submit((0..<Self.hosts).map { "i\($0).shared.example" }, by: "a-bb")
    let (shown, steps) = try await counted(on: store) { try await queue(registry, of: "a-bb") }
    #expect(shown == Array(ids[0..<100]))
    #expect(steps < 100_000 + 40 * Int64(Self.hosts), "\(steps)")
  }

  @Test func `a reviewer who may decide on nothing is told so without a look at all for each`() async throws {
    let (registry, store, _) = try await registry()
    let (shown, steps) = try await counted(on: store) { try await queue(registry, of: "a-jm") }
    #expect(shown == [])
    #expect(steps < 100_000 + 40 * Int64(Self.hosts), "\(steps)")
  }

  @Test func `neither a hundred reviews at once nor what stands behind their entries looks at all of them`()
    async throws
  {
    let (registry, store, ids) = try await registry()
    let some = ids.prefix(100)
    let requests =
      try some.map { try registry.approval($0, by: "a-tt", scope: .host) }
      + some.map { try registry.approval($0, by: "a-bb", scope: .host) }
    let before = try await store.decide { $0.steps }
    let outcomes = try #require(
      try await store.addReviews(requests, policy: registry.policy(), answering: nil).outcome)
    let entries = outcomes.compactMap(\.entry)
    #expect(entries.count == 100)
    let steps = try await store.decide { $0.steps } - before
    #expect(steps < 1_000_000, "\(steps)")
    let (countries, counting) = try await counted(on: store) { try await store.countriesBehind(entries) }
    #expect(countries.count == 100 && countries.values.allSatisfy { $0 == 2 })
    #expect(counting < 100_000, "\(counting)")
  }
}
