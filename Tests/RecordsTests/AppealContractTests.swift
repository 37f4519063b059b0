// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import FoundationEssentials
import Ingest
import Names
import Records
import Testing

/// Complaints: what every store keeps of them.
@Suite struct AppealContractTests {
  func file(_ name: String, _ registry: Registry, number: UInt8 = 1, at: Double = 0) async throws
    -> AppealCase
  {
    let id = AppealCase(random: [UInt8](repeating: number, count: 8))
    _ = try await registry.store.addAppeal(
      NewAppeal(
        id: id, secretDigest: [UInt8](repeating: 9, count: 32), name: try DomainName(canonical: name),
        statement: "it is my shop", contact: nil, at: Registry.now.addingTimeInterval(at)))
    return id
  }

  func decision(
    _ id: AppealCase, _ person: String, _ decision: Appeal.Decision, _ registry: Registry, at: Double = 0
  )
    throws -> AppealDecisionRequest
  {
    AppealDecisionRequest(
      id: id, officer: try registry.person(person), decision: decision, answer: "Looked at.",
      reason: "looked at",
      at: Registry.now.addingTimeInterval(at))
  }

  func assign(
    _ id: AppealCase, among people: [Principal], isNamed: Bool, _ registry: Registry
  ) async throws -> AppealOutcome {
    try #require(
      try await registry.store.assignAppeal(
        id, among: people, isNamed: isNamed, act: registry.act(), answering: nil
      ).outcome)
  }

  /// Suspends an entry for an appeal.
  func suspend(_ entry: EntryID, for id: AppealCase, _ registry: Registry) async throws {
    let appeal = try await registry.store.appeal(id)
    _ = try await registry.store.suspend(
      entry, reason: appeal.suspensionReason, act: registry.act(), answering: nil)
  }

  func reviewers(_ registry: Registry) throws -> [Principal] {
    try ["a-jm", "a-tt", "a-bb", "a-gy", "a-fj"].map { try registry.person($0) }
  }

  @Test(arguments: StoreKind.allCases)
  func `an appeal goes to a country that had no part in the listing`(kind: StoreKind) async throws {
    let registry = try await Registry(kind)
    let ids = try await registry.list(["bad.example"])
    let id = try await file("shop.bad.example", registry)
    let appeal = try await assign(id, among: reviewers(registry), isNamed: false, registry).get()
    #expect(appeal.state == .assigned && appeal.entries == ids)
    #expect(appeal.assignee == PrincipalID("a-fj"))
    let involved = try await assign(id, among: [registry.person("a-tt")], isNamed: true, registry)
    #expect(involved == .failure(.countryInvolved))
    #expect(try await registry.store.appeal(id).assignee == PrincipalID("a-fj"))
    let second = try await file("other.example", registry, number: 2)
    let next = try await assign(
      second, among: [registry.person("a-fj"), registry.person("a-gy")], isNamed: false, registry
    ).get()
    #expect(next.assignee == PrincipalID("a-gy"), "the one with fewer appeals")
    #expect(next.entries.isEmpty)
  }

  @Test(arguments: StoreKind.allCases)
  func `what is kept after a suspension is listed again`(kind: StoreKind) async throws {
    let registry = try await Registry(kind)
    let entry = try await registry.list(["bad.example"])[0]
    let id = try await file("bad.example", registry)
    _ = try await assign(id, among: reviewers(registry), isNamed: false, registry)
    try await suspend(entry, for: id, registry)
    #expect(try await registry.store.appeal(id).suspended == [entry])
    let decided = try await registry.store.decideAppeal(
      decision(id, "a-fj", .keep, registry), terms: .unguarded, answering: nil
    ).outcome?.get()
    #expect(decided?.state == .decided && decided?.decision == .keep && decided?.answer == "Looked at.")
    #expect(try await registry.store.entry(entry).state == .listed)
    let again = try await registry.store.decideAppeal(
      decision(id, "a-fj", .keep, registry), terms: .unguarded, answering: nil
    ).outcome
    #expect(again == .failure(.decided))
    try await registry.expectSound()
  }

  @Test(arguments: StoreKind.allCases)
  func `what was guarded or lapsed meanwhile does not come back`(kind: StoreKind) async throws {
    let registry = try await Registry(kind)
    for (host, guards, offset) in [
      (
        "bad.example", GuardList([GuardEntry(name: try DomainName(canonical: "bad.example"), level: .never)]),
        0.0
      ),
      ("old.example", GuardList.empty, 200 * 86_400.0),
    ] {
      let entry = try await registry.list([host])[0]
      let id = try await file(host, registry, number: UInt8(host.utf8.first ?? 0))
      _ = try await assign(id, among: reviewers(registry), isNamed: false, registry)
      let officer = try #require(try await registry.store.appeal(id).assignee)
      try await suspend(entry, for: id, registry)
      _ = try await registry.store.decideAppeal(
        decision(id, officer.text, .keep, registry, at: offset), terms: ReinstatementTerms(guards),
        answering: nil
      ).outcome?.get()
      #expect(try await registry.store.entry(entry).state == .suspended)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `only the assignee decides, and only what fits what is listed`(kind: StoreKind) async throws {
    let registry = try await Registry(kind)
    let entry = try await registry.list(["bad.example"])[0]
    let id = try await file("bad.example", registry)
    func decide(_ person: String, _ what: Appeal.Decision) async throws -> AppealOutcome? {
      try await registry.store.decideAppeal(
        decision(id, person, what, registry), terms: .unguarded, answering: nil
      ).outcome
    }
    #expect(try await decide("a-fj", .keep) == .failure(.notAssignee))
    _ = try await assign(id, among: reviewers(registry), isNamed: false, registry)
    #expect(try await decide("a-gy", .keep) == .failure(.notAssignee))
    #expect(try await decide("a-fj", .notListed) == .failure(.stillListed))
    #expect(try await decide("a-fj", .remove) == .failure(.stillListed))
    try await suspend(entry, for: id, registry)
    #expect(try await decide("a-fj", .remove)?.get().decision == .remove)
    #expect(try await registry.store.entry(entry).state == .suspended)
    let free = try await file("free.example", registry, number: 2)
    _ = try await assign(free, among: [registry.person("a-fj")], isNamed: false, registry)
    let kept = try await registry.store.decideAppeal(
      decision(free, "a-fj", .keep, registry), terms: .unguarded, answering: nil
    ).outcome
    #expect(kept == .failure(.nothingListed))
    let cleared = try await registry.store.decideAppeal(
      decision(free, "a-fj", .notListed, registry), terms: .unguarded, answering: nil
    ).outcome
    #expect(try cleared?.get().decision == .notListed)
  }

  @Test(arguments: StoreKind.allCases)
  func `what others took off stays off when an appeal keeps it`(kind: StoreKind) async throws {
    let registry = try await Registry(kind)
    let entry = try await registry.list(["bad.example"])[0]
    let id = try await file("bad.example", registry)
    _ = try await assign(id, among: reviewers(registry), isNamed: false, registry)
    _ = try await registry.store.suspend(
      entry, reason: "court order", act: registry.act(), answering: nil)
    #expect(try await registry.store.appeal(id).suspended == [])
    _ = try await registry.store.decideAppeal(
      decision(id, "a-fj", .keep, registry), terms: .unguarded, answering: nil
    ).outcome?.get()
    #expect(try await registry.store.entry(entry).state == .suspended)
  }

  @Test(arguments: StoreKind.allCases)
  func `an officer whose country lists the name meanwhile does not decide`(kind: StoreKind) async throws {
    let registry = try await Registry(kind)
    let id = try await file("bad.example", registry)
    #expect(
      try await assign(id, among: [registry.person("a-bb")], isNamed: false, registry).get().entries == [])
    // Whoever has it keeps it, unless somebody else is named.
    let both = [try registry.person("a-gy"), try registry.person("a-bb")]
    let kept = try await assign(id, among: both, isNamed: false, registry).get()
    #expect(kept.assignee == PrincipalID("a-bb"))
    try await registry.list(["bad.example"])
    let judged = try await registry.store.decideAppeal(
      decision(id, "a-bb", .keep, registry), terms: .unguarded, answering: nil
    ).outcome
    #expect(judged == .failure(.countryInvolved))
    let named = try await assign(id, among: [registry.person("a-gy")], isNamed: true, registry).get()
    #expect(named.assignee == PrincipalID("a-gy"))
  }

  @Test(arguments: StoreKind.allCases)
  func `a report counts against its country until the second in which the appeal arrived, a renewal always`(
    kind: StoreKind
  ) async throws {
    let registry = try await Registry(kind)
    let entry = try await registry.list(["bad.example"])[0]
    let id = try await file("bad.example", registry, at: 10)
    func report(_ person: String, at seconds: Double) async throws {
      _ = try await registry.store.submit(
        SubmissionBatch(
          list: registry.list, submitter: try registry.person(person),
          at: Registry.now.addingTimeInterval(seconds), items: try registry.items(["bad.example"])),
        answering: nil as Answering<SubmissionOutcome>?)
    }
    func countries() async throws -> [String] {
      try await registry.store.countriesBehind(id).map(\.text).sorted()
    }
    try await report("a-gy", at: 10)
    try await report("a-fj", at: 11)
    #expect(try await countries() == ["BB", "GY", "JM", "TT"])
    let act = Act(by: try registry.person("b-fj").id, at: Registry.now.addingTimeInterval(12))
    _ = try await registry.store.renew(entry, days: nil, term: .standard, act: act, answering: nil)
    #expect(try await countries() == ["BB", "FJ", "GY", "JM", "TT"])
  }

  @Test(arguments: StoreKind.allCases)
  func `what an officer is about to take off belongs to the case first`(kind: StoreKind) async throws {
    let registry = try await Registry(kind)
    let id = try await file("shop.bad.example", registry)
    _ = try await assign(id, among: [registry.person("a-fj")], isNamed: false, registry)
    let officer = try registry.person("a-fj")
    let nothing = try await registry.store.prepareAppeal(id, for: officer, deciding: nil)
    #expect(nothing == .failure(.nothingListed))
    let entries = try await registry.list(["bad.example"])
    let other = try await registry.store.prepareAppeal(id, for: registry.person("a-gy"), deciding: nil)
    #expect(other == .failure(.notAssignee))
    #expect(try await registry.store.appeal(id).entries == [])
    let prepared = try await registry.store.prepareAppeal(
      id, for: officer, deciding: decision(id, "a-fj", .remove, registry))
    #expect(try prepared.get().entries == entries)
    try await suspend(entries[0], for: id, registry)
    let removed = try await registry.store.decideAppeal(
      decision(id, "a-fj", .remove, registry), terms: .unguarded, answering: nil
    ).outcome
    #expect(try removed?.get().decision == .remove)
    try await registry.expectSound()
  }

  @Test(arguments: StoreKind.allCases)
  func `a case is taken back from who may not have it, and given to who may`(kind: StoreKind) async throws {
    let registry = try await Registry(kind)
    let id = try await file("bad.example", registry)
    _ = try await assign(id, among: [registry.person("a-bb")], isNamed: false, registry)
    try await registry.list(["bad.example"])
    let back = try await assign(id, among: [registry.person("a-bb")], isNamed: false, registry).get()
    #expect(back.state == .received && back.assignee == nil)
    let given = try await assign(id, among: reviewers(registry), isNamed: false, registry).get()
    #expect(given.state == .assigned && given.assignee == PrincipalID("a-fj"))
    let without = try await assign(id, among: [registry.person("a-gy")], isNamed: false, registry).get()
    #expect(without.assignee == PrincipalID("a-gy"), "a-fj cannot come in")
    let trail = try await registry.store.audit(after: 0, limit: 1000).filter { $0.subject == id.text }
    #expect(
      trail.map(\.action) == [
        "appeal-received", "appeal-assigned", "appeal-unassigned", "appeal-assigned", "appeal-assigned",
      ])
    try await registry.expectSound()
  }

  @Test(arguments: StoreKind.allCases)
  func `the clock tells the median and the 95th percentile`(kind: StoreKind) async throws {
    let registry = try await Registry(kind)
    #expect(try await registry.store.appealClock(since: Registry.now) == AppealClock(took: [], open: 0))
    for hours in 1...20 {
      let id = try await file("h\(hours).example", registry, number: UInt8(hours))
      _ = try await assign(id, among: [registry.person("a-fj")], isNamed: false, registry)
      _ = try await registry.store.decideAppeal(
        decision(id, "a-fj", .notListed, registry, at: Double(hours) * 3600), terms: .unguarded,
        answering: nil)
    }
    _ = try await file("open.example", registry, number: 200)
    let clock = try await registry.store.appealClock(since: Registry.now)
    #expect(clock.decided == 20 && clock.open == 1)
    #expect(clock.medianSeconds == 10 * 3600 && clock.ninetyFifthSeconds == 19 * 3600)
    let later = try await registry.store.appealClock(since: Registry.now.addingTimeInterval(20 * 3600))
    #expect(later.decided == 1)
    let page = try await registry.store.appeals(AppealFilter(state: .received), after: 0, limit: 5)
    #expect(page.map(\.name.text) == ["open.example"])
    await #expect(throws: RecordsError.refused(.notFound(.appeal))) {
      try await registry.store.appeal(AppealCase(random: [UInt8](repeating: 255, count: 8)))
    }
  }
}
