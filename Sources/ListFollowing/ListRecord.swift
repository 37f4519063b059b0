// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
public import Cryptography
internal import StrictJSON

/// Which content a version of a list has: what was signed, kept to recognise it.
public struct ListRecord: Hashable, Sendable {
  /// The release.
  public var version: UInt64
  /// Length of entries.txt in octets.
  public var length: Int
  /// SHA-256 of entries.txt.
  public var digest: SHA256Digest

  /// A record.
  package init(version: UInt64, length: Int, digest: SHA256Digest) {
    self.version = version
    self.length = length
    self.digest = digest
  }

  init?(_ value: JSONValue?) {
    guard let object = value?.objectValue, let version = object["version"]?.integerValue, version >= 0,
      let length = object["length"]?.integerValue, length >= 0,
      let text = object["sha256"]?.stringValue, let digest = SHA256Digest(hex: text)
    else { return nil }
    self.init(version: UInt64(version), length: Int(length), digest: digest)
  }

  var json: JSONValue {
    ["version": .integer(Int64(version)), "length": .integer(Int64(length)), "sha256": .string(digest.hex)]
  }

  /// The list in some octets, if they are this content: it was read with all its rules when it came.
  func list(in slab: Slab) -> Blocklist? {
    slab.count == length ? Blocklist(kept: slab, digest: digest) : nil
  }
}
