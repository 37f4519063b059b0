// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Synchronization

/// Keeps a store's lock until it is let go.
final class LockHolder: Sendable {
  private let lock: Mutex<StoreLock?>

  init(_ lock: consuming sending StoreLock) {
    self.lock = Mutex(lock)
  }

  func release() { lock.withLock { $0 = nil } }

}
