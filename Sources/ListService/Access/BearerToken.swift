// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Cryptography

/// A secret of 32 random octets as base64url, with a prefix by which leaked ones are found. Only its digest is kept.
public struct BearerToken: Sendable {
  /// What the holder sends.
  public let text: String

  /// A new token.
  public init() { text = "cordon_" + Self.base64url(randomOctets(32)) }

  /// SHA-256 of the text: what the store keeps.
  public var digest: [UInt8] { SHA256Digest(hashing: Array(text.utf8)).octets }

  /// RFC 4648 §5, without padding.
  static func base64url(_ octets: [UInt8]) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    var text: [UInt8] = []
    var bits: UInt32 = 0
    var held = 0
    for octet in octets {
      bits = bits << 8 | UInt32(octet)
      held += 8
      while held >= 6 {
        held -= 6
        text.append(alphabet[Int(bits >> UInt32(held) & 63)])
      }
    }
    if held > 0 { text.append(alphabet[Int(bits << UInt32(6 - held) & 63)]) }
    return String(decoding: text, as: UTF8.self)
  }
}
