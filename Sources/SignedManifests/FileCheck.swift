// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Cryptography

/// Checks bytes against the length and hashes that signed metadata gives for them.
enum FileCheck {
  static func verify(
    _ octets: [UInt8], name: String, length: Int64?, hashes: [String: String]?
  ) throws(ManifestRefusal) {
    if let length, length != Int64(octets.count) {
      throw .wrongLength(name: name, expected: length, found: Int64(octets.count))
    }
    guard let hashes else { return }
    var checked = 0
    if let expected = hashes["sha256"] {
      guard SHA256Digest(hashing: octets).hex == expected else { throw .wrongHash(name: name) }
      checked += 1
    }
    if let expected = hashes["sha512"] {
      guard Hex.encode(sha512(octets)) == expected else { throw .wrongHash(name: name) }
      checked += 1
    }
    guard checked > 0 else { throw .noUsableHash(name: name) }
  }
}
