// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import CLinux
private import Glibc
private import Synchronization

/// Work that other threads leave for a reactor, and the descriptor that wakes it for it.
final class Mailbox: Sendable {
  private struct Contents {
    var work: [@Sendable () -> Void] = []
    var isClosed = false
  }

  /// Readable while work waits.
  let bell: Int32
  private let contents = Mutex(Contents())

  init() { bell = cordon_bell_create() }

  deinit { close(bell) }

  /// Leaves `work`; it is dropped once the mailbox is closed.
  func post(_ work: @escaping @Sendable () -> Void) {
    let isFirst = contents.withLock { contents in
      guard !contents.isClosed else { return false }
      contents.work.append(work)
      return contents.work.count == 1
    }
    // The descriptor lives as long as this object, which the caller holds.
    if isFirst { cordon_bell_ring(bell) }
  }

  /// Everything left so far, in order.
  func take() -> [@Sendable () -> Void] {
    cordon_bell_clear(bell)
    return contents.withLock { contents in
      defer { contents.work = [] }
      return contents.work
    }
  }

  /// Drops what is left and all that comes.
  func close() {
    contents.withLock { contents in
      contents.isClosed = true
      contents.work = []
    }
  }

  private func close(_ descriptor: Int32) { _ = Glibc.close(descriptor) }
}
