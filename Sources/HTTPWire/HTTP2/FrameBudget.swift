// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// A token bucket in whole milliseconds: `burst` at once, `perSecond` again with time.
struct FrameBudget: Sendable {
  private let rate: HTTP2Limits.Rate
  /// Thousandths of a frame.
  private var left: Int
  private var refilledAt: UInt64

  init(_ rate: HTTP2Limits.Rate, now: UInt64) {
    self.rate = rate
    left = rate.burst * 1000
    refilledAt = now
  }

  /// - Returns: whether one more is allowed.
  mutating func spend(now: UInt64) -> Bool {
    if now > refilledAt {
      // A day fills every bucket.
      let passed = Int(min(now - refilledAt, 86_400_000))
      left = min(rate.burst * 1000, left + passed * rate.perSecond)
      refilledAt = now
    }
    guard left >= 1000 else { return false }
    left -= 1000
    return true
  }

  /// Allows `count` more, up to the burst.
  mutating func refund(_ count: Int) { left = min(rate.burst * 1000, left + count * 1000) }
}
