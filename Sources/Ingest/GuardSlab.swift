// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Names

/// Guarded names in one run of octets, each with its labels from the top level down, in order: about 20 octets a name.
struct GuardSlab: Sendable {
  private(set) var octets: [UInt8] = []
  /// Where each name begins, and where the last one ends.
  private(set) var starts: [UInt32] = [0]
  private(set) var levels: [GuardLevel] = []

  /// Between labels. Below every octet of a label, so that what lies below a name follows it directly.
  static let separator: UInt8 = 0

  var count: Int { levels.count }

  /// Adds a name, which must come after all others.
  mutating func append(_ key: some Sequence<UInt8>, _ level: GuardLevel) {
    octets.append(contentsOf: key)
    starts.append(UInt32(truncatingIfNeeded: octets.count))
    levels.append(level)
  }

  mutating func reserve(names: Int, octets count: Int) {
    octets.reserveCapacity(count)
    starts.reserveCapacity(names + 1)
    levels.reserveCapacity(names)
  }

  func key(_ index: Int) -> ArraySlice<UInt8> { octets[Int(starts[index])..<Int(starts[index + 1])] }

  /// The name at `index`, as it was given.
  func name(_ index: Int) -> DomainName? {
    let labels = key(index).split(separator: Self.separator).reversed()
    let text = Array(labels.joined(separator: [UInt8(ascii: ".")]))
    return try? DomainName(canonical: String(decoding: text, as: UTF8.self))
  }

  /// The first name that does not come before `wanted`.
  func lowerBound(_ wanted: [UInt8]) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if key(middle).lexicographicallyPrecedes(wanted) { low = middle + 1 } else { high = middle }
    }
    return low
  }

  func index(of wanted: [UInt8]) -> Int? {
    let index = lowerBound(wanted)
    return index < count && key(index).elementsEqual(wanted) ? index : nil
  }

  /// Those of both; of a name in both, the firmer level.
  func merging(_ other: GuardSlab) -> GuardSlab {
    var merged = GuardSlab()
    merged.reserve(names: count + other.count, octets: octets.count + other.octets.count)
    var (left, right) = (0, 0)
    while left < count || right < other.count {
      if right == other.count || left < count && key(left).lexicographicallyPrecedes(other.key(right)) {
        merged.append(key(left), levels[left])
        left += 1
      } else if left == count || other.key(right).lexicographicallyPrecedes(key(left)) {
        merged.append(other.key(right), other.levels[right])
        right += 1
      } else {
        merged.append(key(left), levels[left] == .never ? .never : other.levels[right])
        left += 1
        right += 1
      }
    }
    return merged
  }
}
