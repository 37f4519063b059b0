// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import FoundationEssentials
import Ingest
import Publication
import Records
import RecordsSQL
import RecordsSQLite
import SignedManifests
import Testing

@Suite struct ClockTests {
  @Test(arguments: [-1.0, -86_400.0, -8_640_000.0])
  func `a clock that jumps back stops nothing: numbers rise, entries stay, metadata is signed`(
    seconds: Double
  )
    async throws
  {
    let world = try await World()
    try await world.list("http://one.example/")
    _ = try await world.publisher.publish(world.list, under: .empty, act: world.act)
    let before = world.publisher.current
    world.pass(seconds: seconds)
    try await world.publisher.tick()
    #expect(world.publisher.current.lines(world.list) == [".one.example"])
    try await world.list("http://two.example/")
    _ = try await world.publisher.publish(world.list, under: .empty, act: world.act)
    let after = world.publisher.current
    #expect(after.lists[world.list]?.version == ListVersion(2))
    #expect(after.lines(world.list) == [".one.example", ".two.example"])
    #expect(after.seen.metadata.timestamp > before.seen.metadata.timestamp)
    #expect(try await world.records.check() == [])
    // And the right time again, by which what the wrong one signed is soon renewed, or is at once.
    world.pass(seconds: -seconds)
    try await world.publisher.tick()
    let soonest = try #require(world.publisher.current.repository.soonestExpiry)
    #expect(soonest > world.now)
    #expect(try await world.records.check() == [])
  }

  @Test func `a clock that nobody believes ends no lease and signs nothing by itself, but lets people act`()
    async throws
  {
    let world = try await World()
    try await world.list("http://one.example/", "http://two.example/")
    let publisher = try await world.otherPublisher { $0 < World.start.addingTimeInterval(30 * 86_400) }
    _ = try await publisher.publish(world.list, under: .empty, act: world.act)
    let before = publisher.current
    world.pass(seconds: 400 * 86_400)
    try await publisher.tick()
    try await publisher.lapseEnded()
    #expect(publisher.current.lines(world.list) == [".one.example", ".two.example"])
    #expect(publisher.current.seen == before.seen)
    try await world.list("http://three.example/")
    await #expect(throws: PublicationError.self) {
      try await publisher.publish(world.list, under: .empty, act: world.act)
    }
    // Who starts anew by that clock ends none either.
    let again = try await world.otherPublisher { _ in false }
    #expect(again.current.lines(world.list) == [".one.example", ".two.example"])
    let entries = try await world.records.entries(EntryFilter(list: world.list), after: 0, limit: 10)
    let one = try #require(entries.first { $0.entry.text == ".one.example" })
    _ = try await publisher.suspend(one.id, reason: "a mistake", act: world.act)
    #expect(publisher.current.lines(world.list) == [".two.example"])
    // What was signed by that clock is signed anew by the right one, which is believed.
    world.pass(seconds: -400 * 86_400)
    try await publisher.tick()
    let soonest = try #require(publisher.current.repository.soonestExpiry)
    #expect(soonest <= world.now.addingTimeInterval(Double(MetadataLifetimes().timestamp)))
    #expect(publisher.current.lines(world.list) == [".two.example"])
    // And one that is believed ends what has ended.
    world.pass(seconds: 400 * 86_400)
    let believing = try await world.otherPublisher()
    #expect(believing.current.lines(world.list) == [])
  }

  @Test func `a clock that jumps ahead and back again leaves no entry lapsed that was not due`() async throws
  {
    let world = try await World()
    try await world.list("http://one.example/")
    _ = try await world.publisher.publish(world.list, under: .empty, act: world.act)
    world.pass(seconds: 80 * 86_400)
    try await world.publisher.tick()
    world.pass(seconds: -80 * 86_400)
    try await world.publisher.tick()
    #expect(world.publisher.current.lines(world.list) == [".one.example"])
  }
}
