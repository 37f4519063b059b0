// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// The fast path: an address already spelled the plain way is recognised from its octets, without a C call or a copy of
/// its code points. What it does not recognise is no error; it goes to the full parser.
struct PlainHost {
  /// The octets of the host.
  let host: Range<Int>
  /// Whether the address has a scheme and nothing after its host.
  let lacksPath: Bool

  /// The plain host in `octets`: `[http[s]://]host[:port][/…]`, with a lower-case host of letters, digits and hyphens.
  init?(_ octets: Span<UInt8>) {
    let start = Self.afterScheme(octets)
    guard let end = Self.hostEnd(octets, from: start) else { return nil }
    var rest = end
    if rest < octets.count, octets[rest] == UInt8(ascii: ":") {
      // Without a scheme a colon may mean one; and default ports are dropped by the full parser.
      guard start > 0, let after = Self.portEnd(octets, from: rest + 1) else { return nil }
      rest = after
    }
    guard Self.isPlainRest(octets, from: rest) else { return nil }
    self.host = start..<end
    self.lacksPath = start > 0 && rest == octets.count
  }

  /// Whether the whole of `text` is a host in canonical spelling without A-labels.
  static func spans(_ text: String) -> Bool { spans(text.utf8.span) }

  /// Whether all of `octets` are such a host.
  static func spans(_ octets: Span<UInt8>) -> Bool { hostEnd(octets, from: 0) == octets.count }

  private static func afterScheme(_ octets: Span<UInt8>) -> Int {
    if starts(octets, "https://") { return 8 }
    return starts(octets, "http://") ? 7 : 0
  }

  private static func starts(_ octets: Span<UInt8>, _ prefix: String) -> Bool {
    let wanted = prefix.utf8.span
    guard octets.count >= wanted.count else { return false }
    return wanted.indices.allSatisfy { octets[$0] == wanted[$0] }
  }

  /// Where a host of 1...253 octets that starts at `start` ends; nil when it is not plain.
  private static func hostEnd(_ octets: Span<UInt8>, from start: Int) -> Int? {
    var labelStart = start
    var index = start
    scan: while index < octets.count {
      switch octets[index] {
      case 0x61...0x7A, 0x30...0x39, UInt8(ascii: "-"): index += 1
      case UInt8(ascii: "."):
        guard isPlainLabel(octets, labelStart..<index) else { return nil }
        index += 1
        labelStart = index
      case UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: ":"): break scan
      default: return nil
      }
    }
    // A last label that begins with a digit may be an IPv4 address.
    guard isPlainLabel(octets, labelStart..<index), index - start <= 253,
      !(0x30...0x39).contains(octets[labelStart])
    else { return nil }
    return index
  }

  private static func isPlainLabel(_ octets: Span<UInt8>, _ label: Range<Int>) -> Bool {
    guard (1...63).contains(label.count) else { return false }
    let start = label.lowerBound
    guard label.count >= 4, octets[start] == UInt8(ascii: "x") else { return true }
    return
      !(octets[start + 1] == UInt8(ascii: "n") && octets[start + 2] == UInt8(ascii: "-")
      && octets[start + 3] == UInt8(ascii: "-"))
  }

  private static func portEnd(_ octets: Span<UInt8>, from start: Int) -> Int? {
    var index = start
    var port = 0
    while index < octets.count, (0x30...0x39).contains(octets[index]), index - start < 5 {
      port = port * 10 + Int(octets[index] - 0x30)
      index += 1
    }
    guard index > start, octets[start] != 0x30, port <= 65_535, port != 80, port != 443 else { return nil }
    guard index < octets.count else { return index }
    switch octets[index] {
    case UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#"): return index
    default: return nil
    }
  }

  /// Printable ASCII that the serialiser would leave alone; a `?` or `#` right after the host it would not.
  private static func isPlainRest(_ octets: Span<UInt8>, from start: Int) -> Bool {
    guard start < octets.count else { return true }
    guard octets[start] == UInt8(ascii: "/") else { return false }
    for index in start..<octets.count {
      switch octets[index] {
      case 0x22, 0x3C, 0x3E, 0x5C, 0x60: return false
      case 0x21...0x7E: continue
      default: return false
      }
    }
    return true
  }
}
