// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// A SHA-256 value (FIPS 180-4): 32 octets.
public struct SHA256Digest: Hashable, Sendable, CustomStringConvertible {
  /// How many octets a digest has.
  public static let length = 32

  /// The 32 octets.
  public let octets: [UInt8]

  /// The digest of `message`.
  public init(hashing message: [UInt8]) {
    var hasher = SHA256Hasher()
    hasher.update(message)
    self = hasher.finalize()
  }

  /// A digest that is known, when there are 32 octets.
  public init?(octets: [UInt8]) {
    guard octets.count == Self.length else { return nil }
    self.octets = octets
  }

  /// A digest written as 64 lower-case hexadecimal digits.
  public init?(hex: String) {
    guard let octets = Hex.decode(hex) else { return nil }
    self.init(octets: octets)
  }

  /// `octets` straight from the hasher, 32 of them.
  init(known octets: [UInt8]) { self.octets = octets }

  /// 64 lower-case hexadecimal digits.
  public var hex: String { Hex.encode(octets) }

  /// The same as ``hex``.
  public var description: String { hex }
}
