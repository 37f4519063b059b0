// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Foundation
import Records
import Testing

@Suite(.serialized) struct CrashLoopTests {
  /// 300 when told so by `CORDON_LONG_TESTS=1`.
  private static let rounds = ProcessInfo.processInfo.environment["CORDON_LONG_TESTS"] == "1" ? 300 : 20

  /// A store lives through this many deaths before the next one starts afresh.
  private static let roundsPerStore = 10

  @Test(arguments: StoreKind.allCases)
  func `killed at random instants, a store holds all that was acknowledged`(kind: StoreKind) async throws {
    var acknowledged = 0
    for first in stride(from: 0, to: Self.rounds, by: Self.roundsPerStore) {
      let folder = TemporaryFolder()
      let place = try kind.place(in: folder.path)
      var lines: [String] = []
      for round in first..<min(first + Self.roundsPerStore, Self.rounds) {
        // Some deaths fall into the opening itself.
        let instant = Duration.milliseconds(Int.random(in: round % 4 == 0 ? 1...60 : 30...400))
        let outcome = try await CrashWriter(store: kind.spelled(place), prefix: "r\(round)").run(for: instant)
        #expect(outcome.failures == [])
        #expect(outcome.status == nil, "\(outcome.lines)")
        lines += outcome.lines
        try await expectAll(lines, kind, place, "after \(instant)")
      }
      acknowledged += lines.count
    }
    #expect(acknowledged > Self.rounds)
  }

  @Test func `with its database killed at random instants, a store holds all that was acknowledged`()
    async throws
  {
    let cluster = try PostgresCluster()
    var acknowledged = 0
    for first in stride(from: 0, to: Self.rounds, by: Self.roundsPerStore) {
      let place = try cluster.database()
      var lines: [String] = []
      for round in first..<min(first + Self.roundsPerStore, Self.rounds) {
        let instant = Duration.milliseconds(Int.random(in: 20...500))
        let writer = CrashWriter(store: StoreKind.postgresql.spelled(place), prefix: "r\(round)")
        async let writing = writer.run(for: instant + .milliseconds(Int.random(in: 0...1_500)))
        try await Task.sleep(for: instant)
        cluster.crash()
        cluster.start()
        let outcome = try await writing
        // Only one whose database died while it opened the store ends by itself, and says so.
        let isUnopened = outcome.status == 1 && outcome.lines.last?.hasPrefix("failed opening") == true
        #expect(outcome.status == nil || isUnopened, "\(outcome.lines.suffix(3))")
        lines += outcome.lines.filter { !$0.hasPrefix("failed") }
        try cluster.sql("SELECT 1", on: "postgres")
        try await expectAll(lines, .postgresql, place, "after \(instant)")
      }
      acknowledged += lines.count
    }
    #expect(acknowledged > Self.rounds)
  }

  private func expectAll(_ lines: [String], _ kind: StoreKind, _ place: String, _ when: Comment) async throws
  {
    let store = try kind.open(place)
    #expect(try await AcknowledgedWrites(store: store).missing(of: lines) == [], when)
    #expect(try await store.check() == [], when)
    await store.close()
  }
}

extension StoreKind {
  /// As the writer takes it.
  fileprivate func spelled(_ place: String) -> String { self == .sqlite ? place : "postgresql:\(place)" }
}
