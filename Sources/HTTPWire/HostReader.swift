// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Checks `uri-host [":" port]` (RFC 9110 §7.2): a name, an IPv4 address or a bracketed IPv6
/// address; never empty, no user information, a port of 1 to 65535 if there is a colon.
enum HostReader {
  static func isValid(_ input: Span<UInt8>, _ range: OctetRange) -> Bool {
    var position = Int(range.start)
    let end = Int(range.end)
    guard position < end, end - position <= 255 + 6 else { return false }
    if input[position] == 0x5B {
      guard skipBracketed(input, &position, end) else { return false }
    } else {
      let start = position
      while position < end, OctetClass.of(input[position]).contains(.hostName) { position += 1 }
      guard position > start else { return false }
    }
    return position == end || isPort(input, position, end)
  }

  /// Hexadecimal digits, colons and dots between brackets, with at least two colons.
  private static func skipBracketed(
    _ input: Span<UInt8>, _ position: inout Int, _ end: Int
  ) -> Bool {
    position += 1
    var colons = 0
    let start = position
    while position < end, input[position] != 0x5D {
      let octet = input[position]
      if octet == 0x3A { colons += 1 }
      guard OctetClass.of(octet).contains(.hexDigit) || octet == 0x3A || octet == 0x2E else {
        return false
      }
      position += 1
    }
    guard position < end, colons >= 2, position - start <= 45 else { return false }
    position += 1
    return true
  }

  private static func isPort(_ input: Span<UInt8>, _ colon: Int, _ end: Int) -> Bool {
    guard input[colon] == 0x3A, (1...5).contains(end - colon - 1) else { return false }
    var port = 0
    for position in (colon + 1)..<end {
      guard OctetClass.of(input[position]).contains(.digit) else { return false }
      port = port * 10 + Int(input[position] - 0x30)
    }
    return (1...65_535).contains(port)
  }
}
