// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import CCurl

/// Dates in answers.
public enum ReceivedDate {
  /// Seconds since 1970 for a date in any of the three forms that HTTP knows (RFC 9110 §5.6.7); nil for what libcurl takes for no date.
  public static func secondsSince1970(_ text: String) -> Int64? {
    let seconds = unsafe curl_getdate(text, nil)
    return seconds == -1 ? nil : Int64(seconds)
  }
}
