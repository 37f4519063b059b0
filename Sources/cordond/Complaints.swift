// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Synchronization

/// Says what goes wrong again and again when it begins, once an hour while it lasts, and when it is over.
final class Complaints: Sendable {
  private let last = Mutex<(text: String, at: ContinuousClock.Instant)?>(nil)

  func complain(_ text: String) {
    let isNews = last.withLock { last in
      if let last, last.text == text, last.at.duration(to: .now) < .seconds(3_600) { return false }
      last = (text, .now)
      return true
    }
    if isNews { Console.complain(text) }
  }

  func settle() {
    let text = last.withLock { last in
      defer { last = nil }
      return last?.text
    }
    if let text { Console.log("cordond: over: \(text)") }
  }
}
