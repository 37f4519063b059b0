// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import FoundationEssentials
internal import HTTPMessages
internal import Ingest
internal import Records
private import Synchronization

/// Turns of principals that the store counts for all processes on it. They are taken some at a time, so that not every request asks
/// the store: what one process took and does not use within a minute is lost to the others, and no more than that.
final class SharedPace: Sendable {
  private struct Taken {
    var left: Int
    var until: Date
  }

  private let perMinute: Int
  /// A sixtieth of a minute's.
  private let atOnce: Int
  private let taken = Mutex<[PrincipalID: Taken]>([:])

  init(perMinute: Int) {
    self.perMinute = perMinute
    atOnce = max(1, perMinute / 60)
  }

  /// - Throws: `rate-limited` with the seconds to wait; what the store throws.
  func take(_ principal: PrincipalID, now: Date, from context: ServiceContext) async throws(Problem) {
    guard !takeKept(principal, now: now) else { return }
    let turns = try await context.stored { [perMinute, atOnce] (records) throws(RecordsError) in
      try await records.takeTurns(of: principal, perMinute: perMinute, wanted: atOnce)
    }
    switch turns {
    case nil: return
    case .granted(let count):
      guard count > 1 else { return }
      taken.withLock { taken in
        // Others of the same principal may have taken some meanwhile.
        let kept = taken[principal].map { $0.until > now ? $0.left : 0 } ?? 0
        taken[principal] = Taken(left: kept + count - 1, until: now.addingTimeInterval(60))
      }
    case .wait(let wait):
      throw Problem(.rateLimited, fields: ["Retry-After": String(max(1, wait.components.seconds + 1))])
    }
  }

  private func takeKept(_ principal: PrincipalID, now: Date) -> Bool {
    taken.withLock { taken in
      guard let kept = taken[principal], kept.left > 0, kept.until > now else { return false }
      taken[principal] = Taken(left: kept.left - 1, until: kept.until)
      return true
    }
  }
}
