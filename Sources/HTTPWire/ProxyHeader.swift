// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// What a balancer says of the connection it passes on: the header of the PROXY protocol, version 2 (HAProxy, "The
/// PROXY protocol", §2.2), strictly.
package struct ProxyHeader: Hashable, Sendable {
  /// Whose connection it is.
  package enum Source: Hashable, Sendable {
    /// The balancer's own, to see whether we live.
    case balancer
    /// A client's, from this IPv4 (4 octets) or IPv6 (16 octets) address.
    case client([UInt8])
  }

  /// Why a header is refused; nothing of the connection is read any more then.
  package enum Refusal: String, Error, Hashable, Sendable, CaseIterable {
    case noSignature, unknownVersion, unknownCommand, unknownFamily, tooLong, tooShort, malformedExtension
    case wrongChecksum
  }

  /// What the octets that came led to.
  package enum Reading: Hashable, Sendable {
    /// They are good so far; this many more at most are the header's, and none behind them.
    case wants(octets: Int)
    /// They are the header, all of them.
    case whole(ProxyHeader)
  }

  /// Up to and with the length of the rest.
  package static let fixedOctets = 16
  /// The rest at most, extensions included.
  package static let longestRest = 536
  private static let signature: [UInt8] = [
    0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A,
  ]

  package let source: Source

  /// The octets of the whole header, told from its first ones; nil while they do not suffice.
  package static func length(from start: Span<UInt8>) throws(Refusal) -> Int? {
    for position in 0..<min(start.count, signature.count) where start[position] != signature[position] {
      throw .noSignature
    }
    guard start.count >= fixedOctets else { return nil }
    guard start[12] >> 4 == 2 else { throw .unknownVersion }
    guard start[12] & 0xF <= 1 else { throw .unknownCommand }
    let rest = Int(start[14]) << 8 | Int(start[15])
    guard rest <= longestRest else { throw .tooLong }
    return fixedOctets + rest
  }

  /// Reads on: `held` is all that came, of which nothing may be more than was wanted.
  package static func read(_ held: Span<UInt8>) throws(Refusal) -> Reading {
    let length = try Self.length(from: held)
    guard let length, length <= held.count else {
      return .wants(octets: (length ?? fixedOctets) - held.count)
    }
    return .whole(try ProxyHeader(held))
  }

  /// Reads a whole header, as long as `length(from:)` says.
  package init(_ octets: Span<UInt8>) throws(Refusal) {
    guard let length = try Self.length(from: octets), length == octets.count else { throw .tooShort }
    // What a balancer says of its own connection is to be skipped, whatever it is.
    guard octets[12] & 0xF == 1 else {
      source = .balancer
      return
    }
    let addresses: Int
    switch octets[13] {
    case 0x11: addresses = 12
    case 0x21: addresses = 36
    default: throw .unknownFamily
    }
    guard octets.count >= Self.fixedOctets + addresses else { throw .tooShort }
    try Self.checkExtensions(octets, from: Self.fixedOctets + addresses)
    let width = addresses == 12 ? 4 : 16
    source = .client((0..<width).map { octets[Self.fixedOctets + $0] })
  }

  /// Type, length and value each, to the end; a checksum must be right.
  private static func checkExtensions(_ octets: Span<UInt8>, from start: Int) throws(Refusal) {
    var position = start
    while position < octets.count {
      guard octets.count - position >= 3 else { throw .malformedExtension }
      let length = Int(octets[position + 1]) << 8 | Int(octets[position + 2])
      guard octets.count - position - 3 >= length else { throw .malformedExtension }
      if octets[position] == 0x03 {
        guard length == 4 else { throw .malformedExtension }
        try checkSum(octets, at: position + 3)
      }
      position += 3 + length
    }
  }

  private static func checkSum(_ octets: Span<UInt8>, at place: Int) throws(Refusal) {
    var stated: UInt32 = 0
    var sum: UInt32 = 0xFFFF_FFFF
    for position in 0..<octets.count {
      let isSum = position >= place && position < place + 4
      if isSum { stated = stated << 8 | UInt32(octets[position]) }
      // CRC32C (RFC 3720 §12.1), the field itself taken as zero.
      sum ^= UInt32(isSum ? 0 : octets[position])
      for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0x82F6_3B78 : sum >> 1 }
    }
    guard stated == ~sum else { throw .wrongChecksum }
  }
}
