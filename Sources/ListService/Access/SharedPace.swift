// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

package import FoundationEssentials
package import Ingest
package import Records
private import Synchronization

/// Turns of principals that the store counts for all processes on it. They are taken some at a time, so that not every request asks
/// the store: what one process took and does not use within a minute is lost to the others, and no more than that. Of one principal's
/// requests one at a time asks, and those that come meanwhile share in its answer: a hundred at once that each asked for some would
/// claim more than a minute holds and have the last of them refused while turns lie unused.
package final class SharedPace: Sendable {
  /// Asks the store for turns, as `Records.takeTurns` does; nil if the store counts none.
  package typealias Ask =
    @Sendable (_ principal: PrincipalID, _ perMinute: Int, _ wanted: Int) async throws(RecordsError) -> Turns?

  private enum Word {
    case taken
    /// Ask for so many.
    case ask(Int)
    case refused(Duration)
    case failed(RecordsError)
  }

  private struct Account {
    var left = 0
    var until = Date.distantPast
    var asks = false
    /// As many as requests are open.
    var waiting: [CheckedContinuation<Word, Never>] = []
  }

  private let perMinute: Int
  /// A sixtieth of a minute's.
  private let atOnce: Int
  private let ask: Ask
  /// As many accounts as principals that ever asked.
  private let accounts = Mutex<[PrincipalID: Account]>([:])

  package init(perMinute: Int, ask: @escaping Ask) {
    self.perMinute = perMinute
    self.ask = ask
    atOnce = max(1, perMinute / 60)
  }

  /// Nil if a turn was taken, else how long there is none.
  package func take(_ principal: PrincipalID, now: Date) async throws(RecordsError) -> Duration? {
    switch await turn(of: principal, now: now) {
    case .taken: return nil
    case .refused(let wait): return wait
    case .failed(let error): throw error
    case .ask(let wanted): return try await askFor(wanted, of: principal, now: now)
    }
  }

  private func askFor(
    _ wanted: Int, of principal: PrincipalID, now: Date
  ) async throws(RecordsError) -> Duration? {
    let turns: Turns?
    do throws(RecordsError) { turns = try await ask(principal, perMinute, wanted) } catch {
      // Those who wait would only meet the same, each after another: a store that does not answer in time lets nobody wait twice.
      release(principal, .failed(error))
      throw error
    }
    switch turns {
    case nil: settle(principal, turns: .max, now: now)
    case .granted(let count): settle(principal, turns: max(0, count - 1), now: now)
    case .wait(let wait):
      release(principal, .refused(wait))
      return wait
    }
    return nil
  }

  /// A turn that was kept, the word to ask, or what came of another's asking.
  private func turn(of principal: PrincipalID, now: Date) async -> Word {
    await withCheckedContinuation { continuation in
      let word: Word? = accounts.withLock { accounts in
        var account = accounts[principal] ?? Account()
        defer { accounts[principal] = account }
        if account.left > 0, account.until > now {
          account.left -= 1
          return .taken
        }
        guard account.asks else {
          account.asks = true
          return .ask(atOnce)
        }
        account.waiting.append(continuation)
        return nil
      }
      if let word { continuation.resume(returning: word) }
    }
  }

  /// Hands `turns` to those who wait, first come first served, and keeps what is over; if they do not suffice, the next one asks.
  /// All that there could be are turns of a store that counts none: nothing of them is kept.
  private func settle(_ principal: PrincipalID, turns: Int, now: Date) {
    let (served, next, wanted) = accounts.withLock { accounts in
      var account = accounts[principal] ?? Account()
      defer { accounts[principal] = account }
      let kept = account.until > now ? account.left : 0
      let served = account.waiting.prefix(turns)
      var others = account.waiting.dropFirst(served.count)
      let next = others.popFirst()
      account.waiting = Array(others)
      account.asks = next != nil
      if turns < .max {
        account.left = kept + turns - served.count
        account.until = now.addingTimeInterval(60)
      }
      // As many as wait now are needed at once.
      return (Array(served), next, max(atOnce, min(account.waiting.count + 1, perMinute)))
    }
    for each in served { each.resume(returning: .taken) }
    next?.resume(returning: .ask(wanted))
  }

  /// Tells all who wait the same.
  private func release(_ principal: PrincipalID, _ word: Word) {
    let waiting = accounts.withLock { accounts in
      var account = accounts[principal] ?? Account()
      defer { accounts[principal] = account }
      defer { account.waiting = [] }
      account.asks = false
      return account.waiting
    }
    for each in waiting { each.resume(returning: word) }
  }
}
