// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import Foundation
import Ingest
import ListFormats
import Publication
import Records
import Testing

@Suite struct ReadingTests {
  /// Three releases: one, two, then one suspended.
  private func world(keptReleases: Int = 10_000) async throws -> World {
    let world = try await World(keptReleases: keptReleases)
    let entries = try await world.list("http://one.example/")
    _ = try await world.publisher.publish(world.list, act: world.act)
    try await world.list("http://two.example/")
    _ = try await world.publisher.publish(world.list, act: world.act)
    _ = try await world.publisher.suspend(entries[0].id, reason: "gone", act: world.act)
    return world
  }

  @Test func `changes are merged from any kept release to the latest`() async throws {
    let world = try await world()
    let list = try #require(world.publisher.current.lists[world.list])
    guard case .changed(let all) = list.changes(since: .unreleased),
      case .changed(let last) = list.changes(since: ListVersion(2))
    else { Issue.record("no delta"); return }
    #expect(all.delta.additions.map(\.text) == [".two.example"] && all.delta.removals.isEmpty)
    #expect(last.delta.removals.map(\.text) == [".one.example"] && last.delta.additions.isEmpty)
    #expect(last.release.digest == list.blocklist.digest)
  }

  @Test func `the latest release has no changes, a later one is ahead`() async throws {
    let list = try #require(try await world().publisher.current.lists[try ListName("worst-of")])
    guard case .current = list.changes(since: ListVersion(3)) else { Issue.record("not current"); return }
    guard case .aheadOfServer(let latest) = list.changes(since: ListVersion(4)) else {
      Issue.record("not ahead")
      return
    }
    #expect(latest == ListVersion(3))
  }

  @Test func `history reaches back as many releases as are kept and no further`() async throws {
    let world = try await world(keptReleases: 2)
    let list = try #require(world.publisher.current.lists[world.list])
    guard case .changed = list.changes(since: ListVersion(1)) else {
      Issue.record("kept history is gone"); return
    }
    guard case .historyGone(let oldest) = list.changes(since: .unreleased) else {
      Issue.record("history reaches too far")
      return
    }
    #expect(oldest == ListVersion(1))
  }

  @Test func `a restart shows the same octets`() async throws {
    let world = try await world()
    let again = try await world.otherPublisher().current
    let shown = world.publisher.current
    #expect(again.lists[world.list]?.files == shown.lists[world.list]?.files)
    #expect(again.repository.metadata == shown.repository.metadata)
    #expect(again.repository.targets == shown.repository.targets)
    guard case .changed(let delta) = again.lists[world.list]?.changes(since: ListVersion(1)) else {
      Issue.record("no delta after a restart")
      return
    }
    #expect(delta.delta.additions.map(\.text) == [".two.example"])
  }

  @Test func `an earlier release is rendered again octet by octet`() async throws {
    let world = try await World()
    try await world.list("http://one.example/")
    _ = try await world.publisher.publish(world.list, act: world.act)
    let before = world.publisher.current.lists[world.list]?.files ?? [:]
    try await world.list("http://two.example/")
    _ = try await world.publisher.publish(world.list, act: world.act)
    for format in ListFormat.allCases {
      let again = try await world.publisher.file(format, of: world.list, version: ListVersion(1))
      #expect(again != nil && again == before[format])
    }
    #expect(try await world.publisher.file(.entries, of: world.list, version: ListVersion(3)) == nil)
  }

  @Test func `a waiter is woken by the release it waits for`() async throws {
    let world = try await World()
    try await world.list("http://one.example/")
    async let waited: Void = world.publisher.waitForRelease(
      world.list, after: .unreleased, timeout: .seconds(60))
    _ = try await world.publisher.publish(world.list, act: world.act)
    await waited
    #expect(world.publisher.current.lists[world.list]?.version == ListVersion(1))
  }

  @Test func `a waiter leaves when its time is over or its task is cancelled`() async throws {
    let world = try await World()
    await world.publisher.waitForRelease(world.list, after: .unreleased, timeout: .milliseconds(20))
    let task = Task {
      await world.publisher.waitForRelease(world.list, after: .unreleased, timeout: .seconds(3_600))
    }
    task.cancel()
    await task.value
    #expect(world.publisher.current.lists[world.list]?.version == .unreleased)
  }
}
