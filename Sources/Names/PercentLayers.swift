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

  /// `text` with all layers undone; nil when more than `most` are found.
  static func undone(_ text: Span<UInt8>) -> [UInt8]? {
    var octets: [UInt8] = []
    octets.reserveCapacity(text.count)
    guard undo(text, to: &octets) else { return octets }
    for _ in 1..<most {
      let layer = octets
      octets.removeAll(keepingCapacity: true)
      guard undo(layer.span, to: &octets) else { return octets }
    }
    return octets.indices.contains { octet(octets.span, at: $0) != nil } ? nil : octets
  }

  /// Appends `text` with one layer undone. Whether another one may be left: there was one, and there is a percent sign.
  private static func undo(_ text: Span<UInt8>, to octets: inout [UInt8]) -> Bool {
    var (index, percents, any) = (0, false, false)
    while index < text.count {
      let decoded = octet(text, at: index)
      let octet = decoded ?? text[index]
      octets.append(octet)
      if octet == UInt8(ascii: "%") { percents = true }
      if decoded != nil { any = true }
      index += decoded == nil ? 1 : 3
    }
    return any && percents
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
