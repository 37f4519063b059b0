// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// RFC 3492, for the labels libidn2 will not convert; see `SymbolLabel`.
enum Punycode {
  private static let base = 36
  private static let tMin = 1
  private static let tMax = 26
  private static let digits = Array("abcdefghijklmnopqrstuvwxyz0123456789".utf8)

  /// The Punycode of `scalars` without the `xn--` in front.
  static func encoded(_ scalars: [Unicode.Scalar]) -> String {
    var output = scalars.filter(\.isASCII).map { UInt8($0.value) }
    let basicCount = output.count
    if basicCount > 0 { output.append(UInt8(ascii: "-")) }
    var (n, delta, bias, handled) = (128, 0, 72, basicCount)
    while handled < scalars.count {
      let next = scalars.map { Int($0.value) }.filter { $0 >= n }.min() ?? n
      delta += (next - n) * (handled + 1)
      n = next
      for scalar in scalars {
        if scalar.value < n { delta += 1 }
        guard scalar.value == n else { continue }
        append(delta, bias: bias, to: &output)
        bias = adapted(delta, count: handled + 1, first: handled == basicCount)
        delta = 0
        handled += 1
      }
      delta += 1
      n += 1
    }
    return String(decoding: output, as: UTF8.self)
  }

  /// The code points that `text`, without its `xn--`, encodes; nil when it is no Punycode. At most 63 octets are looked at.
  static func decoded(_ text: Substring) -> [Unicode.Scalar]? {
    let octets = Array(text.utf8)
    guard octets.count <= 63, octets.allSatisfy({ $0 < 128 }) else { return nil }
    let hyphen = octets.lastIndex(of: UInt8(ascii: "-"))
    var output = octets[..<(hyphen ?? 0)].map { Unicode.Scalar($0) }
    var rest = octets[(hyphen.map { $0 + 1 } ?? 0)...]
    var (n, i, bias) = (128, 0, 72)
    while !rest.isEmpty {
      let start = i
      guard let advance = number(&rest, bias: bias) else { return nil }
      i += advance
      bias = adapted(i - start, count: output.count + 1, first: start == 0)
      n += i / (output.count + 1)
      i %= output.count + 1
      guard n <= 0x10FFFF, let scalar = Unicode.Scalar(UInt32(n)) else { return nil }
      output.insert(scalar, at: i)
      i += 1
    }
    return output
  }

  private static func append(_ delta: Int, bias: Int, to output: inout [UInt8]) {
    var q = delta
    var k = base
    while true {
      let t = min(max(k - bias, tMin), tMax)
      if q < t { break }
      output.append(digits[t + (q - t) % (base - t)])
      q = (q - t) / (base - t)
      k += base
    }
    output.append(digits[q])
  }

  private static func number(_ rest: inout ArraySlice<UInt8>, bias: Int) -> Int? {
    var (value, weight, k) = (0, 1, base)
    while let octet = rest.popFirst() {
      guard let digit = digits.firstIndex(of: octet) else { return nil }
      value += digit * weight
      guard value <= 0x7FFF_FFFF else { return nil }
      let t = min(max(k - bias, tMin), tMax)
      if digit < t { return value }
      weight *= base - t
      guard weight <= 0x7FFF_FFFF else { return nil }
      k += base
    }
    return nil
  }

  private static func adapted(_ delta: Int, count: Int, first: Bool) -> Int {
    var delta = first ? delta / 700 : delta / 2
    delta += delta / count
    var k = 0
    while delta > ((base - tMin) * tMax) / 2 {
      delta /= base - tMin
      k += base
    }
    return k + (base - tMin + 1) * delta / (delta + 38)
  }
}
