// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Which streams there were, so that a frame for one that is gone gets the error that RFC 9113 §5.1 gives it.
struct HTTP2StreamHistory {
  /// Runs of streams passed over, and resets of ours, that are remembered at most.
  private static let capacity = 128

  private(set) var highest: Int32 = 0
  private var skipped: [ClosedRange<Int32>] = []
  private var resetByUs: [Int32] = []

  /// HEADERS of a client's stream began.
  mutating func note(_ stream: Int32) {
    guard stream > highest, stream & 1 == 1 else { return }
    let next = highest == 0 ? 1 : highest + 2
    if stream > next {
      if skipped.count == Self.capacity { skipped.removeFirst() }
      skipped.append(next...stream - 2)
    }
    highest = stream
  }

  /// The peer may not know yet, so frames may still come.
  mutating func noteReset(_ stream: Int32) {
    if resetByUs.count == Self.capacity { resetByUs.removeFirst() }
    resetByUs.append(stream)
  }

  /// What to make of HEADERS or DATA on a stream that is not open; nil for nothing.
  func error(of stream: Int32) -> HTTP2ErrorCode? {
    guard stream & 1 == 1, stream <= highest, !resetByUs.contains(stream) else { return nil }
    return skipped.contains { $0.contains(stream) } ? .protocolError : .streamClosed
  }
}
