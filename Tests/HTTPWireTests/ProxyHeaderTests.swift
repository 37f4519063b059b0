// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import HTTPWire
import Testing

/// The PROXY protocol's header: what passes, and each way to be wrong.
struct ProxyHeaderTests {
  private static let signature: [UInt8] = [
    0x0D, 0x0A, 0x0D, 0x0A, 0, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A,
  ]

  private static func header(
    _ command: UInt8 = 0x21, _ family: UInt8 = 0x11,
    _ rest: [UInt8] = [192, 0, 2, 1, 192, 0, 2, 2, 1, 2, 3, 4]
  ) -> [UInt8] {
    signature + [command, family, UInt8(rest.count >> 8), UInt8(rest.count & 0xFF)] + rest
  }

  private static let four: [UInt8] = [192, 0, 2, 1, 192, 0, 2, 2, 1, 2, 3, 4]

  /// The header as a connection reads it: first octets, then as many as they say.
  private func read(_ octets: [UInt8]) throws(ProxyHeader.Refusal) -> ProxyHeader {
    for count in 0..<min(octets.count, ProxyHeader.fixedOctets) {
      let length = try ProxyHeader.length(from: Array(octets[..<count]).span)
      #expect(length == nil)
    }
    return try ProxyHeader(octets.span)
  }

  @Test func `a client's address is told, IPv4 and IPv6`() throws {
    #expect(try read(Self.header()).source == .client([192, 0, 2, 1]))
    let six = [UInt8](1...16) + [UInt8](17...32) + [1, 2, 3, 4]
    #expect(try read(Self.header(0x21, 0x21, six)).source == .client([UInt8](1...16)))
  }

  @Test func `a balancer's own connection is told, whatever it says of it`() throws {
    #expect(try read(Self.header(0x20, 0x00, [])).source == .balancer)
    #expect(try read(Self.header(0x20, 0x11)).source == .balancer)
    // A family that is none, addresses that are too short, and what is no extension.
    #expect(try read(Self.header(0x20, 0xFF)).source == .balancer)
    #expect(try read(Self.header(0x20, 0x21, [1, 2, 3])).source == .balancer)
    #expect(try read(Self.header(0x20, 0x11, Self.four + [3, 0, 4, 0, 0, 0, 0])).source == .balancer)
  }

  @Test func `extensions are passed over, a right checksum among them`() throws {
    #expect(
      try read(Self.header(0x21, 0x11, Self.four + [0x04, 0, 2, 9, 9])).source == .client([192, 0, 2, 1]))
    var octets = Self.header(0x21, 0x11, Self.four + [0x03, 0, 4, 0, 0, 0, 0])
    let sum = Self.crc32c(octets)
    octets.replaceSubrange(
      octets.count - 4..<octets.count, with: (0..<4).map { UInt8(sum >> (24 - 8 * UInt32($0)) & 0xFF) })
    #expect(try read(octets).source == .client([192, 0, 2, 1]))
    octets[20] ^= 1
    #expect(throws: ProxyHeader.Refusal.wrongChecksum) { try read(octets) }
  }

  @Test func `the checksum is CRC32C`() {
    #expect(Self.crc32c(Array("123456789".utf8)) == 0xE306_9283)
  }

  private static func crc32c(_ octets: [UInt8]) -> UInt32 {
    ~octets.reduce(UInt32.max) { sum, octet in
      (0..<8).reduce(sum ^ UInt32(octet)) { sum, _ in sum & 1 == 1 ? sum >> 1 ^ 0x82F6_3B78 : sum >> 1 }
    }
  }

  @Test(arguments: [
    (Array("PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n".utf8), ProxyHeader.Refusal.noSignature),
    (Array("GET / HTTP/1.1\r\n".utf8), .noSignature), (header(0x11), .unknownVersion),
    (header(0x31), .unknownVersion),
    (header(0x22), .unknownCommand), (header(0x21, 0x12), .unknownFamily),
    (header(0x21, 0x31), .unknownFamily),
    (header(0x21, 0x00, []), .unknownFamily), (header(0x21, 0x41), .unknownFamily),
    (header(0x21, 0x11, Array(four.dropLast())), .tooShort), (header(0x21, 0x21), .tooShort),
    (header(0x21, 0x11, four + [4]), .malformedExtension),
    (header(0x21, 0x11, four + [4, 0, 1]), .malformedExtension),
    (header(0x21, 0x11, four + [3, 0, 1, 1]), .malformedExtension),
    (header(0x21, 0x11, four + [3, 0, 4, 0, 0, 0, 0]), .wrongChecksum),
  ])
  func `a header that is wrong is refused`(octets: [UInt8], refusal: ProxyHeader.Refusal) {
    #expect(throws: refusal) { try read(octets) }
  }

  @Test func `536 octets behind the first sixteen pass, one more is refused`() throws {
    let extension524 = [UInt8(0x04), 2, 0x09] + [UInt8](repeating: 0, count: 521)
    #expect(try read(Self.header(0x21, 0x11, Self.four + extension524)).source == .client([192, 0, 2, 1]))
    let longer = [UInt8(0x04), 2, 0x0A] + [UInt8](repeating: 0, count: 522)
    #expect(throws: ProxyHeader.Refusal.tooLong) { try read(Self.header(0x21, 0x11, Self.four + longer)) }
  }

  @Test func `no change of octets makes it read beyond the end or take another form`() {
    var random = SystemRandomNumberGenerator()
    let base = Self.header(0x21, 0x11, Self.four + [0x04, 0, 2, 9, 9, 0x03, 0, 4, 0, 0, 0, 0])
    for _ in 0..<50_000 {
      var octets = base
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        octets[Int.random(in: 0..<octets.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      if Bool.random(using: &random) { octets.removeLast(Int.random(in: 0..<octets.count, using: &random)) }
      guard let header = try? ProxyHeader(octets.span) else { continue }
      #expect(octets.starts(with: Self.signature))
      #expect(octets.count == 16 + Int(octets[14]) << 8 + Int(octets[15]))
      if case .client(let address) = header.source {
        #expect(address == Array(octets[16..<16 + address.count]))
      }
    }
  }
}
