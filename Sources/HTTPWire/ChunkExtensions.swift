// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// The shape of chunk extensions, which are ignored once well-formed (RFC 9112 §7.1.1):
/// `*( ";" name [ "=" ( token / quoted-string ) ] )`, without the "bad" whitespace.
enum ChunkExtensions {
  static func areValid(_ input: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    var position = start
    while position < end {
      guard input[position] == 0x3B else { return false }
      position += 1
      guard skipToken(input, &position, end) else { return false }
      guard position < end, input[position] == 0x3D else { continue }
      position += 1
      let isQuoted = position < end && input[position] == 0x22
      guard isQuoted ? skipQuoted(input, &position, end) : skipToken(input, &position, end) else {
        return false
      }
    }
    return true
  }

  private static func skipToken(_ input: Span<UInt8>, _ position: inout Int, _ end: Int) -> Bool {
    let start = position
    while position < end, OctetClass.of(input[position]).contains(.token) { position += 1 }
    return position > start
  }

  private static func skipQuoted(_ input: Span<UInt8>, _ position: inout Int, _ end: Int) -> Bool {
    position += 1
    while position < end {
      let octet = input[position]
      position += 1
      if octet == 0x22 { return true }
      if octet == 0x5C {
        guard position < end else { return false }
        position += 1
      }
      guard OctetClass.of(input[position - 1]).contains(.fieldValue) else { return false }
    }
    return false
  }
}
