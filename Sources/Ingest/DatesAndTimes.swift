// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Dates and times of day in a text for people: digits that carry nothing else, however many there are.
enum DatesAndTimes {
  /// `octets` with each date and time made blanks. Each stands as a word of its own: `2026-11-27`, `27.11.2026`, `14:05`,
  /// `2026-11-27T14:05:09Z`, of a year that people live in.
  static func blanked(_ octets: [UInt8]) -> [UInt8] {
    var octets = octets
    var start = 0
    while start < octets.count {
      var end = start
      while end < octets.count, belongsToWord(octets[end]) { end += 1 }
      var word = octets[start..<end]
      // The end of a sentence.
      while word.last == UInt8(ascii: ".") || word.last == UInt8(ascii: ":") { word.removeLast() }
      if isMoment(word) {
        for index in word.indices { octets[index] = UInt8(ascii: " ") }
      }
      start = end + 1
    }
    return octets
  }

  private static func belongsToWord(_ octet: UInt8) -> Bool {
    switch octet {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x80...: true
    case UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: ":"), UInt8(ascii: "+"),
      UInt8(ascii: "_"), UInt8(ascii: "="):
      true
    default: false
    }
  }

  private static func isMoment(_ word: ArraySlice<UInt8>) -> Bool {
    if isDate(word) || isTime(word) { return true }
    let halves = word.split(separator: UInt8(ascii: "T"), omittingEmptySubsequences: false)
    return halves.count == 2 && isDate(halves[0]) && isTime(halves[1])
  }

  /// Year first or last, the day before the month or behind it.
  private static func isDate(_ word: ArraySlice<UInt8>) -> Bool {
    for mark in "-/.".utf8 {
      let fields = word.split(separator: mark, omittingEmptySubsequences: false)
      guard fields.count == 3 else { continue }
      let numbers = fields.compactMap { number($0, digits: 1...4) }
      guard numbers.count == 3 else { return false }
      let yearFirst = fields[0].count == 4
      guard fields[yearFirst ? 0 : 2].count == 4, (1900...2099).contains(numbers[yearFirst ? 0 : 2]) else {
        return false
      }
      let (one, other) = yearFirst ? (numbers[1], numbers[2]) : (numbers[0], numbers[1])
      return (1...31).contains(one) && (1...31).contains(other) && min(one, other) <= 12
    }
    return false
  }

  private static func isTime(_ word: ArraySlice<UInt8>) -> Bool {
    let local = word.last == UInt8(ascii: "Z") ? word.dropLast() : word
    let fields = local.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    let numbers = fields.compactMap { number($0, digits: 2...2) }
    guard (2...3).contains(fields.count), numbers.count == fields.count else { return false }
    return numbers[0] < 24 && numbers.dropFirst().allSatisfy { $0 < 60 }
  }

  private static func number(_ field: ArraySlice<UInt8>, digits: ClosedRange<Int>) -> Int? {
    guard digits.contains(field.count), field.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return field.reduce(0) { $0 * 10 + Int($1 - 0x30) }
  }
}
