// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Ingest
private import Synchronization

/// What the store did with the items of a request, told out of the transaction, which may be undone.
final class StoredItems: Sendable {
  /// Items refused for what is on record.
  struct Refused {
    private(set) var count = 0
    /// The first of them.
    private(set) var told: [ItemRefusal] = []

    mutating func add(_ refusal: ItemRefusal) {
      count += 1
      if told.count < Judgement.toldRefusals { told.append(refusal) }
    }
  }

  /// Whether one refused item refuses the whole.
  let mode: SubmissionBody.Mode
  private let state = Mutex(Refused())

  init(mode: SubmissionBody.Mode) { self.mode = mode }

  /// Of the latest transaction.
  var refused: Refused {
    get { state.withLock { $0 } }
    set { state.withLock { $0 = newValue } }
  }
}
