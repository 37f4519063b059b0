// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Reads the request target (RFC 9112 §3.2): origin-form, absolute-form, or `*` for OPTIONS.
enum TargetReader {
  static func read(
    _ input: Span<UInt8>, _ target: OctetRange, isSecured: Bool, into index: inout HeadIndex
  ) throws(RequestRefusal) {
    var position = Int(target.start)
    let end = Int(target.end)
    if input[position] == 0x2A {
      guard target.count == 1, index.method == .options else { throw .malformedTarget }
      index.path = target
      return
    }
    if input[position] != 0x2F {
      index.authority = try readAuthority(input, at: &position, end: end, isSecured: isSecured)
    }
    let pathStart = position
    while position < end, input[position] != 0x3F { position += 1 }
    index.path = OctetRange(pathStart, position)
    index.hasEmptyPath = pathStart == position
    try checkPath(input, index.path)
    if position < end {
      index.query = OctetRange(position + 1, end)
      try checkEncoded(input, position + 1, end, allowing: 0x2F, 0x3F)
    }
  }

  /// `http://authority` or `https://authority`, whichever the connection is (RFC 9110 §7.4); the authority must be a
  /// plain host and port.
  private static func readAuthority(
    _ input: Span<UInt8>, at position: inout Int, end: Int, isSecured: Bool
  ) throws(RequestRefusal) -> OctetRange {
    let start = position
    let http = OctetRange(start, min(start + 7, end))
    let https = OctetRange(start, min(start + 8, end))
    let namesHTTPS = input.equalsLowercased(https, "https://")
    guard namesHTTPS || input.equalsLowercased(http, "http://") else { throw .malformedTarget }
    position = start + (namesHTTPS ? 8 : 7)
    let authorityStart = position
    while position < end, input[position] != 0x2F, input[position] != 0x3F { position += 1 }
    let authority = OctetRange(authorityStart, position)
    guard HostReader.isValid(input, authority) else { throw .malformedTarget }
    guard namesHTTPS == isSecured else { throw .schemeMismatch }
    return authority
  }

  /// Valid octets and escapes, and no `.` or `..` segment, plain or escaped.
  private static func checkPath(
    _ input: Span<UInt8>, _ path: OctetRange
  ) throws(RequestRefusal) {
    try checkEncoded(input, Int(path.start), Int(path.end), allowing: 0x2F, 0x2F)
    var segmentStart = Int(path.start)
    for position in segmentStart...Int(path.end) {
      guard position == Int(path.end) || input[position] == 0x2F else { continue }
      if isDotSegment(input, segmentStart, position) { throw .dotSegment }
      segmentStart = position + 1
    }
  }

  private static func isDotSegment(_ input: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    var position = start
    var dots = 0
    while position < end {
      if input[position] == 0x2E {
        position += 1
      } else if end - position >= 3, input[position] == 0x25, input[position + 1] == 0x32,
        input[position + 2] | 0x20 == 0x65
      {
        position += 3
      } else {
        return false
      }
      dots += 1
    }
    return dots == 1 || dots == 2
  }

  /// `pchar`, the two extra octets, and whole escapes of octets that are no controls.
  private static func checkEncoded(
    _ input: Span<UInt8>, _ start: Int, _ end: Int, allowing first: UInt8, _ second: UInt8
  ) throws(RequestRefusal) {
    var position = start
    while position < end {
      let octet = input[position]
      if OctetClass.of(octet).contains(.path) || octet == first || octet == second {
        position += 1
        continue
      }
      guard octet == 0x25, end - position >= 3,
        OctetClass.of(input[position + 1]).contains(.hexDigit),
        OctetClass.of(input[position + 2]).contains(.hexDigit),
        !isControlEscape(input[position + 1], input[position + 2])
      else { throw .malformedTarget }
      position += 3
    }
  }

  /// `%00` to `%1F` and `%7F`.
  private static func isControlEscape(_ high: UInt8, _ low: UInt8) -> Bool {
    high == 0x30 || high == 0x31 || (high == 0x37 && low | 0x20 == 0x66)
  }
}
