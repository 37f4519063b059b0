// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import Foundation
import Ingest
import Names
import Records
import Testing

/// What submitters say on the criteria, what agencies call their own, and how often each may come: the same in every store.
@Suite struct SubmitterContractTests {
  @Test(arguments: StoreKind.allCases) func `answers stay with the report that brought them`(kind: StoreKind)
    async throws
  {
    let registry = try await Registry(kind)
    let answers = try #require(ReportedAnswers("baseline/1 real=yes severe=no"))
    let admission = Admission(names: NameRules(allowsReservedNames: true), guards: .empty)
    var item = ParsedItem(line: 1, url: "a.example")
    item.answers = answers
    let batch = SubmissionBatch(
      list: registry.list, submitter: try registry.person("a-jm"), at: Registry.now,
      items: [try admission.admit(item).get()])
    _ = try await registry.store.submit(batch, answering: nil)
    let id = try #require(try await registry.submit(["a.example"], by: "a-tt").first)
    let reports = try await registry.store.submission(id).reports
    #expect(reports.map(\.answers) == [answers, nil])
    #expect(try await registry.store.reviews(of: id).isEmpty)
    try await registry.expectSound()
  }

  @Test(arguments: StoreKind.allCases) func `a batch is stored as its items would be one by one`(
    kind: StoreKind
  ) async throws {
    // Some twice and near each other, some far, some below what is listed or on what is open.
    let hosts = (0..<205).map { "n\($0 % 3 == 0 ? $0 / 2 : $0 % 120).s\($0 % 7).example" }
    func stored(by size: Int) async throws -> ([SubmissionID], [[String]], [[String]]) {
      let registry = try await Registry(kind)
      let before = try await registry.submit(["s3.example", "n5.s5.example"], by: "a-tt")
      _ = try await registry.approve(before[0], by: "b-jm")
      _ = try await registry.approve(before[0], by: "b-fj")
      var ids: [SubmissionID] = []
      for start in stride(from: 0, to: hosts.count, by: size) {
        ids += try await registry.submit(Array(hosts[start..<min(hosts.count, start + size)]))
      }
      try await registry.expectSound()
      let trail = try await registry.store.audit(after: 0, limit: 1000)
      let submissions = try await registry.store.submissions(SubmissionFilter(), after: 0, limit: 1000)
      return (
        ids, trail.map { [$0.action, $0.subject, $0.rule, $0.principal?.text ?? ""] },
        submissions.map { [$0.entry.text, $0.state.rawValue] + $0.reports.map(\.understood) }
      )
    }
    let (ids, trail, submissions) = try await stored(by: 1)
    #expect(Set(ids).count < hosts.count && ids.contains(where: { $0.number == 1 }))
    for size in [hosts.count, 130, 9] {
      let other = try await stored(by: size)
      #expect(other.0 == ids && other.1 == trail && other.2 == submissions, "\(size)")
    }
  }

  // So few that they share a transaction with others, and so many that they take room of their own.
  @Test(arguments: StoreKind.allCases, [20, 1_200])
  func
    `a batch that is read as it is stored is the same as one at once, and one that breaks off leaves nothing`(
      kind: StoreKind, count: Int
    ) async throws
  {
    let registry = try await Registry(kind)
    let items = try registry.items((0..<count).map { "n\($0 % (count - 5)).example" })
    func submit(breaksOff: Bool) async throws -> [SubmissionOutcome.Item] {
      let batch = SubmissionBatch<[SubmissionOutcome.Item]>(
        list: registry.list, submitter: try registry.person("a-jm"), at: Registry.now, count: count
      ) { store throws(RecordsError) in
        var outcomes: [SubmissionOutcome.Item] = []
        for start in stride(from: 0, to: count, by: count / 4) {
          guard !breaksOff || outcomes.count < count / 2 else { throw .fault("the rest cannot be read") }
          outcomes += try store(Array(items[start..<min(count, start + count / 4)]))
        }
        return outcomes
      }
      return try #require(try await registry.store.submit(batch, answering: nil).outcome)
    }
    await #expect(throws: RecordsError.fault("the rest cannot be read")) { try await submit(breaksOff: true) }
    #expect(try await registry.store.submissions(SubmissionFilter(), after: 0, limit: 10).isEmpty)
    let trail = try await registry.store.audit(after: 0, limit: 5_000)
    #expect(!trail.contains { $0.action.hasPrefix("submission-") })
    let outcomes = try await submit(breaksOff: false)
    let other = try await Registry(kind)
    let whole = SubmissionBatch(
      list: other.list, submitter: try other.person("a-jm"), at: Registry.now, items: items)
    let expected = try #require(try await other.store.submit(whole, answering: nil).outcome).items
    func isNew(_ item: SubmissionOutcome.Item) -> Bool { if case .created = item { true } else { false } }
    #expect(outcomes.map(isNew) == expected.map(isNew) && outcomes.filter(isNew).count == count - 5)
    try await registry.expectSound()
  }

  @Test(arguments: StoreKind.allCases) func `an agency's own domains are replaced, and that is on record`(
    kind: StoreKind
  ) async throws {
    let registry = try await Registry(kind)
    let agency = try #require(AgencyID("unit-jm"))
    let names = try ["coral.example", "reef.example"].map { try DomainName(canonical: $0) }
    func domains() async throws -> [DomainName] {
      try await registry.store.people().agencies.first { $0.id == agency }?.domains ?? []
    }
    #expect(try await domains() == [])
    _ = try await registry.store.setDomains(names, of: agency, act: registry.act(), answering: nil)
    #expect(try await domains() == names)
    let event = try #require(try await registry.store.audit(after: 0, limit: 1000).last)
    #expect(event.action == "agency-domains-set" && event.subject == "unit-jm" && event.rule == "2 domains")
    #expect(event.reason == "+coral.example +reef.example")
    _ = try await registry.store.setDomains([], of: agency, act: registry.act(), answering: nil)
    #expect(
      try await registry.store.audit(after: 0, limit: 1000).last?.reason == "-coral.example -reef.example")
    #expect(try await domains() == [])
    await #expect(throws: RecordsError.refused(.notFound(.agency))) {
      try await registry.store.setDomains(
        names, of: try #require(AgencyID("nobody")), act: registry.act(), answering: nil)
    }
  }

  @Test func `processes on one database count a principal's requests together`() async throws {
    let registry = try await Registry(.postgresql)
    let other = try await Registry(.postgresql, at: registry.path)
    let who = try #require(PrincipalID("a-jm"))
    func take(_ store: any Records, _ wanted: Int, of person: PrincipalID) async throws -> Turns? {
      try await store.takeTurns(of: person, perMinute: 3, wanted: wanted)
    }
    #expect(try await take(registry.store, 2, of: who) == .granted(2))
    #expect(try await take(other.store, 2, of: who) == .granted(1))
    guard case .wait(let wait) = try await take(registry.store, 1, of: who) else {
      Issue.record("one too many")
      return
    }
    #expect(wait > .zero && wait <= .seconds(20))
    #expect(try await take(other.store, 9, of: try #require(PrincipalID("a-tt"))) == .granted(3))
  }

  @Test func `a store that one process has alone leaves the counting to it`() async throws {
    let registry = try await Registry(.sqlite)
    let who = try #require(PrincipalID("a-jm"))
    #expect(try await registry.store.takeTurns(of: who, perMinute: 3, wanted: 1) == nil)
  }
}
