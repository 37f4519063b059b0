// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Ingest
private import Synchronization

/// How much the content of all requests that are being received may take on disk, and that of one person's.
final class SpoolBudget: Sendable {
  private struct Taken {
    var all = 0
    var people: [PrincipalID: Int] = [:]
  }

  /// Octets in all.
  let octets: Int
  /// Octets of one person, who may have many requests arrive and end none of them.
  let share: Int
  private let taken = Mutex(Taken())

  /// - Parameter one: what one request may bring: whoever may send it has room for it, if the whole has.
  init(octets: Int, one: Int) {
    self.octets = octets
    share = min(octets, max(octets / 4, one))
  }

  /// - Returns: whether there was room for so many more.
  func take(_ count: Int, for person: PrincipalID) -> Bool {
    taken.withLock { taken in
      let own = taken.people[person, default: 0] + count
      guard taken.all + count <= octets, own <= share else { return false }
      taken.all += count
      taken.people[person] = own
      return true
    }
  }

  /// Takes room for what can do without: only while half of all, and of the person's share, stays free for content that arrives.
  func takeSpare(_ count: Int, for person: PrincipalID) -> Bool {
    taken.withLock { taken in
      let own = taken.people[person, default: 0] + count
      guard taken.all + count <= octets / 2, own <= share / 2 else { return false }
      taken.all += count
      taken.people[person] = own
      return true
    }
  }

  /// Whether there is room for so many more just now; it is not kept.
  func hasRoom(for count: Int, of person: PrincipalID) -> Bool {
    taken.withLock { $0.all + count <= octets && $0.people[person, default: 0] + count <= share }
  }

  func giveBack(_ count: Int, from person: PrincipalID) {
    guard count > 0 else { return }
    taken.withLock { taken in
      taken.all -= count
      let own = taken.people[person, default: 0] - count
      taken.people[person] = own > 0 ? own : nil
    }
  }
}
