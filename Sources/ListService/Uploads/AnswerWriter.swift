// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Dispatch
internal import Ingest
internal import Records
private import Synchronization

/// Writes a long answer on a thread of its own while the store goes on, never more than one append behind; a short one at once.
final class AnswerWriter: Sendable {
  /// An answer about so many items is short.
  static let itemsAtOnce = 1_000

  private let queue: DispatchQueue?
  private let answer: Mutex<SubmissionAnswer>

  init(items: Int, contentOctets: Int) {
    queue = items > Self.itemsAtOnce ? DispatchQueue(label: "cordon.answer") : nil
    answer = Mutex(SubmissionAnswer(items: items, contentOctets: contentOctets))
  }

  /// - Parameter outcomes: what became of those of `items` that were admitted.
  func append(_ items: [Result<AdmittedItem, ItemRefusal>], _ outcomes: [SubmissionOutcome.Item]) {
    guard let queue else { return write(items, outcomes) }
    queue.sync {}
    queue.async { [self] in write(items, outcomes) }
  }

  private func write(_ items: [Result<AdmittedItem, ItemRefusal>], _ outcomes: [SubmissionOutcome.Item]) {
    answer.withLock { $0.append(items, outcomes) }
  }

  /// All that was appended. Nothing is appended after.
  func finish() -> SubmissionAnswer {
    queue?.sync {}
    return answer.withLock { answer in
      // Taken out, lest it be copied when it is changed.
      let whole = answer
      answer = SubmissionAnswer(items: 0, contentOctets: 0)
      return whole
    }
  }
}
