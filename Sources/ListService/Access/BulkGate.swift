// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import HTTPServing

/// Lets one large request at a time be worked on: the store takes them one after the other anyway, and so the memory that
/// the work needs is that of one, however many wait with their content.
actor BulkGate {
  /// Requests with less content pass beside the gate, in octets.
  static let largeOctets = 1 << 20

  private var isBusy = false
  private var waiting: [CheckedContinuation<Void, Never>] = []

  /// The outcome of `work`, once those who came before are through.
  nonisolated func pass<Value: Sendable>(
    octets: Int, _ work: () async throws(Problem) -> Value
  ) async throws(Problem) -> Value {
    guard octets > Self.largeOctets else { return try await work() }
    await enter()
    let result: Result<Value, Problem>
    do throws(Problem) { result = .success(try await work()) } catch { result = .failure(error) }
    ProcessMemory.giveBack()
    await leave()
    return try result.get()
  }

  private func enter() async {
    guard isBusy else {
      isBusy = true
      return
    }
    await withCheckedContinuation { waiting.append($0) }
  }

  private func leave() {
    if waiting.isEmpty { isBusy = false } else { waiting.removeFirst().resume() }
  }
}
