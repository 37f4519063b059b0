// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Synchronization

/// How much the content of all requests that are being received may take on disk.
final class SpoolBudget: Sendable {
  /// Octets in all.
  let octets: Int
  private let taken = Atomic<Int>(0)

  init(octets: Int) { self.octets = octets }

  /// - Returns: whether there was room for so many more.
  func take(_ count: Int) -> Bool {
    let after = taken.add(count, ordering: .relaxed).newValue
    guard after > octets else { return true }
    giveBack(count)
    return false
  }

  func giveBack(_ count: Int) { taken.subtract(count, ordering: .relaxed) }

  /// Octets taken now.
  var inUse: Int { taken.load(ordering: .relaxed) }
}
