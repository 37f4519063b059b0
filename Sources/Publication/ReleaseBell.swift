// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Synchronization

/// Wakes those who wait for a release: rung once for each new published state.
///
/// A waiter leaves by the bell, by its time running out, or by cancellation, whichever comes first, and exactly once.
final class ReleaseBell: Sendable {
  private struct Waiting {
    var next: UInt64 = 0
    var continuations: [UInt64: CheckedContinuation<Void, Never>] = [:]
  }

  private let waiting = Mutex(Waiting())

  /// Wakes everyone.
  func ring() {
    let all = waiting.withLock { state in
      defer { state.continuations = [:] }
      return state.continuations.values.map(\.self)
    }
    for continuation in all { continuation.resume() }
  }

  /// Returns after the next ring, after `timeout`, or on cancellation. `isDue` is asked once the waiter stands in line, so
  /// that a ring just before is not missed.
  func wait(timeout: Duration, unless isDue: @Sendable () -> Bool) async {
    let ticket = waiting.withLock { state in
      state.next += 1
      return state.next
    }
    let alarm = Task { [self] in
      try? await Task.sleep(for: timeout)
      leave(ticket)
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        waiting.withLock { $0.continuations[ticket] = continuation }
        if Task.isCancelled || isDue() { leave(ticket) }
      }
    } onCancel: {
      leave(ticket)
    }
    alarm.cancel()
  }

  private func leave(_ ticket: UInt64) {
    waiting.withLock { $0.continuations.removeValue(forKey: ticket) }?.resume()
  }
}
