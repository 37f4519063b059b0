// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Lets one task at a time through, in order of arrival; actors alone do not, since they take in others while they await.
package actor SerialGate {
  private var isTaken = false
  private var queue: [CheckedContinuation<Void, Never>] = []

  package init() {}

  package func enter() async {
    guard isTaken else {
      isTaken = true
      return
    }
    await withCheckedContinuation { queue.append($0) }
  }

  package func leave() {
    guard !queue.isEmpty else {
      isTaken = false
      return
    }
    queue.removeFirst().resume()
  }
}
