// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Foundation
import Ingest
import Names
import Records
import Testing

/// How often one person's report of the same thing counts: the same in every store.
@Suite struct ReportLimitContractTests {
  private static func outcomes(
    _ paths: [String], _ registry: Registry, by person: String = "a-jm", most: Int = 3,
    together: Int = .max, change: (inout ParsedItem) -> Void = { _ in }
  ) async throws -> [SubmissionOutcome.Item] {
    let admission = Admission(names: NameRules(allowsReservedNames: true), guards: .empty)
    let items = try paths.enumerated().map { line, path in
      var item = ParsedItem(line: line + 1, url: path)
      change(&item)
      return try admission.admit(item).get()
    }
    let batch = SubmissionBatch(
      list: registry.list, submitter: try registry.person(person), at: Registry.now, count: items.count,
      mostReportsOfOne: most
    ) { store throws(RecordsError) in
      var outcomes: [SubmissionOutcome.Item] = []
      var rest = items[...]
      while !rest.isEmpty {
        outcomes += try store(Array(rest.prefix(together)))
        rest = rest.dropFirst(together)
      }
      return SubmissionOutcome(items: outcomes)
    }
    return try #require(try await registry.store.submit(batch, answering: nil).outcome).items
  }

  private static func trail(_ registry: Registry) async throws -> Int {
    try await registry.store.audit(after: 0, limit: 1000).count { $0.action == "submission-joined" }
  }

  @Test(arguments: StoreKind.allCases, [Int.max, 7])
  func `a report that says what another of the same person did is joined and not kept`(
    kind: StoreKind, together: Int
  ) async throws {
    let registry = try await Registry(kind)
    let id = SubmissionID(number: 1)
    let many = try await Self.outcomes(
      Array(repeating: "http://bad.example/a", count: 200), registry, together: together)
    #expect(many == [.created(id)] + Array(repeating: .joined(id), count: 199))
    #expect(try await registry.store.submission(id).reports.count == 1)
    #expect(try await Self.trail(registry) == 0)
    // Another address, then each field in its turn, says something else; and so does another person.
    let evidence = try #require(EvidenceDigest(String(repeating: "a", count: 64)))
    let answers = try #require(ReportedAnswers("baseline/1 real=yes"))
    let changes: [(inout ParsedItem) -> Void] = [
      { $0.caseReference = "JM-1" }, { $0.evidence = evidence }, { $0.seenAt = Registry.now },
      { $0.note = "once more" }, { $0.answers = answers },
    ]
    for change in changes {
      for _ in 1...2 {
        let again = try await Self.outcomes(["http://bad.example/a"], registry, most: 9, change: change)
        #expect(again == [.joined(id)])
      }
    }
    _ = try await Self.outcomes(["http://bad.example/b", "http://bad.example/b"], registry, most: 9)
    _ = try await Self.outcomes(["http://bad.example/a"], registry, by: "b-jm")
    let submission = try await registry.store.submission(id)
    #expect(submission.reports.count == 8)
    #expect(submission.reporters.map(\.count) == [7, 1])
    #expect(submission.reporters.map(\.principal.text) == ["a-jm", "b-jm"])
    #expect(try await Self.trail(registry) == 7)
    try await registry.expectSound()
  }

  @Test(arguments: StoreKind.allCases, [Int.max, 1])
  func `one person has so many reports on one submission, and no more`(kind: StoreKind, together: Int)
    async throws
  {
    let registry = try await Registry(kind)
    let id = SubmissionID(number: 1)
    let paths = (1...4).map { "http://bad.example/\($0)" }
    let outcomes = try await Self.outcomes(paths + ["http://bad.example/2"], registry, together: together)
    #expect(
      outcomes == [
        .created(id), .joined(id), .joined(id), .refused(.tooManyReports, limit: 3), .joined(id),
      ])
    #expect(
      try await Self.outcomes(["http://bad.example/5"], registry) == [.refused(.tooManyReports, limit: 3)])
    #expect(try await Self.outcomes(["http://bad.example/5"], registry, by: "b-jm") == [.joined(id)])
    #expect(try await registry.store.submission(id).reports.count == 4)
    // On what is listed, too.
    _ = try await registry.approve(id, by: "a-tt")
    let entry = try #require(try await registry.approve(id, by: "a-bb").entry)
    #expect(
      try await Self.outcomes(["http://x.bad.example/"], registry) == [.refused(.tooManyReports, limit: 3)])
    #expect(
      try await Self.outcomes(["http://x.bad.example/"], registry, by: "a-tt") == [.joinedEntry(entry.id, id)]
    )
    try await registry.expectSound()
  }

  @Test(arguments: StoreKind.allCases)
  func `lists show the first reports of each person, and all who reported`(kind: StoreKind) async throws {
    let registry = try await Registry(kind)
    let most = Submission.reportsInLists
    _ = try await Self.outcomes((0...most).map { "http://bad.example/\($0)" }, registry, most: 100)
    _ = try await Self.outcomes(["http://bad.example/of-tt"], registry, by: "a-tt")
    let filter = SubmissionFilter()
    let listed = try #require(
      try await registry.store.submissions(filter, after: 0, limit: 10).first)
    #expect(
      listed.reports.map(\.understood)
        == (0..<most).map { "http://bad.example/\($0)" } + ["http://bad.example/of-tt"])
    #expect(listed.reporters.map(\.count) == [most + 1, 1])
    #expect(try await registry.store.submission(listed.id).reports.count == most + 2)
    let outline = try await registry.store.outline(of: listed.id)
    #expect(outline.reports.isEmpty && outline.reporters == listed.reporters && outline.entry == listed.entry)
  }
}
