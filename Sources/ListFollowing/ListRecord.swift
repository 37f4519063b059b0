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
  /// The digest over its blocks (`docs/protocol.md`, "Block digests"), where it is signed or has been found out.
  public var blocks: SHA256Digest?

  /// A record.
  package init(version: UInt64, length: Int, digest: SHA256Digest, blocks: SHA256Digest? = nil) {
    self.version = version
    self.length = length
    self.digest = digest
    self.blocks = blocks
  }

  /// Whether both are the same version with the same content, whatever is known of its blocks.
  func isSame(as other: ListRecord) -> Bool {
    version == other.version && length == other.length && digest == other.digest
  }

  /// What a list is compared with.
  var text: SignedText { SignedText(length: length, digest: digest, blocks: blocks) }

  init?(_ value: JSONValue?) {
    guard let object = value?.objectValue, let version = object["version"]?.integerValue, version >= 0,
      let length = object["length"]?.integerValue, length >= 0,
      let text = object["sha256"]?.stringValue, let digest = SHA256Digest(hex: text)
    else { return nil }
    self.init(
      version: UInt64(clamping: version), length: Int(clamping: length), digest: digest,
      blocks: object["blocks"]?.stringValue.flatMap { SHA256Digest(hex: $0) })
  }

  var json: JSONValue {
    var object: JSONObject = [
      "version": .integer(Int64(clamping: version)), "length": .integer(Int64(clamping: length)),
      "sha256": .string(digest.hex),
    ]
    object["blocks"] = blocks.map { .string($0.hex) }
    return .object(object)
  }

  /// The list in some octets, if they are this content: it was read with all its rules when it came.
  func list(in slab: Slab) -> Blocklist? {
    guard slab.count == length else { return nil }
    return blocks == nil ? Blocklist(kept: slab, digest: digest) : Blocklist(kept: slab, as: text)
  }
}
