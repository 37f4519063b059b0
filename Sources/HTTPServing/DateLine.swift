// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import HTTPMessages

/// The Date field's value, written anew once a second.
struct DateLine {
  private(set) var second: Int64 = -1
  /// 29 octets of IMF-fixdate.
  private(set) var octets: [UInt8] = []

  init() { refresh() }

  /// Looks at the clock.
  /// - Returns: whether a new second has begun.
  @discardableResult
  mutating func refresh() -> Bool {
    let now = MonotonicClock.secondsSince1970
    guard now != second else { return false }
    second = now
    octets = Array(HTTPDate.format(secondsSince1970: now).utf8)
    return true
  }
}
