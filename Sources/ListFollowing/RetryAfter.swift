// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import FoundationEssentials
private import HTTPFetching
private import HTTPMessages

/// How long a server asks to be left alone (RFC 9110 §10.2.3).
enum RetryAfter {
  /// The longest that is kept, in seconds.
  static let longestSeconds = 86_400.0

  /// Until when, as a 429 or a 503 says it in seconds or as a date; nil when it does not.
  static func date(in answer: TransportAnswer, at now: Date) -> Date? {
    guard answer.status == 429 || answer.status == 503, let text = answer.fields["Retry-After"] else {
      return nil
    }
    let isNumber = !text.isEmpty && text.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
    // More digits than fit mean "long".
    let seconds =
      isNumber
      ? Double(Int(text) ?? .max)
      : ReceivedDate.secondsSince1970(text).map { Double($0) - now.timeIntervalSince1970 }
    guard let seconds, seconds > 0 else { return nil }
    return now.addingTimeInterval(min(seconds, longestSeconds))
  }
}
