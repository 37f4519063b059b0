// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import HTTPMessages

/// The Date field's value, written anew once a second.
struct DateLine {
  private var second: Int64 = -1
  private var text: [UInt8] = []

  /// 29 octets of IMF-fixdate.
  var octets: [UInt8] {
    mutating get {
      let now = MonotonicClock.secondsSince1970
      if now != second {
        second = now
        text = Array(HTTPDate.format(secondsSince1970: now).utf8)
      }
      return text
    }
  }
}
