// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import Foundation
import Ingest
import ListFormats
import Publication
import Records
import RecordsSQL
import RecordsSQLite
import Testing

@Suite struct ReleaseTests {
  @Test func `approved names are released under consecutive numbers`() async throws {
    let world = try await World()
    try await world.list("http://one.example/", "http://two.example/")
    let first = try await world.publisher.publish(world.list, under: .empty, act: world.act).outcome
    try await world.list("http://three.example/")
    let second = try await world.publisher.publish(world.list, under: .empty, act: world.act).outcome
    #expect(first?.release.version == ListVersion(1) && second?.release.version == ListVersion(2))
    #expect(first?.withheld == [] && second?.withheld == [])
    #expect(world.publisher.current.lines(world.list) == [".one.example", ".three.example", ".two.example"])
  }

  @Test func `nothing new is no release`() async throws {
    let world = try await World()
    await #expect { try await world.publisher.publish(world.list, under: .empty, act: world.act) } throws: {
      error in
      if case PublicationError.nothingToPublish = error { true } else { false }
    }
    #expect(world.publisher.current.lists[world.list]?.version == .unreleased)
  }

  @Test func `a preview changes nothing`() async throws {
    let world = try await World()
    try await world.list("http://one.example/")
    let preview = try await world.publisher.preview(world.list, under: .empty)
    #expect(preview.delta.additions.map(\.text) == [".one.example"])
    #expect(try await world.records.latestRelease(list: world.list) == nil)
  }

  @Test func `suspending goes out at once and carries nothing unpublished`() async throws {
    let world = try await World()
    let entries = try await world.list("http://one.example/", "http://two.example/")
    _ = try await world.publisher.publish(world.list, under: .empty, act: world.act)
    try await world.list("http://waiting.example/")
    let outcome = try await world.publisher.suspend(entries[0].id, reason: "wrong host", act: world.act)
      .outcome
    #expect(outcome?.release?.version == ListVersion(2))
    #expect(world.publisher.current.lines(world.list) == [".two.example"])
  }

  @Test func `suspending an entry nobody has published makes no release`() async throws {
    let world = try await World()
    let entries = try await world.list("http://one.example/")
    let outcome = try await world.publisher.suspend(entries[0].id, reason: "wrong host", act: world.act)
      .outcome
    #expect(outcome != nil && outcome?.release == nil)
    #expect(try await world.records.entry(entries[0].id).state == .suspended)
  }

  @Test func `a name below a suspended subtree stays when it was approved itself`() async throws {
    let world = try await World()
    try await world.list("http://deep.one.example/")
    let wide = try await world.list("http://one.example/")
    _ = try await world.publisher.publish(world.list, under: .empty, act: world.act)
    #expect(world.publisher.current.lines(world.list) == [".one.example"])
    _ = try await world.publisher.suspend(wide[0].id, reason: "too wide", act: world.act)
    #expect(world.publisher.current.lines(world.list) == [".deep.one.example"])
  }

  @Test func `a revert takes off what the release added`() async throws {
    let world = try await World()
    try await world.list("http://one.example/")
    _ = try await world.publisher.publish(world.list, under: .empty, act: world.act)
    try await world.list("http://two.example/", "http://three.example/")
    _ = try await world.publisher.publish(world.list, under: .empty, act: world.act)
    let reverted = try await world.publisher.revert(
      world.list, version: ListVersion(2), reason: "wrong file", under: .empty, act: world.act)
    #expect(reverted.outcome?.version == ListVersion(3))
    #expect(world.publisher.current.lines(world.list) == [".one.example"])
  }

  @Test func `a revert of a suspension lists the entry again`() async throws {
    let world = try await World()
    let entries = try await world.list("http://one.example/", "http://two.example/")
    _ = try await world.publisher.publish(world.list, under: .empty, act: world.act)
    _ = try await world.publisher.suspend(entries[0].id, reason: "by mistake", act: world.act)
    _ = try await world.publisher.revert(
      world.list, version: ListVersion(2), reason: "undo", under: .empty, act: world.act)
    #expect(world.publisher.current.lines(world.list) == [".one.example", ".two.example"])
    #expect(try await world.records.entry(entries[0].id).state == .listed)
  }

  @Test func `a revert does not bring back an entry whose lease has ended`() async throws {
    let world = try await World()
    let entries = try await world.list("http://one.example/")
    _ = try await world.publisher.publish(world.list, under: .empty, act: world.act)
    _ = try await world.publisher.suspend(entries[0].id, reason: "for now", act: world.act)
    world.pass(seconds: 90 * 86_400)
    await #expect {
      try await world.publisher.revert(
        world.list, version: ListVersion(2), reason: "undo", under: .empty, act: world.act)
    } throws: { error in
      if case PublicationError.nothingToRevert = error { true } else { false }
    }
  }

  @Test(arguments: [0, 2]) func `only a release that exists can be reverted`(version: UInt64) async throws {
    let world = try await World()
    try await world.list("http://one.example/")
    _ = try await world.publisher.publish(world.list, under: .empty, act: world.act)
    await #expect {
      try await world.publisher.revert(
        world.list, version: ListVersion(version), reason: "", under: .empty, act: world.act)
    } throws: { error in
      if case PublicationError.unknownRelease = error { true } else { false }
    }
  }

  @Test func `a lease that ended lapses by itself, one that has a second left does not`() async throws {
    let world = try await World()
    try await world.list("http://one.example/")
    _ = try await world.publisher.publish(world.list, under: .empty, act: world.act)
    world.pass(seconds: 90 * 86_400 - 1)
    try await world.publisher.tick()
    #expect(world.publisher.current.lines(world.list) == [".one.example"])
    world.pass(seconds: 1)
    try await world.publisher.tick()
    #expect(world.publisher.current.lines(world.list).isEmpty)
    #expect(try await world.records.latestRelease(list: world.list)?.cause == .lapse)
  }

  @Test func `two publishers on one store never give one number twice`() async throws {
    let world = try await World()
    let other = try await world.otherPublisher()
    for round in 0..<8 {
      try await world.list("http://left\(round).example/", "http://right\(round).example/")
      async let left = try? world.publisher.publish(world.list, under: .empty, act: world.act)
      async let right = try? other.publish(world.list, under: .empty, act: world.act)
      _ = await (left, right)
    }
    try await world.publisher.tick()
    let versions = try await world.records.releases(list: world.list, after: .unreleased, limit: 100).map(
      \.version.number)
    #expect(versions == Array(1...UInt64(versions.count)))
    #expect(world.publisher.current.lines(world.list).count == 16)
    #expect(try await world.records.check() == [])
  }

  @Test func `what one process publishes the other serves after its next tick`() async throws {
    let world = try await World()
    let other = try await world.otherPublisher()
    try await world.list("http://one.example/")
    _ = try await world.publisher.publish(world.list, under: .empty, act: world.act)
    #expect(other.current.lines(world.list).isEmpty)
    try await other.tick()
    #expect(other.current.lines(world.list) == [".one.example"])
  }
}
