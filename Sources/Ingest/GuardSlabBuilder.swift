// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Names

/// Gathers guarded names in any order, then sorts them.
struct GuardSlabBuilder {
  // Most names differ within their first 16 octets, so that sorting seldom looks into the slab.
  private struct Place {
    let high: UInt64
    let low: UInt64
    let start: UInt32
    let count: UInt8
    let level: GuardLevel
  }

  private var octets: [UInt8] = []
  private var places: [Place] = []

  mutating func reserve(names: Int, octets count: Int) {
    places.reserveCapacity(names)
    octets.reserveCapacity(count)
  }

  mutating func add(_ name: DomainName, _ level: GuardLevel) {
    let start = octets.count
    GuardSlabBuilder.appendReversed(name, to: &octets)
    places.append(
      Place(
        high: word(at: start), low: word(at: start + 8), start: UInt32(truncatingIfNeeded: start),
        count: UInt8(truncatingIfNeeded: octets.count - start), level: level))
  }

  /// The names in order, each once, with its firmest level.
  consuming func slab() -> GuardSlab {
    let octets = octets
    func slice(_ place: Place) -> ArraySlice<UInt8> {
      octets[Int(place.start)..<Int(place.start) + Int(place.count)]
    }
    places.sort { left, right in
      if left.high != right.high { return left.high < right.high }
      if left.low != right.low { return left.low < right.low }
      if slice(left).elementsEqual(slice(right)) { return left.level == .never && right.level != .never }
      return slice(left).lexicographicallyPrecedes(slice(right))
    }
    var slab = GuardSlab()
    slab.reserve(names: places.count, octets: octets.count)
    var last: Place?
    for place in places {
      if let last, last.high == place.high, last.low == place.low, slice(last).elementsEqual(slice(place)) {
        continue
      }
      slab.append(slice(place), place.level)
      last = place
    }
    return slab
  }

  /// The labels of `name` from the top level down.
  static func reversed(_ name: DomainName) -> [UInt8] {
    var key: [UInt8] = []
    appendReversed(name, to: &key)
    return key
  }

  private static func appendReversed(_ name: DomainName, to octets: inout [UInt8]) {
    append(name.text.utf8.span, to: &octets)
  }

  private static func append(_ text: Span<UInt8>, to octets: inout [UInt8]) {
    var end = text.count
    while true {
      var begin = end
      while begin > 0, text[begin - 1] != UInt8(ascii: ".") { begin -= 1 }
      for index in begin..<end { octets.append(text[index]) }
      guard begin > 0 else { return }
      octets.append(GuardSlab.separator)
      end = begin - 1
    }
  }

  // Eight octets from `start`, zeros past the end: in this order names compare as their words do.
  private func word(at start: Int) -> UInt64 {
    var word: UInt64 = 0
    for index in start..<(start + 8) { word = word << 8 | (index < octets.count ? UInt64(octets[index]) : 0) }
    return word
  }
}
