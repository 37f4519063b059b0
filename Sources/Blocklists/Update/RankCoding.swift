// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Removals as ranks in the list they are taken from: ascending numbers below a bound, by their gaps.
///
/// `count`, then one octet `k`, then each gap (the ranks skipped) as Golomb-Rice: the gap's high part in ones and a zero, its `k`
/// low bits, highest first; the last octet is filled with zeros. Within a few percent of the entropy of a random choice.
enum RankCoding {
  static let maximumParameter = 40

  static func encode(_ ranks: [Int]) -> [UInt8] {
    var octets: [UInt8] = []
    octets.append(number: UInt64(ranks.count))
    let gaps = zip(ranks, [-1] + ranks).map { rank, before in UInt64(rank - before - 1) }
    let parameter = bestParameter(gaps)
    octets.append(UInt8(parameter))
    var bits = BitWriter()
    for gap in gaps {
      for _ in 0..<(gap >> UInt64(parameter)) { bits.append(true) }
      bits.append(false)
      for place in stride(from: parameter - 1, through: 0, by: -1) {
        bits.append(gap >> UInt64(place) & 1 == 1)
      }
    }
    return octets + bits.octets
  }

  /// The parameter that makes it shortest; the smallest of several.
  private static func bestParameter(_ gaps: [UInt64]) -> Int {
    var best = (parameter: 0, bits: UInt64.max)
    for parameter in 0...maximumParameter {
      var bits: UInt64 = 0
      for gap in gaps {
        bits = bits.addingReportingOverflow((gap >> UInt64(parameter)) + UInt64(parameter) + 1).partialValue
      }
      if bits < best.bits { best = (parameter, bits) }
    }
    return best.parameter
  }

  /// The ranks spelled by `octets`, each below `bound`.
  static func decode(_ octets: ArraySlice<UInt8>, below bound: Int, limit: Int) throws(BlocklistError)
    -> [Int]
  {
    var reader = OctetReader(octets)
    let count = try reader.number(upTo: min(bound, limit), .tooMany)
    guard count > 0 else { throw .update(at: 0, .empty) }
    let parameter = Int(try reader.octet())
    guard parameter <= maximumParameter else { throw .update(at: reader.offset - 1, .notCanonical) }
    let start = reader.offset
    var bits = BitReader(try reader.run(reader.left), offset: start)
    // Each rank takes a bit at least, so that no count makes room for what is not there.
    guard count <= bits.left else { throw .update(at: 0, .tooMany) }
    var ranks: [Int] = []
    ranks.reserveCapacity(count)
    var next = 0
    for _ in 0..<count {
      var high = 0
      while try bits.next() {
        high += 1
        guard high << parameter < bound else { throw .update(at: bits.octet, .noSuchEntry) }
      }
      var low = 0
      for _ in 0..<parameter { low = low << 1 | (try bits.next() ? 1 : 0) }
      let (rank, overflows) = next.addingReportingOverflow(high << parameter | low)
      guard !overflows, rank < bound else { throw .update(at: bits.octet, .noSuchEntry) }
      ranks.append(rank)
      next = rank + 1
    }
    guard bits.isFilledWithZeros else { throw .update(at: bits.octet, .notCanonical) }
    guard encode(ranks).elementsEqual(octets) else { throw .update(at: start - 1, .notCanonical) }
    return ranks
  }
}

/// Bits into octets, the highest bit first.
private struct BitWriter {
  private(set) var octets: [UInt8] = []
  private var free = 0

  mutating func append(_ bit: Bool) {
    if free == 0 {
      octets.append(0)
      free = 8
    }
    free -= 1
    if bit { octets[octets.count - 1] |= 1 << UInt8(free) }
  }
}

private struct BitReader {
  private let octets: ArraySlice<UInt8>
  private let offset: Int
  private var position = 0

  init(_ octets: ArraySlice<UInt8>, offset: Int) {
    self.octets = octets
    self.offset = offset
  }

  var left: Int { octets.count * 8 - position }
  /// The offset of the octet that the last bit came from.
  var octet: Int { offset + max(0, position - 1) / 8 }

  mutating func next() throws(BlocklistError) -> Bool {
    guard left > 0 else { throw .update(at: offset + octets.count, .incomplete) }
    defer { position += 1 }
    return octets[octets.startIndex + position / 8] >> UInt8(7 - position % 8) & 1 == 1
  }

  /// Whether less than an octet is left, all zeros.
  var isFilledWithZeros: Bool {
    var rest = self
    guard left < 8 else { return false }
    while rest.left > 0 { if (try? rest.next()) != false { return false } }
    return true
  }
}
