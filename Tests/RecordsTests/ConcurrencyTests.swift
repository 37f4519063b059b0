// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import FoundationEssentials
import Ingest
import Records
import Testing

@Suite struct ConcurrencyTests {
  @Test(arguments: StoreKind.allCases)
  func `two reviewers of one country at once leave one approval`(kind: StoreKind) async throws {
    let registry = try await Registry(kind)
    for id in try await registry.submit((0..<20).map { "n\($0).example" }) {
      async let one = registry.approve(id, by: "a-tt")
      async let two = registry.approve(id, by: "b-tt")
      let verdicts = try await [one.verdict, two.verdict]
      #expect(verdicts.filter { $0 == .recorded }.count == 1)
      #expect(try await registry.store.reviews(of: id).count == 1)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `reviewers of two countries at once list exactly once`(kind: StoreKind) async throws {
    let registry = try await Registry(kind)
    for id in try await registry.submit((0..<20).map { "n\($0).example" }) {
      async let one = registry.approve(id, by: "a-tt")
      async let two = registry.approve(id, by: "a-bb")
      let entries = try await [one.entry, two.entry].compactMap { $0 }
      #expect(entries.count == 1)
    }
    try await registry.expectSound()
  }

  @Test(arguments: StoreKind.allCases)
  func `publishers and suspensions at once leave consecutive releases and no lost removal`(
    kind: StoreKind
  ) async throws {
    let registry = try await Registry(kind)
    let ids = try await registry.list((0..<30).map { "n\($0).example" })
    try await registry.publish()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for id in ids.prefix(10) {
        group.addTask {
          _ = try await registry.store.suspend(id, reason: "", act: registry.act(), answering: nil)
        }
      }
      for _ in 0..<4 {
        group.addTask {
          for _ in 0..<10 {
            do {
              try await registry.publish()
            } catch RecordsError.refused(.releaseConflict), RecordsError.refused(.metadataConflict),
              RecordsError.refused(.nothingToRelease)
            {}
          }
        }
      }
      try await group.waitForAll()
    }
    do { try await registry.publish() } catch RecordsError.refused(.nothingToRelease) {}
    let releases = try await registry.store.releases(list: registry.list, after: .unreleased, limit: 1000)
    #expect(releases.map(\.version.number) == Array(1...UInt64(releases.count)))
    #expect(releases.last?.entries == 20)
    try await registry.expectSound()
  }

  @Test(arguments: StoreKind.allCases)
  func `two thousand submissions at once are all acknowledged and there`(kind: StoreKind) async throws {
    let registry = try await Registry(kind)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<2000 { group.addTask { try await registry.submit(["m\(number).example"]) } }
      try await group.waitForAll()
    }
    let found = try await registry.store.submissions(SubmissionFilter(), after: 0, limit: 5000)
    #expect(Set(found.map(\.entry)).count == 2000)
  }
}
