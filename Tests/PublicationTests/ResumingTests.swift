// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import FoundationEssentials
import Ingest
import ListFormats
import Publication
import Records
import RecordsSQL
import RecordsSQLite
import SignedManifests
import Testing

@Suite struct ResumingTests {
  /// A world that published twice, a backup of it, and what followers saw after two more releases.
  private func rewound() async throws -> (world: World, old: SQLiteRecords, seen: SeenState) {
    let world = try await World()
    try await world.list("http://one.example/")
    _ = try await world.publisher.publish(world.list, under: .empty, act: world.act)
    try await world.list("http://two.example/")
    _ = try await world.publisher.publish(world.list, under: .empty, act: world.act)
    let path = world.folder + "/old.sqlite"
    #expect(try SQLiteBackup.copy(world.folder + "/store.sqlite", to: path) == [])
    for name in ["three", "four"] {
      try await world.list("http://\(name).example/")
      _ = try await world.publisher.publish(world.list, under: .empty, act: world.act)
    }
    return (world, try SQLiteRecords(path: path), world.publisher.current.seen)
  }

  @Test func `after an older state was restored, releases go on beyond what was seen`() async throws {
    let (world, old, seen) = try await rewound()
    let publisher = try await world.otherPublisher(on: old)
    let done = try await publisher.resume(after: seen, act: world.act)
    #expect(done.map(\.held) == [ListVersion(2)])
    #expect(done.map(\.lostThrough) == [ListVersion(4)])
    let list = try #require(publisher.current.lists[world.list])
    #expect(list.version == ListVersion(5))
    #expect(list.blocklist.map(\.text) == [".one.example", ".two.example"])
    #expect(
      try await old.releases(list: world.list, after: .unreleased, limit: 10).map(\.cause) == [
        .publish, .publish, .lost, .lost, .restore,
      ])
    #expect(try await old.check() == [])
    let now = publisher.current.seen
    #expect(now.metadata.timestamp > seen.metadata.timestamp)
    #expect(now.metadata.snapshot > seen.metadata.snapshot)
    #expect(now.metadata.targets > seen.metadata.targets)
  }

  @Test func `no change leads across a restored state, so that followers take the whole list`() async throws {
    let (world, old, seen) = try await rewound()
    _ = try await world.otherPublisher(on: old).resume(after: seen, act: world.act)
    let publisher = try await world.otherPublisher(on: old)
    for since in 0...4 {
      guard
        case .historyGone(oldest: ListVersion(5)) = publisher.current.lists[world.list]?.changes(
          since: ListVersion(UInt64(since)))
      else {
        Issue.record("a change from \(since)")
        continue
      }
    }
    #expect(try await publisher.file(.entries, of: world.list, version: ListVersion(3)) == nil)
    #expect(try await publisher.file(.entries, of: world.list, version: ListVersion(2))?.length == 26)
  }

  @Test func `numbers that may have been given out are not given again`() async throws {
    let (world, old, seen) = try await rewound()
    _ = try await world.otherPublisher(on: old).resume(after: seen, act: world.act)
    let ids = try await old.submissions(SubmissionFilter(), after: 0, limit: 10).map(\.id.number)
    let more = try await world.list("http://three.example/", on: old)
    #expect(ids == [1, 2])
    #expect(more.map(\.submission.number) == [ReleaseDraft.numbersSkipped + 3])
  }

  @Test func `with nothing newer seen, nothing is done`() async throws {
    let (world, _, seen) = try await rewound()
    let before = try await world.records.metadata()
    #expect(try await world.publisher.resume(after: seen, act: world.act).isEmpty)
    #expect(try await world.publisher.resume(after: SeenState(), act: world.act).isEmpty)
    #expect(try await world.records.metadata() == before)
  }

  @Test func `metadata that was only signed afresh is signed beyond what was seen`() async throws {
    let (world, old, _) = try await rewound()
    let publisher = try await world.otherPublisher(on: old)
    var seen = publisher.current.seen
    seen.metadata.timestamp += 7
    #expect(try await publisher.resume(after: seen, act: world.act).isEmpty)
    #expect(publisher.current.seen.metadata.timestamp == seen.metadata.timestamp + 1)
  }

  @Test func `a store that goes back beneath a running publisher is neither shown nor published on`()
    async throws
  {
    let (world, old, _) = try await rewound()
    let running = try await world.otherPublisher(on: old)
    try await world.list("http://five.example/", on: old)
    _ = try await running.publish(world.list, under: .empty, act: world.act)
    // The same process, its store one release back.
    try SQLiteFile.run(
      "DELETE FROM release WHERE version = 3; UPDATE metadata SET octets = x'7b7d' WHERE name = 'timestamp.json'",
      on: world.folder + "/old.sqlite")
    await #expect(throws: PublicationError.self) {
      try await running.publish(world.list, under: .empty, act: world.act)
    }
    #expect(running.current.lists[world.list]?.version == ListVersion(3))
  }

  @Test func `what a mirror or a follower keeps tells what was seen`() async throws {
    let (world, _, seen) = try await rewound()
    let files = world.publisher.current.repository.metadata.mapValues(\.octets)
    #expect(SeenState(metadata: files) == seen)
    let flat = Dictionary(
      files.compactMap { name, octets in
        ["timestamp", "snapshot", "targets"].first { name.contains($0) }.map { ("\($0).json", octets) }
      }
    ) { $0.count > $1.count ? $0 : $1 }
    #expect(!SeenState(metadata: flat).isEmpty)
    #expect(SeenState(metadata: ["timestamp.json": [1, 2, 3], "x.json": []]).isEmpty)
  }
}
