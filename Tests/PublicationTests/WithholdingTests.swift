// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import Foundation
import Ingest
import Names
import Publication
import Records
import RecordsSQL
import RecordsSQLite
import Testing

/// What is guarded after its approval and before its release.
@Suite struct WithholdingTests {
  private func guards(_ name: String, _ level: GuardLevel = .never) throws -> GuardList {
    GuardList([GuardEntry(name: try DomainName(canonical: name), level: level, reason: "a registry")])
  }

  @Test func `an approved name that is guarded before its release is left out of it and suspended`()
    async throws
  {
    let world = try await World()
    let entries = try await world.list("http://one.example/", "http://two.example/")
    let guards = try guards("one.example")
    let preview = try await world.publisher.preview(world.list, under: GuardTerms(guards))
    #expect(preview.delta.additions.map(\.text) == [".two.example"])
    #expect(preview.withheld == [entries[0].entry])
    #expect(try await world.records.entry(entries[0].id).state == .listed)
    let made = try await world.publisher.publish(world.list, under: GuardTerms(guards), act: world.act)
      .outcome
    #expect(made?.withheld == [entries[0].entry])
    #expect(world.publisher.current.lines(world.list) == [".two.example"])
    #expect(try await world.records.entry(entries[0].id).state == .suspended)
    let trail = try await world.records.audit(after: 0, limit: 1000)
    #expect(
      trail.contains {
        $0.action == "entry-suspended" && $0.subject == entries[0].id.text && $0.rule == "guarded-name"
      })
    await #expect { try await world.publisher.publish(world.list, under: .empty, act: world.act) } throws: {
      if case PublicationError.nothingToPublish = $0 { true } else { false }
    }
  }

  @Test func `what a release holds stays, whatever is guarded meanwhile`() async throws {
    let world = try await World()
    try await world.list("http://one.example/")
    _ = try await world.publisher.publish(world.list, under: .empty, act: world.act)
    try await world.list("http://two.example/")
    let made = try await world.publisher.publish(
      world.list, under: GuardTerms(try guards("one.example")), act: world.act)
    #expect(made.outcome?.withheld == [])
    #expect(world.publisher.current.lines(world.list) == [".one.example", ".two.example"])
  }

  @Test func `a subtree left out uncovers what was approved below it, which is judged by itself`()
    async throws
  {
    let world = try await World()
    try await world.list("http://deep.one.example/", "http://school.one.example/", scope: .host)
    try await world.list("http://one.example/")
    let made = try await world.publisher.publish(
      world.list, under: GuardTerms(try guards("school.one.example")), act: world.act)
    #expect(made.outcome?.withheld.map(\.text) == [".one.example", "school.one.example"])
    #expect(world.publisher.current.lines(world.list) == ["deep.one.example"])
  }

  @Test func `a narrow guard leaves out a subtree, and a host that too few countries approved`() async throws
  {
    let world = try await World()
    try await world.list("http://one.example/", scope: .host)
    try await world.list("http://two.example/", "http://free.example/")
    let both = try guards("one.example", .narrow).merging(try guards("two.example", .narrow))
    func preview(_ countries: Int) async throws -> ReleasePreview {
      try await world.publisher.preview(world.list, under: GuardTerms(both, narrowCountries: countries))
    }
    #expect(try await preview(2).withheld.map(\.text) == [".two.example"])
    let strict = try await preview(3)
    #expect(strict.withheld.map(\.text) == [".two.example", "one.example"])
    #expect(strict.delta.additions.map(\.text) == [".free.example"])
    let made = try await world.publisher.publish(
      world.list, under: GuardTerms(both, narrowCountries: 3), act: world.act)
    #expect(made.outcome?.withheld.map(\.text) == [".two.example", "one.example"])
    #expect(world.publisher.current.lines(world.list) == [".free.example"])
    let suspended = try await world.records.entries(
      EntryFilter(list: world.list, state: .suspended), after: 0, limit: 10)
    #expect(suspended.count == 2)
  }

  @Test func `when all is guarded meanwhile nothing happens`() async throws {
    let world = try await World()
    let entries = try await world.list("http://one.example/")
    let guards = try guards("one.example")
    for _ in 0..<2 {
      await #expect {
        try await world.publisher.publish(world.list, under: GuardTerms(guards), act: world.act)
      } throws: {
        if case PublicationError.allWithheld(let withheld) = $0 {
          withheld == [entries[0].entry]
        } else {
          false
        }
      }
    }
    #expect(try await world.records.entry(entries[0].id).state == .listed)
    _ = try await world.publisher.publish(world.list, under: .empty, act: world.act)
    #expect(world.publisher.current.lines(world.list) == [".one.example"])
  }

  @Test func `a name below a released subtree that lapses is no new block, and stays`() async throws {
    let world = try await World()
    try await world.list("http://deep.one.example/", scope: .host)
    let wide = try await world.list("http://one.example/")
    _ = try await world.publisher.publish(world.list, under: .empty, act: world.act)
    #expect(world.publisher.current.lines(world.list) == [".one.example"])
    world.pass(seconds: 86_400)
    _ = try await world.records.renew(
      try #require(
        try await world.records.entries(
          EntryFilter(list: world.list), after: 0, limit: 10
        ).first { $0.id != wide[0].id }
      ).id,
      days: nil, term: try #require(LeaseTerm(days: 180)), approval: nil, act: world.act, answering: nil)
    try await world.list("http://two.example/")
    // The subtree's lease is over, and nothing has ticked.
    world.pass(seconds: 90 * 86_400 - 1)
    let made = try await world.publisher.publish(
      world.list, under: GuardTerms(try guards("deep.one.example")), act: world.act)
    #expect(made.outcome?.withheld == [])
    #expect(world.publisher.current.lines(world.list) == ["deep.one.example", ".two.example"].sorted())
  }

  @Test func `a release judged by what was guarded before is refused, and nothing is changed`() async throws {
    let world = try await World()
    let entries = try await world.list("http://one.example/", "http://two.example/")
    let read = try await world.records.guardRevision()
    let terms = GuardTerms(.empty, revision: read)
    let entry = GuardEntry(name: try DomainName(canonical: "one.example"), level: .never, reason: "registry")
    _ = try await world.records.guardNames([entry], act: world.act, answering: nil)
    await #expect {
      try await world.publisher.publish(world.list, under: terms, act: world.act)
    } throws: { if case PublicationError.guardsChanged = $0 { true } else { false } }
    #expect(world.publisher.current.lines(world.list).isEmpty)
    #expect(try await world.records.entry(entries[0].id).state == .listed)
    let now = try await world.records.guardRevision()
    #expect(now > read)
    let made = try await world.publisher.publish(
      world.list, under: GuardTerms(GuardList([entry]), revision: now), act: world.act)
    #expect(made.outcome?.withheld == [entries[0].entry])
  }

  @Test func `a host taken off comes back under a narrow guard only with the third country`() async throws {
    let world = try await World()
    let entries = try await world.list("http://one.example/", scope: .host)
    try await world.list("http://two.example/")
    _ = try await world.publisher.publish(world.list, under: .empty, act: world.act)
    _ = try await world.publisher.suspend(entries[0].id, reason: "mistake", act: world.act)
    let narrow = try guards("one.example", .narrow)
    func undo(_ countries: Int) async throws {
      _ = try await world.publisher.revert(
        world.list, version: ListVersion(2), reason: "undo",
        under: GuardTerms(narrow, narrowCountries: countries), act: world.act)
    }
    await #expect { try await undo(3) } throws: {
      if case PublicationError.guardedMeanwhile(1) = $0 { true } else { false }
    }
    try await undo(2)
    #expect(world.publisher.current.lines(world.list) == [".two.example", "one.example"])
  }
}
