// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Synchronization
internal import Records

/// An answer that is given once, to whoever waits; what comes later is dropped.
final class Answer<Value: Sendable>: Sendable {
  private let waiting: Mutex<CheckedContinuation<Result<Value, RecordsError>, Never>?>

  init(_ continuation: CheckedContinuation<Result<Value, RecordsError>, Never>) {
    waiting = Mutex(continuation)
  }

  var isGiven: Bool { waiting.withLock { $0 == nil } }

  func give(_ result: Result<Value, RecordsError>) {
    let continuation = waiting.withLock { waiting in
      defer { waiting = nil }
      return waiting
    }
    continuation?.resume(returning: result)
  }
}

/// What an addition made, between its turn in a shared transaction and the commit.
final class Made<Value: Sendable>: Sendable {
  let value = Mutex<Value?>(nil)
}
