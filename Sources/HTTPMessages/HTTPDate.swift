// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// IMF-fixdate of RFC 9110 §5.6.7, as in the Date field.
public enum HTTPDate {
  private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// The text for a moment in seconds since 1970, years 1970 to 9999; always 29 octets.
  public static func format(secondsSince1970 seconds: Int64) -> String {
    let day = seconds / 86_400
    let second = seconds % 86_400
    let (year, month, dayOfMonth) = civilDate(dayNumber: day)
    let clock = [second / 3600, second / 60 % 60, second % 60].map(twoDigits)
    return "\(days[Int(day % 7)]), \(twoDigits(dayOfMonth)) \(months[Int(month) - 1]) \(year) "
      + clock.joined(separator: ":") + " GMT"
  }

  private static func twoDigits(_ value: Int64) -> String {
    value < 10 ? "0\(value)" : "\(value)"
  }

  /// The Gregorian date of a day counted from 1970-01-01, by eras of 400 years that begin in March,
  /// so that the leap day is the last of its year.
  private static func civilDate(dayNumber: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = dayNumber + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }
}
