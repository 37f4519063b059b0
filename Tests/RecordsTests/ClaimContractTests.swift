// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import FoundationEssentials
import Ingest
import Names
import Records
import Testing

/// Claims and the queue that shows them: what every store keeps.
@Suite struct ClaimContractTests {
  func claim(
    _ id: SubmissionID, _ person: String, _ registry: Registry, after seconds: Double = 0,
    perReviewer: Int = 50
  ) async throws -> ClaimOutcome {
    let request = ClaimRequest(
      submission: id, reviewer: try registry.person(person),
      term: ClaimTerm(minutes: 30, perReviewer: perReviewer), at: Registry.now.addingTimeInterval(seconds))
    return try #require(
      try await registry.store.claim(request, policy: registry.policy(), answering: nil).outcome)
  }

  @Test(arguments: StoreKind.allCases)
  func `a claim keeps others from deciding until its last second`(kind: StoreKind) async throws {
    let registry = try await Registry(kind)
    let id = try await registry.submit(["bad.example"])[0]
    let made = try await claim(id, "a-tt", registry).get()
    #expect(made.until == Registry.now.addingTimeInterval(1800))
    #expect(try await registry.approve(id, by: "a-bb").verdict == .refused(.claimedByAnother(made)))
    #expect(try await claim(id, "a-bb", registry, after: 1799) == .failure(.claimedByAnother(made)))
    let longer = try await claim(id, "a-tt", registry, after: 60).get()
    #expect(longer.until == Registry.now.addingTimeInterval(1860))
    #expect(try await claim(id, "a-bb", registry, after: 1860).get().holder == registry.person("a-bb").id)
  }

  @Test(arguments: StoreKind.allCases)
  func `a decision ends the claim, and one gives back only one's own`(kind: StoreKind) async throws {
    let registry = try await Registry(kind)
    let store = registry.store
    let ids = try await registry.submit(["bad.example", "worse.example"])
    _ = try await claim(ids[0], "a-tt", registry)
    _ = try await registry.approve(ids[0], by: "a-tt")
    #expect(try await registry.approve(ids[0], by: "a-bb").entry != nil)
    _ = try await claim(ids[1], "a-tt", registry)
    func drop(_ person: String, after seconds: Double = 0) async throws {
      let act = Act(by: PrincipalID(person), at: Registry.now.addingTimeInterval(seconds))
      _ = try await store.dropClaim(ids[1], act: act, answering: nil)
    }
    await #expect(throws: RecordsError.refused(.notFound(.claim))) { try await drop("a-bb") }
    await #expect(throws: RecordsError.refused(.notFound(.claim))) { try await drop("a-tt", after: 1800) }
    try await drop("a-tt")
    #expect(try await registry.approve(ids[1], by: "a-bb").review != nil)
    let trail = try await store.audit(after: 0, limit: 1000).map(\.action)
    #expect(trail.filter { $0 == "review-claimed" }.count == 2 && trail.contains("claim-dropped"))
    try await registry.expectSound()
  }

  @Test(arguments: StoreKind.allCases)
  func `nobody claims what they may not decide, or one more than the term allows`(kind: StoreKind)
    async throws
  {
    let registry = try await Registry(kind)
    let ids = try await registry.submit(["a.example", "b.example", "c.example"])
    #expect(try await claim(ids[0], "a-jm", registry) == .failure(.ownSubmission))
    _ = try await registry.approve(ids[0], by: "a-gy")
    #expect(try await claim(ids[0], "a-gy", registry) == .failure(.alreadyReviewed))
    for id in ids.prefix(2) { _ = try await claim(id, "a-tt", registry, perReviewer: 2).get() }
    #expect(try await claim(ids[2], "a-tt", registry, perReviewer: 2) == .failure(.tooManyClaims(limit: 2)))
    _ = try await claim(ids[1], "a-tt", registry, perReviewer: 2).get()
    _ = try await claim(ids[2], "a-tt", registry, after: 1800, perReviewer: 2).get()
    try await registry.list(["d.example"])
    let listed = try await registry.store.submissions(SubmissionFilter(state: .listed), after: 0, limit: 1)
    #expect(
      try await claim(#require(listed.first).id, "a-gy", registry) == .failure(.notReviewable(.listed)))
    await #expect(throws: RecordsError.refused(.notFound(.submission))) {
      try await claim(SubmissionID(number: 99), "a-tt", registry)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `the queue is narrowed by claim, country and age`(kind: StoreKind) async throws {
    let registry = try await Registry(kind)
    let first = try await registry.submit(["bad.example"], by: "a-jm")
    try await registry.submit(["bad.example"], by: "a-tt")
    let other = try await registry.submit(["worse.example"], by: "a-tt")
    func queue(_ filter: QueueFilter) async throws -> [SubmissionID] {
      try await registry.store.reviewQueue(filter, after: 0, limit: 9).map(\.submission.id)
    }
    #expect(try await queue(QueueFilter(country: CountryCode("JM"))) == first)
    #expect(try await queue(QueueFilter(country: CountryCode("TT"))) == other)
    #expect(try await queue(QueueFilter(reportedBy: Registry.now)) == first + other)
    #expect(try await queue(QueueFilter(reportedBy: Registry.now.addingTimeInterval(-1))) == [])
    let made = try await claim(first[0], "a-gy", registry).get()
    func held(_ person: String, _ claims: QueueFilter.ClaimFilter, after seconds: Double = 0) async throws
      -> [SubmissionID]
    {
      try await queue(
        QueueFilter(
          reviewer: registry.person(person), claims: claims, now: Registry.now.addingTimeInterval(seconds)))
    }
    #expect(try await held("a-gy", .mine) == first)
    #expect(try await held("a-bb", .mine) == [])
    #expect(try await held("a-gy", .free) == first + other)
    #expect(try await held("a-bb", .free) == other)
    #expect(try await held("a-gy", .mine, after: 1800) == [])
    #expect(try await held("a-bb", .free, after: 1800) == first + other)
    let shown = try await registry.store.reviewQueue(QueueFilter(now: Registry.now), after: 0, limit: 9)
    #expect(shown.map(\.claim) == [made, nil])
  }
}
