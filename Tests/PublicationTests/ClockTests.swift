// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import FoundationEssentials
import Ingest
import Publication
import Records
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
