// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import FoundationEssentials

/// Times as Cordon writes them everywhere: RFC 3339 in UTC to the second, `2026-11-23T21:00:00Z`.
public enum RFC3339 {
  /// `date` to the second below, years 0000 to 9999.
  public static func format(_ date: Date) -> String {
    let seconds = min(max(date.timeIntervalSince1970.rounded(.down), earliest), latest)
    let total = Int64(seconds)
    let days = total.flooringQuotient(86_400)
    let time = total - days * 86_400
    let (year, month, day) = civil(fromDays: days)
    return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
      + "T\(padded(time / 3600, 2)):\(padded(time / 60 % 60, 2)):\(padded(time % 60, 2))Z"
  }

  /// The time `text` names: exactly the form ``format(_:)`` writes, a real day, no leap second.
  public static func parse(_ text: String) -> Date? {
    let octets = Array(text.utf8)
    guard octets.count == 20, octets[4] == UInt8(ascii: "-"), octets[7] == UInt8(ascii: "-"),
      octets[10] == UInt8(ascii: "T"), octets[13] == UInt8(ascii: ":"),
      octets[16] == UInt8(ascii: ":"), octets[19] == UInt8(ascii: "Z"),
      let year = number(octets[0..<4]), let month = number(octets[5..<7]),
      let day = number(octets[8..<10]), let hour = number(octets[11..<13]),
      let minute = number(octets[14..<16]), let second = number(octets[17..<19]),
      hour < 24, minute < 60, second < 60
    else { return nil }
    let days = daysFromCivil(year, month, day)
    guard civil(fromDays: days) == (year, month, day) else { return nil }
    return Date(timeIntervalSince1970: Double(days * 86_400 + hour * 3600 + minute * 60 + second))
  }

  private static let earliest = -62_167_219_200.0
  private static let latest = 253_402_300_799.0

  private static func padded(_ value: Int64, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }

  private static func number(_ digits: ArraySlice<UInt8>) -> Int64? {
    var value: Int64 = 0
    for digit in digits {
      guard digit >= 0x30, digit <= 0x39 else { return nil }
      value = value * 10 + Int64(digit - 0x30)
    }
    return value
  }

  /// Days since 1970-01-01 in the proleptic Gregorian calendar, counting years from March.
  private static func daysFromCivil(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let year = month <= 2 ? year - 1 : year
    let era = year.flooringQuotient(400)
    let yearOfEra = year - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  private static func civil(fromDays days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = days + 719_468
    let era = shifted.flooringQuotient(146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth + (shiftedMonth < 10 ? 3 : -9)
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
  }
}

extension Int64 {
  fileprivate func flooringQuotient(_ divisor: Int64) -> Int64 {
    self >= 0 ? self / divisor : (self - divisor + 1) / divisor
  }
}
