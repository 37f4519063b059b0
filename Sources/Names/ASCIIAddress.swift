// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// The second fast path, behind `PlainHost`: an address of printable ASCII with a scheme, in whatever spelling (capitals,
/// credentials, ports, percent signs, backslashes, a dot at the end), read from its octets in one pass. What it does not
/// recognise, defanged spellings and A-labels among it, is no error; it goes to the full parser, which reads what this
/// one takes as the same.
struct ASCIIAddress {
  /// The host in canonical spelling.
  let host: String
  /// Where it begins, from 1.
  let hostColumn: Int
  /// The address as understood.
  let understood: String

  init?(_ octets: Span<UInt8>) {
    guard let (scheme, start) = Self.scheme(octets),
      let authority = Self.authority(octets, from: start)
    else { return nil }
    let hostEnd = authority.first { octets[$0] == UInt8(ascii: ":") } ?? authority.upperBound
    guard let host = Self.host(octets, authority.lowerBound..<hostEnd) else { return nil }
    var output: [UInt8] = []
    output.reserveCapacity(octets.count + 16)
    output += scheme
    output += host
    if hostEnd < authority.upperBound {
      guard let port = Self.port(octets, hostEnd + 1..<authority.upperBound) else { return nil }
      let usual = scheme.count == 8 ? 443 : 80
      if port != usual && port != Self.noPort { output += ":\(port)".utf8 }
    }
    guard Self.append(rest: octets, from: authority.upperBound, to: &output) else { return nil }
    self.host = String(decoding: host, as: UTF8.self)
    hostColumn = authority.lowerBound + 1
    understood = String(decoding: output, as: UTF8.self)
  }

  private static let secure = Array("https://".utf8)
  private static let insecure = Array("http://".utf8)
  private static let noPort = -1

  private static func scheme(_ octets: Span<UInt8>) -> (spelled: [UInt8], end: Int)? {
    guard octets.count > 8 else { return nil }
    for index in 0..<4 where octets[index] | 0x20 != insecure[index] { return nil }
    let isSecure = octets[4] | 0x20 == UInt8(ascii: "s")
    let colon = isSecure ? 5 : 4
    guard octets[colon] == UInt8(ascii: ":"), isSlash(octets[colon + 1]), isSlash(octets[colon + 2])
    else { return nil }
    return (isSecure ? secure : insecure, colon + 3)
  }

  /// Host and port: up to the path, without credentials; nil with a bracket, which may mean a dot or an IPv6 address.
  private static func authority(_ octets: Span<UInt8>, from start: Int) -> Range<Int>? {
    var first = start
    var index = start
    while index < octets.count, !endsAuthority(octets[index]) {
      switch octets[index] {
      case UInt8(ascii: "["), UInt8(ascii: "("), UInt8(ascii: "{"): return nil
      case UInt8(ascii: "@"): first = index + 1
      case 0x21...0x7E: break
      default: return nil
      }
      index += 1
    }
    return first..<index
  }

  /// In lower case, percent signs decoded.
  private static func host(_ octets: Span<UInt8>, _ range: Range<Int>) -> [UInt8]? {
    var host: [UInt8] = []
    host.reserveCapacity(range.count)
    var index = range.lowerBound
    while index < range.upperBound {
      var octet = octets[index]
      if octet == UInt8(ascii: "%") {
        guard index + 2 < range.upperBound, let high = hexadecimal(octets[index + 1]),
          let low = hexadecimal(octets[index + 2])
        else { return nil }
        octet = high << 4 | low
        index += 2
      }
      if (0x41...0x5A).contains(octet) { octet |= 0x20 }
      host.append(octet)
      index += 1
    }
    if host.last == UInt8(ascii: ".") { host.removeLast() }
    return PlainHost.spans(host.span) ? host : nil
  }

  private static func hexadecimal(_ octet: UInt8) -> UInt8? {
    switch octet {
    case 0x30...0x39: octet - 0x30
    case 0x41...0x46, 0x61...0x66: (octet | 0x20) - 0x57
    default: nil
    }
  }

  /// `noPort` when there are no digits.
  private static func port(_ octets: Span<UInt8>, _ range: Range<Int>) -> Int? {
    guard !range.isEmpty else { return noPort }
    var port = 0
    for index in range {
      guard (0x30...0x39).contains(octets[index]) else { return nil }
      port = port * 10 + Int(octets[index] - 0x30)
      guard port <= 65_535 else { return nil }
    }
    return port
  }

  /// The path with its slash, query and fragment, as the full parser writes them.
  private static func append(rest octets: Span<UInt8>, from start: Int, to output: inout [UInt8]) -> Bool {
    if start == octets.count || !isSlash(octets[start]) { output.append(UInt8(ascii: "/")) }
    var inPath = true
    for index in start..<octets.count {
      switch octets[index] {
      case UInt8(ascii: "?"), UInt8(ascii: "#"):
        inPath = false
        output.append(octets[index])
      case UInt8(ascii: "\\") where inPath: output.append(UInt8(ascii: "/"))
      case UInt8(ascii: "\""): output += "%22".utf8
      case UInt8(ascii: "<"): output += "%3C".utf8
      case UInt8(ascii: ">"): output += "%3E".utf8
      case UInt8(ascii: "`"): output += "%60".utf8
      case 0x21...0x7E: output.append(octets[index])
      default: return false
      }
    }
    return true
  }

  private static func isSlash(_ octet: UInt8) -> Bool {
    octet == UInt8(ascii: "/") || octet == UInt8(ascii: "\\")
  }

  private static func endsAuthority(_ octet: UInt8) -> Bool {
    isSlash(octet) || octet == UInt8(ascii: "?") || octet == UInt8(ascii: "#")
  }
}
