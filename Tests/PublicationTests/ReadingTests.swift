// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import Compression
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
    _ = try await world.publisher.publish(world.list, under: .empty, act: world.act)
    try await world.list("http://two.example/")
    _ = try await world.publisher.publish(world.list, under: .empty, act: world.act)
    _ = try await world.publisher.suspend(entries[0].id, reason: "gone", act: world.act)
    return world
  }

  @Test func `changes are merged from any kept release to the latest`() async throws {
    let world = try await world()
    let list = try #require(world.publisher.current.lists[world.list])
    guard case .changed(let latest) = list.changes(since: .unreleased), latest == ListVersion(3),
      case .changed = list.changes(since: ListVersion(2))
    else { Issue.record("no delta"); return }
    func change(_ since: UInt64, _ to: UInt64 = 3) -> PreparedChange? {
      list.updates.change(.init(since: ListVersion(since), to: ListVersion(to), form: .text))
    }
    #expect(change(0)?.file.octets == Array("+.two.example\n".utf8))
    #expect(change(2)?.file.octets == Array("-.one.example\n".utf8))
    #expect(change(2)?.digest == list.blocklist.digest)
    #expect(change(0, 1)?.file.octets == Array("+.one.example\n".utf8))
    #expect(change(1, 2)?.file.octets == Array("+.two.example\n".utf8))
    #expect(change(3, 2) == nil && change(0, 4) == nil)
  }

  @Test func `a compact change is made once, and leads from any kept release to any later one`() async throws
  {
    let list = try #require(try await world().publisher.current.lists[try ListName("worst-of")])
    var lists: [Blocklist] = [.empty]
    for version in 1...3 {
      let request = ReleaseUpdates.Request(
        since: .unreleased, to: ListVersion(UInt64(version)), form: .compact)
      let whole = try #require(list.updates.change(request))
      #expect(list.updates.ready(request)?.file == whole.file)
      lists.append(try whole.compact.delta(from: .none).applied(to: .empty))
    }
    #expect(lists[3] == list.blocklist)
    for since in 1..<3 {
      for to in since + 1...3 {
        let change = try #require(
          list.updates.change(
            .init(since: ListVersion(UInt64(since)), to: ListVersion(UInt64(to)), form: .compact)))
        let older = change.compactFrom == .unreleased ? Blocklist.empty : lists[since]
        #expect(try change.compact.delta(from: older.entries).applied(to: older) == lists[to])
        #expect(try CompactUpdate(parsing: change.file.octets).to == ListVersion(UInt64(to)))
      }
    }
  }

  @Test func `the step to a new release is ready when it is shown`() async throws {
    let list = try #require(try await world().publisher.current.lists[try ListName("worst-of")])
    for form in [PreparedChange.Form.text, .compact] {
      #expect(list.updates.ready(.init(since: ListVersion(2), to: ListVersion(3), form: form)) != nil)
    }
  }

  @Test func `what is shown is packed in the background, and answered so from then on`() async throws {
    let world = try await World()
    for number in 0..<200 { try await world.list("http://name-\(number).example/") }
    let showing = world.publisher.showing
    _ = try await world.publisher.publish(world.list, under: .empty, act: world.act)
    await world.publisher.packed()
    // Once as it was made, and once more when it was packed, which may be before anybody looks.
    #expect(world.publisher.showing == showing + 2)
    let files = try #require(world.publisher.current.lists[world.list]?.files)
    for (format, file) in files {
      #expect(file.packed.codings == [.zstd, .gzip], "\(format)")
      let packed = try #require(file.packed.octets(.gzip))
      #expect(try Gzip.decompress(packed, length: file.octets.count) == file.octets)
    }
  }

  @Test func `metadata for updates is what a reader lacks, in the order it needs it`() async throws {
    let update = try await world().publisher.current.repository.update
    let held = update.inForce
    #expect(held.root == 1 && held.timestamp > 1 && held.snapshot > 1)
    func names(_ held: UpdateMetadata.Held) throws -> [String]? {
      guard let packed = update.lacking(held) else { return nil }
      return try CompactUpdate(from: .unreleased, to: .unreleased, metadata: packed, change: .none).metadata()
        .map(\.name)
    }
    let snapshot = "\(held.snapshot).snapshot.json"
    let below = try #require(try names(.init(root: 1, timestamp: held.timestamp, snapshot: 1)))
    #expect(below.first == snapshot && below.count == 2 && below[1].hasSuffix(".targets.json"))
    #expect(try names(.init()) == ["1.root.json", "timestamp.json"] + below)
    #expect(try names(.init(root: 1, timestamp: 1, snapshot: held.snapshot)) == ["timestamp.json"])
    #expect(try names(held) == nil)
    // Who claims more than there is lacks nothing either.
    #expect(try names(.init(root: 9, timestamp: .max, snapshot: .max)) == nil)
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

  @Test
  func `history reaches back as many days before the latest release and no further, after a restart too`()
    async throws
  {
    let world = try await World(keptDays: 2)
    let day = 86_400.0
    for (name, after) in [("one", 0), ("two", day), ("three", day), ("four", 1)] {
      world.pass(seconds: after)
      try await world.list("http://\(name).example/")
      _ = try await world.publisher.publish(world.list, under: .empty, act: world.act)
      let oldest: UInt64 = name == "four" ? 1 : 0
      for publisher in [world.publisher, try await world.otherPublisher(keptDays: 2)] {
        #expect(publisher.current.lists[world.list]?.history.oldest == ListVersion(oldest), "\(name)")
      }
    }
    let list = try #require(world.publisher.current.lists[world.list])
    guard case .changed = list.changes(since: ListVersion(1)),
      case .historyGone(ListVersion(1)) = list.changes(since: .unreleased)
    else { Issue.record("history has another length"); return }
    let behind = try await world.otherPublisher(keptDays: 2)
    world.pass(seconds: 3 * day)
    for name in ["five", "six"] {
      try await world.list("http://\(name).example/")
      _ = try await world.publisher.publish(world.list, under: .empty, act: world.act)
    }
    try await behind.catchUp()
    for publisher in [world.publisher, behind] {
      #expect(publisher.current.lists[world.list]?.history.oldest == ListVersion(4))
    }
  }

  @Test func `a restart shows the same octets`() async throws {
    let world = try await world()
    let again = try await world.otherPublisher().current
    let shown = world.publisher.current
    #expect(again.lists[world.list]?.files == shown.lists[world.list]?.files)
    #expect(again.repository.metadata == shown.repository.metadata)
    #expect(again.repository.targets == shown.repository.targets)
    let request = ReleaseUpdates.Request(since: ListVersion(1), to: ListVersion(3), form: .text)
    let change = try #require(again.lists[world.list]?.updates.change(request))
    #expect(change.file.octets == Array("-.one.example\n+.two.example\n".utf8))
  }

  @Test func `an earlier release is rendered again octet by octet`() async throws {
    let world = try await World()
    try await world.list("http://one.example/")
    _ = try await world.publisher.publish(world.list, under: .empty, act: world.act)
    let before = world.publisher.current.lists[world.list]?.files ?? [:]
    try await world.list("http://two.example/")
    _ = try await world.publisher.publish(world.list, under: .empty, act: world.act)
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
    _ = try await world.publisher.publish(world.list, under: .empty, act: world.act)
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
