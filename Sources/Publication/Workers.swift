// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Dispatch
private import Synchronization

/// Work that takes processors for a while: done on all of them at once, and away from the threads that tasks run on.
enum Workers {
  private static let queue = DispatchQueue(label: "cordon.workers", attributes: .concurrent)

  /// What `work` makes of each of `items`, in their order. The first are begun first.
  static func map<Item: Sendable, Made: Sendable>(
    _ items: [Item], _ work: @escaping @Sendable (Item) -> Made
  ) async -> [Made] {
    await withCheckedContinuation { continuation in
      queue.async {
        let made = Mutex<[Int: Made]>([:])
        DispatchQueue.concurrentPerform(iterations: items.count) { index in
          let one = work(items[index])
          made.withLock { $0[index] = one }
        }
        continuation.resume(returning: made.withLock { made in items.indices.compactMap { made[$0] } })
      }
    }
  }
}
