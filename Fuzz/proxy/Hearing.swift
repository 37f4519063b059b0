// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import HTTPWire

/// What came of one stream of octets.
enum ProxyHearing: Equatable {
  /// It ended too early.
  case open
  case refused(ProxyHeader.Refusal)
  case read(ProxyHeader, consumed: Int)

  private static let longest = ProxyHeader.fixedOctets + ProxyHeader.longestRest

  /// `seed` 0 gives all that is wanted at once, 1 octet by octet, another pieces of 1 to 32 octets.
  static func hear(_ stream: [UInt8], cutting seed: UInt8) -> Self {
    var held: [UInt8] = []
    var state = UInt32(seed)
    while true {
      do throws(ProxyHeader.Refusal) {
        switch try ProxyHeader.read(held.span) {
        case .whole(let header): return .read(header, consumed: held.count)
        case .wants(let octets):
          precondition(octets > 0, "nothing is wanted, and yet it is not whole")
          precondition(held.count + octets <= longest, "more is wanted than a header may have")
          guard held.count < stream.count else { return .open }
          state = state &* 1_664_525 &+ 1_013_904_223
          let size = seed == 0 ? octets : seed == 1 ? 1 : min(octets, Int(state >> 27) + 1)
          held += stream[held.count..<min(stream.count, held.count + size)]
        }
      } catch {
        precondition(stays(error, held), "a refusal was taken back")
        return .refused(error)
      }
    }
  }

  private static func stays(_ refusal: ProxyHeader.Refusal, _ held: [UInt8]) -> Bool {
    do throws(ProxyHeader.Refusal) { _ = try ProxyHeader.read(held.span) } catch { return error == refusal }
    return false
  }

  /// What holds of one that was read.
  func check(against stream: [UInt8]) {
    guard case .read(let header, let consumed) = self else { return }
    precondition(consumed <= stream.count, "more was consumed than came")
    precondition(consumed == 16 + Int(stream[14]) * 256 + Int(stream[15]), "not as long as it says")
    precondition(Array(stream[..<12]) == WrittenHeader.signature, "another signature")
    for count in 0..<consumed {
      guard case .open = Self.hear(Array(stream[..<count]), cutting: 0) else {
        preconditionFailure("a part of it is taken for all of it")
      }
    }
    switch (stream[12], stream[13]) {
    case (0x20, _): precondition(header.source == .balancer, "whose?")
    case (0x21, 0x11): precondition(header.source == .client(Array(stream[16..<20])), "another client")
    case (0x21, 0x21): precondition(header.source == .client(Array(stream[16..<32])), "another client")
    default: preconditionFailure("a command or family that there is not")
    }
    checkWritten(header.source, padding: Array(stream[consumed...].prefix(400)))
  }

  private func checkWritten(_ source: ProxyHeader.Source, padding: [UInt8]) {
    for written in [WrittenHeader(source), WrittenHeader(source, padding: padding, isSummed: true)] {
      let again = Self.hear(written.octets + padding, cutting: 0)
      guard case .read(let header, let consumed) = again else {
        preconditionFailure("what was read cannot be written: \(again)")
      }
      precondition(header.source == source, "written anew it is another's")
      precondition(consumed == written.octets.count, "what follows was consumed")
    }
    var wrong = WrittenHeader(source, padding: padding, isSummed: true).octets
    wrong[wrong.count - 1] ^= 1
    let heard = Self.hear(wrong, cutting: 0)
    if source == .balancer {
      // All that is said of such a connection is skipped.
      guard case .read(let header, wrong.count) = heard, header.source == .balancer else {
        preconditionFailure("what is to be skipped is looked at")
      }
    } else {
      precondition(heard == .refused(.wrongChecksum), "a wrong checksum passes")
    }
  }
}

/// A header, made here from what it shall say.
struct WrittenHeader {
  static let signature: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A, 0, 0x0D, 0x0A] + Array("QUIT\n".utf8)
  private(set) var octets: [UInt8]

  /// `padding` goes into an extension that says nothing (PP2_TYPE_NOOP), the checksum behind all.
  init(_ source: ProxyHeader.Source, padding: [UInt8] = [], isSummed: Bool = false) {
    var rest: [UInt8] = []
    var family: UInt8 = 0
    if case .client(let address) = source {
      family = address.count == 4 ? 0x11 : 0x21
      rest = address + [UInt8](repeating: 0xFF, count: address.count) + [1, 2, 3, 4]
    }
    if !padding.isEmpty { rest += [0x04, UInt8(padding.count >> 8), UInt8(padding.count & 0xFF)] + padding }
    if isSummed { rest += [0x03, 0, 4, 0, 0, 0, 0] }
    octets = Self.signature + [source == .balancer ? 0x20 : 0x21, family]
    octets += [UInt8(rest.count >> 8), UInt8(rest.count & 0xFF)] + rest
    guard isSummed else { return }
    let sum = Self.checksum(octets)
    for place in 0..<4 { octets[octets.count - 4 + place] = UInt8(sum >> UInt32(24 - 8 * place) & 0xFF) }
  }

  /// CRC32C, bit by bit from the other end: the remainder of the reversed octets by 0x1EDC6F41.
  private static func checksum(_ octets: [UInt8]) -> UInt32 {
    var remainder = UInt32.max
    for octet in octets {
      for bit in 0..<8 {
        let isSet = (remainder >> 31 == 1) != (octet >> UInt8(bit) & 1 == 1)
        remainder = remainder << 1 ^ (isSet ? 0x1EDC_6F41 : 0)
      }
    }
    var reversed: UInt32 = 0
    for bit in 0..<32 where remainder >> UInt32(bit) & 1 == 1 { reversed |= 1 << UInt32(31 - bit) }
    return ~reversed
  }
}
