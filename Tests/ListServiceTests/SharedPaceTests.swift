// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Foundation
import Ingest
import ListService
import Records
import Synchronization
import Testing

/// Turns that a store counts for several processes, asked for by many requests of one person at once.
@Suite struct SharedPaceTests {
  /// A store of so many turns that answers after others had time to ask as well.
  private final class Bank: Sendable {
    private let state: Mutex<(left: Int, asked: Int, failures: Int)>

    init(_ left: Int, failures: Int = 0) { state = Mutex((left, 0, failures)) }

    var asked: Int { state.withLock { $0.asked } }

    func take(_ wanted: Int) async throws(RecordsError) -> Turns {
      for _ in 0..<50 { await Task.yield() }
      let answer: Turns? = state.withLock { state in
        state.asked += 1
        guard state.failures == 0 else {
          state.failures -= 1
          return nil
        }
        guard state.left > 0 else { return .wait(.seconds(7)) }
        let granted = min(wanted, state.left)
        state.left -= granted
        return .granted(granted)
      }
      guard let answer else { throw .fault("no connection") }
      return answer
    }
  }

  private let now = Date(timeIntervalSince1970: 1_800_000_000)

  /// How many of so many requests at once came to what.
  private func outcomes(_ count: Int, _ pace: SharedPace) async throws -> [String: Int] {
    let person = try #require(PrincipalID("police-jm"))
    return await withTaskGroup(of: String.self) { group in
      for _ in 0..<count {
        group.addTask { [now] in
          do throws(RecordsError) {
            return try await pace.take(person, now: now) == nil ? "taken" : "refused"
          } catch { return "failed" }
        }
      }
      return await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
    }
  }

  @Test func `requests at the same time cost a turn each, and one after the other asks the store`()
    async throws
  {
    let bank = Bank(600)
    let pace = SharedPace(perMinute: 600) { (_, _, wanted) async throws(RecordsError) in
      try await bank.take(wanted)
    }
    #expect(try await outcomes(595, pace) == ["taken": 595])
    let asked = bank.asked
    #expect(asked <= 60)
    #expect(try await outcomes(5, pace) == ["taken": 5])
    #expect(bank.asked <= asked + 1)
    #expect(try await outcomes(1, pace) == ["refused": 1])
  }

  @Test func `whoever is over the limit is refused, nobody before`() async throws {
    let bank = Bank(95)
    let pace = SharedPace(perMinute: 600) { (_, _, wanted) async throws(RecordsError) in
      try await bank.take(wanted)
    }
    #expect(try await outcomes(100, pace) == ["taken": 95, "refused": 5])
  }

  @Test
  func `a store that fails is not waited for by one after the other, and is asked again by who comes next`()
    async throws
  {
    let bank = Bank(600, failures: 1)
    let pace = SharedPace(perMinute: 600) { (_, _, wanted) async throws(RecordsError) in
      try await bank.take(wanted)
    }
    let found = try await outcomes(100, pace)
    #expect(found["failed", default: 0] >= 1 && found["refused"] == nil)
    #expect(found.values.reduce(0, +) == 100)
    #expect(try await outcomes(1, pace) == ["taken": 1])
    let broken = Bank(600, failures: .max)
    let other = SharedPace(perMinute: 60) { (_, _, wanted) async throws(RecordsError) in
      try await broken.take(wanted)
    }
    #expect(try await outcomes(100, other) == ["failed": 100])
    #expect(broken.asked < 50)
  }

  @Test func `as many turns are asked for as requests wait, but never more than a minute has`() async throws {
    let bank = Bank(60)
    let wanted = Mutex<[Int]>([])
    let pace = SharedPace(perMinute: 60) { (_, _, count) async throws(RecordsError) in
      wanted.withLock { $0.append(count) }
      return try await bank.take(count)
    }
    #expect(try await outcomes(100, pace) == ["taken": 60, "refused": 40])
    #expect(wanted.withLock { $0.allSatisfy { (1...60).contains($0) } && $0.count < 60 })
  }

  @Test func `a store that counts no turns refuses nobody, and nothing is kept for later`() async throws {
    let asked = Atomic(0)
    let pace = SharedPace(perMinute: 600) { (_, _, _) async throws(RecordsError) in
      await Task.yield()
      asked.add(1, ordering: .relaxed)
      return nil
    }
    #expect(try await outcomes(100, pace) == ["taken": 100])
    let before = asked.load(ordering: .relaxed)
    #expect(try await outcomes(1, pace) == ["taken": 1])
    #expect(asked.load(ordering: .relaxed) == before + 1)
  }

  @Test func `turns that were not used within a minute are not kept`() async throws {
    let bank = Bank(600)
    let pace = SharedPace(perMinute: 600) { (_, _, wanted) async throws(RecordsError) in
      try await bank.take(wanted)
    }
    let person = try #require(PrincipalID("police-jm"))
    #expect(try await pace.take(person, now: now) == nil)
    #expect(try await pace.take(person, now: now.addingTimeInterval(59)) == nil)
    #expect(bank.asked == 1)
    #expect(try await pace.take(person, now: now.addingTimeInterval(60)) == nil)
    #expect(bank.asked == 2)
  }
}
