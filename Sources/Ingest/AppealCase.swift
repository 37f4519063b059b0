// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// The number of a case, as people write it: `7K2M-Q9XC-4TRD`. It is no secret, and says nothing of other cases.
public struct AppealCase: Hashable, Sendable, CustomStringConvertible {
  /// Three groups of four.
  public let text: String
  /// The number as people write it.
  public var description: String { text }

  /// Octets of randomness a number is made of.
  public static let randomOctets = 8

  /// A number made of eight random octets, 60 bits of which count.
  public init(random octets: [UInt8]) {
    var bits: UInt64 = 0
    for octet in octets.prefix(Self.randomOctets) { bits = bits << 8 | UInt64(octet) }
    var symbols: [UInt8] = []
    for index in 0..<12 {
      if index > 0, index % 4 == 0 { symbols.append(UInt8(ascii: "-")) }
      symbols.append(Self.alphabet[Int(bits & 31)])
      bits >>= 5
    }
    text = String(decoding: symbols, as: UTF8.self)
  }

  /// The number spelled by `text`, in either case; nil for anything else.
  public init?(_ text: String) {
    let upper = text.uppercased()
    let groups = upper.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    guard groups.count == 3, groups.allSatisfy({ $0.count == 4 && $0.allSatisfy(Self.alphabet.contains) })
    else {
      return nil
    }
    self.text = upper
  }

  // Crockford's base 32: no I, L, O or U.
  private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
}
