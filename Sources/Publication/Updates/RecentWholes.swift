// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
private import Dispatch
private import Synchronization

/// Whole lists of the last releases in the compact form, as they are sent in pieces.
///
/// They are packed at one level, whenever and by whichever process: a reader who holds some octets of one can go on with it after a
/// release, after a restart, and with another server on the same store.
final class RecentWholes: Sendable {
  /// Zstandard's level. Another one makes other octets, with another entity tag: whoever is in the middle begins anew.
  static let level: Int32 = 19
  /// Kept at most: some megabytes each for a million entries. Others are made anew when asked for.
  static let maximumKept = 2

  private let kept = Mutex<[ListVersion: PreparedChange]>([:])
  /// One after the other: many who ask at once wait for one.
  private let queue = DispatchQueue(label: "cordon.wholes")

  init() {}

  func ready(_ version: ListVersion) -> PreparedChange? { kept.withLock { $0[version] } }

  /// Keeps one, and drops the oldest.
  func keep(_ whole: PreparedChange) {
    kept.withLock { kept in
      kept[whole.to] = whole
      while kept.count > Self.maximumKept, let oldest = kept.keys.min() { kept[oldest] = nil }
    }
  }

  /// The one that is kept, else one made now, without holding up anybody else.
  func ready(_ version: ListVersion, orMade make: @escaping @Sendable () -> PreparedChange?) async
    -> PreparedChange?
  {
    await withCheckedContinuation { continuation in
      queue.async {
        let whole = self.ready(version) ?? make()
        if let whole { self.keep(whole) }
        continuation.resume(returning: whole)
      }
    }
  }
}
