// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// A text whose percent-encoding is undone, and undone again while some is left.
struct PercentLayers {
  /// More layers than addresses have that were passed on from service to service.
  static let most = 8

  /// What is left when nothing more can be undone.
  private(set) var octets: [UInt8]
  /// Where each of them begins in the text as given.
  private(set) var origins: [Int]

  init(_ text: Span<UInt8>) {
    octets = []
    octets.reserveCapacity(text.count)
    for index in text.indices { octets.append(text[index]) }
    origins = Array(0..<text.count)
  }

  /// Undoes all layers.
  ///
  /// - Returns: Nil, or where an encoding stands that is left after `most` of them.
  mutating func decode() -> Int? {
    for _ in 0..<Self.most where !decodeLayer() { return nil }
    return octets.indices.first { Self.octet(octets.span, at: $0) != nil }.map { origins[$0] }
  }

  /// Undoes one layer. Whether there was any.
  private mutating func decodeLayer() -> Bool {
    var (to, from) = (0, 0)
    while from < octets.count {
      let decoded = Self.octet(octets.span, at: from)
      octets[to] = decoded ?? octets[from]
      origins[to] = origins[from]
      to += 1
      from += decoded == nil ? 1 : 3
    }
    octets.removeLast(from - to)
    origins.removeLast(from - to)
    return from > to
  }

  /// What the three characters at `index` stand for; nil when they are no percent-encoding.
  static func octet(_ text: Span<UInt8>, at index: Int) -> UInt8? {
    guard text[index] == UInt8(ascii: "%"), index + 2 < text.count, let high = digit(text[index + 1]),
      let low = digit(text[index + 2])
    else { return nil }
    return high << 4 | low
  }

  /// The value of a hexadecimal digit.
  static func digit(_ octet: UInt8) -> UInt8? {
    switch octet {
    case 0x30...0x39: octet &- 0x30
    case 0x41...0x46, 0x61...0x66: (octet | 0x20) &- 0x57
    default: nil
    }
  }
}
