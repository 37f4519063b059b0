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
