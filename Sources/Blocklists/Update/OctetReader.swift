// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Reads numbers and runs of octets from the first to the last, and refuses with the offset.
struct OctetReader {
  let octets: ArraySlice<UInt8>
  private(set) var position: Int

  init(_ octets: ArraySlice<UInt8>) {
    self.octets = octets
    position = octets.startIndex
  }

  /// How far it has read, from 0.
  var offset: Int { position - octets.startIndex }
  /// How many octets are left.
  var left: Int { octets.endIndex - position }
  var isAtEnd: Bool { left == 0 }

  mutating func octet() throws(BlocklistError) -> UInt8 {
    guard position < octets.endIndex else { throw refusal(.incomplete) }
    defer { position += 1 }
    return octets[position]
  }

  /// An unsigned number, seven bits an octet, the lowest first, in its shortest form (LEB128).
  mutating func number() throws(BlocklistError) -> UInt64 {
    let start = offset
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      let octet = try octet()
      let bits = UInt64(octet & 0x7F)
      guard shift < 63 || shift == 63 && octet <= 1 else { throw .update(at: start, .misspelledNumber) }
      value |= bits << shift
      if octet & 0x80 == 0 {
        guard octet != 0 || shift == 0 else { throw .update(at: start, .misspelledNumber) }
        return value
      }
      shift += 7
    }
  }

  /// A number of at most `limit`, refused as `refusal` when larger.
  mutating func number(upTo limit: Int, _ refusal: UpdateRefusal) throws(BlocklistError) -> Int {
    let start = offset
    let value = try number()
    guard value <= UInt64(max(0, limit)) else { throw .update(at: start, refusal) }
    return Int(value)
  }

  mutating func run(_ count: Int) throws(BlocklistError) -> ArraySlice<UInt8> {
    guard count <= left else { throw refusal(.incomplete) }
    defer { position += count }
    return octets[position..<position + count]
  }

  /// The octets up to the next line feed, which is read over.
  mutating func line() throws(BlocklistError) -> ArraySlice<UInt8> {
    let start = position
    while position < octets.endIndex {
      position += 1
      if octets[position - 1] == Octet.lineFeed { return octets[start..<position - 1] }
    }
    throw refusal(.incomplete)
  }

  func refusal(_ rule: UpdateRefusal) -> BlocklistError { .update(at: offset, rule) }
}

extension [UInt8] {
  /// Writes `number` as `OctetReader.number()` reads it.
  mutating func append(number: UInt64) {
    var rest = number
    while rest > 0x7F {
      append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    append(UInt8(rest))
  }
}
