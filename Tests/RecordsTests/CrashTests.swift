// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Foundation
import Records
import RecordsSQLite
import Testing

@Suite(.serialized) struct CrashTests {
  private static let rounds = ProcessInfo.processInfo.environment["CORDON_LONG_TESTS"] == "1" ? 300 : 20

  /// A store lives through this many deaths before the next one starts afresh.
  private static let roundsPerStore = 10

  @Test func `killed at random instants, a store holds all that was acknowledged`() async throws {
    var acknowledged = 0
    for first in stride(from: 0, to: Self.rounds, by: Self.roundsPerStore) {
      let folder = TemporaryFolder()
      let path = folder.path + "/store.sqlite"
      var lines: [String] = []
      for round in first..<min(first + Self.roundsPerStore, Self.rounds) {
        // Some deaths fall into the opening itself.
        let instant = Duration.milliseconds(Int.random(in: round % 4 == 0 ? 1...60 : 30...400))
        let outcome = try await CrashWriter(store: path, prefix: "r\(round)").run(for: instant)
        #expect(outcome.failures == [])
        #expect(outcome.status == nil, "\(outcome.lines)")
        lines += outcome.lines
        let store = try SQLiteRecords(path: path)
        #expect(try await AcknowledgedWrites(store: store).missing(of: lines) == [], "after \(instant)")
        #expect(try await store.check() == [], "after \(instant)")
        await store.close()
      }
      acknowledged += lines.count
    }
    #expect(acknowledged > 20 * Self.rounds)
  }
}
