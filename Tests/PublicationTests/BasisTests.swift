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

/// A release is made from text; the same made from a value for each entry, the slow and obvious way, is what it must be.
@Suite struct BasisTests {
  @Test(arguments: seeds)
  func `what is read as text is what was read as values, whatever happened before`(seed: UInt64) async throws
  {
    var history = try await RandomHistory(seed: seed)
    for _ in 0..<40 { try await history.step() }
    #expect(history.releases >= 3)
  }

  private static let seeds: ClosedRange<UInt64> =
    ProcessInfo.processInfo.environment["CORDON_LONG_TESTS"] == "1" ? 1...100 : 1...3

  @Test func `a publisher that shows an older release reads the one in force`() async throws {
    let world = try await World()
    try await world.list("http://one.example/", "http://two.example/")
    let other = try await world.otherPublisher()
    _ = try await world.publisher.publish(world.list, under: .empty, act: world.act)
    try await world.list("http://three.example/")
    _ = try await other.publish(world.list, under: .empty, act: world.act)
    #expect(other.current.lines(world.list) == [".one.example", ".three.example", ".two.example"])
    #expect(other.current.lists[world.list]?.version == ListVersion(2))
  }
}

/// Steps of any kind on one list, each followed by a comparison.
private struct RandomHistory {
  private let world: World
  private var chance: SplitMix
  private(set) var releases = 0

  init(seed: UInt64) async throws {
    world = try await World()
    chance = SplitMix(state: seed)
  }

  mutating func step() async throws {
    switch chance.number(below: 10) {
    case 0...3: try await list()
    case 4, 5: try await publish()
    case 6: try await suspend()
    case 7: try await revert()
    case 8: try await renew()
    default: try await lapse()
    }
  }

  private func basis() async throws -> PublicationBasis {
    let values = try await world.records.publicationBasis(list: world.list, at: world.now)
    let half = values.live.enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element)
    let inquiry = EntryInquiry(
      ids: half.map(\.id) + [EntryID(number: 999)], entries: half.suffix(3).map(\.entry))
    let text = try await world.records.liveEntries(list: world.list, at: world.now, asking: inquiry)
    #expect(text.basis == values.basis)
    #expect(text.text == Array(values.live.map { $0.entry.text + "\n" }.joined().utf8))
    #expect(text.found == half)
    return values
  }

  /// Names over few labels, so that one covers another often.
  private mutating func list() async throws {
    let labels = ["a", "b", "www", "c-d"]
    let parts = (0...chance.number(below: 3)).map { _ in labels[chance.number(below: labels.count)] }
    let host = parts.joined(separator: ".") + (chance.number(below: 2) == 0 ? ".one.example" : ".two.example")
    let scope: ScopeChoice = chance.number(below: 2) == 0 ? .host : .subtree
    let live = try await basis().live.map(\.entry)
    let entry = try BlocklistEntry(name: DomainName(canonical: host), scope: .host)
    // What is blocked already would be joined to what blocks it.
    guard !live.contains(where: { $0.blocks(entry) || $0.name.text == host }) else { return }
    let shortened = host.hasPrefix("www.") ? String(host.dropFirst(4)) : host
    guard !live.contains(where: { $0.name.text == shortened }) else { return }
    try await world.list("http://\(host)/", scope: scope)
  }

  private mutating func publish() async throws {
    let basis = try await basis()
    let guards = try guardsNow()
    let held = Set(basis.held.map(\.id))
    let withheld = basis.live.filter { !held.contains($0.id) && !guards.lets(back: $0.entry) }
    let kept = basis.live.filter { !withheld.contains($0) }.map(\.entry)
    var told: [BlocklistEntry]?
    try await expect(try Blocklist(entries: kept)) { world in
      do {
        let made = try await world.publisher.publish(
          world.list, under: GuardTerms(guards, narrowCountries: 2), act: world.act
        ).outcome
        told = made?.withheld
        return made?.release.version
      } catch PublicationError.allWithheld(let entries) {
        #expect(entries == withheld.map(\.entry))
        throw PublicationError.nothingToPublish
      }
    }
    if let told { #expect(told == withheld.map(\.entry)) }
    for entry in withheld {
      #expect(try await world.records.entry(entry.id).state == (told == nil ? .listed : .suspended))
    }
  }

  private mutating func guardsNow() throws -> GuardList {
    switch chance.number(below: 8) {
    case 0: try Self.guards("one.example", .never)
    case 1: try Self.guards("www.a.two.example", .never)
    case 2: try Self.guards("two.example", .narrow)
    default: .empty
    }
  }

  private static func guards(_ name: String, _ level: GuardLevel) throws -> GuardList {
    GuardList([GuardEntry(name: try DomainName(canonical: name), level: level, reason: "shared")])
  }

  private mutating func suspend() async throws {
    let basis = try await basis()
    guard !basis.live.isEmpty else { return }
    let id = basis.live[chance.number(below: basis.live.count)].id
    let kept = basis.held.filter { $0.id != id }.map(\.entry)
    try await expect(try Blocklist(entries: kept)) {
      try await $0.publisher.suspend(id, reason: "wrong host", act: $0.act).outcome?.release?.version
    }
  }

  private mutating func revert() async throws {
    let basis = try await basis()
    guard let latest = basis.latest?.version.number else { return }
    let version = ListVersion(UInt64(1 + chance.number(below: Int(latest))))
    let older = try await world.records.publishedEntries(
      list: world.list, version: ListVersion(version.number - 1))
    let newer = try await world.records.publishedEntries(list: world.list, version: version)
    let added = newer.filter { entry in !older.contains { $0.blocks(entry) } }
    let removed = older.filter { !newer.contains($0) }
    let guards = chance.number(below: 3) == 0 ? try Self.guards("one.example", .never) : .empty
    let suspended = try await world.records.entries(
      EntryFilter(list: world.list, state: .suspended), after: 0, limit: 1000)
    let back = suspended.filter {
      $0.lease.runs(at: world.now) && removed.contains($0.entry) && guards.lets(back: $0.entry)
    }
    // An entry whose text is listed again by another cannot come back, and the store refuses the revert.
    guard Set(back.map(\.entry)).count == back.count,
      !back.contains(where: { one in
        basis.live.contains { $0.entry == one.entry }
      })
    else { return }
    let kept = basis.held.map(\.entry).filter { !added.contains($0) }
    try await expect(try Blocklist(entries: kept + back.map(\.entry))) {
      try await $0.publisher.revert(
        $0.list, version: version, reason: "wrong file", under: GuardTerms(guards), act: $0.act
      )
      .outcome?.version
    }
  }

  private mutating func renew() async throws {
    let live = try await basis().live
    guard !live.isEmpty else { return }
    _ = try await world.records.renew(
      live[chance.number(below: live.count)].id, days: 90, term: .standard, approval: nil, act: world.act,
      answering: nil)
  }

  private mutating func lapse() async throws {
    world.pass(seconds: Double(chance.number(below: 20)) * 86_400 + 0.5)
    let basis = try await basis()
    let expected = try Blocklist(entries: basis.held.map(\.entry))
    try await expect(expected) { world in
      let before = world.publisher.current.lists[world.list]?.version
      try await world.publisher.tick()
      let after = world.publisher.current.lists[world.list]?.version
      return before == after ? nil : after
    }
  }

  /// What a step must leave in force, whether it made a release or had nothing to release.
  private mutating func expect(
    _ expected: Blocklist, after action: (World) async throws -> ListVersion?
  ) async throws {
    let before = world.publisher.current.lists[world.list]
    do {
      guard let version = try await action(world) else {
        #expect(before?.blocklist ?? .empty == expected)
        return
      }
      releases += 1
      #expect(world.publisher.current.lists[world.list]?.version == version)
    } catch PublicationError.nothingToPublish, PublicationError.nothingToRevert,
      PublicationError.guardedMeanwhile, PublicationError.takenOffOtherwise
    {
      #expect(before?.blocklist ?? .empty == expected)
      return
    }
    #expect(world.publisher.current.lists[world.list]?.blocklist == expected)
    let stored = try await world.records.publishedText(
      list: world.list, version: world.publisher.current.lists[world.list]?.version ?? .unreleased)
    #expect(stored == expected.octets)
  }
}

extension BlocklistEntry {
  /// Whether this blocks all that `other` does.
  fileprivate func blocks(_ other: BlocklistEntry) -> Bool {
    if self == other { return true }
    return scope == .subtree && (other.name == name || other.name.text.hasSuffix("." + name.text))
  }
}

extension PublicationBasis {
  /// The live entries that the list in force blocks.
  fileprivate var held: [ListedEntry] {
    live.filter { entry in published.contains { $0.blocks(entry.entry) } }
  }
}

private struct SplitMix {
  var state: UInt64

  mutating func number(below limit: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((value ^ (value >> 31)) % UInt64(limit))
  }
}
