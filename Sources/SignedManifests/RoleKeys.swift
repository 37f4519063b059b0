// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Cryptography
internal import StrictJSON

/// Whose signatures make a role's metadata trusted, and how many of them.
public struct RoleKeys: Hashable, Sendable {
  /// Key ids, none twice.
  public var keyids: [String]
  /// 1 or more.
  public var threshold: Int
  var unrecognized = JSONObject()

  /// Any `threshold` of `keyids`.
  public init(keyids: [String], threshold: Int) {
    self.keyids = keyids
    self.threshold = threshold
  }

  init(json: JSONValue, name: String, role: String) throws(ManifestRefusal) {
    var fields = try FieldReader(json, name, role: role)
    try self.init(reading: &fields)
    unrecognized = fields.remaining
  }

  /// Takes its two fields from an object that has more.
  init(reading fields: inout FieldReader) throws(ManifestRefusal) {
    keyids = try fields.strings("keyids")
    threshold = Int(clamping: try fields.integer("threshold", atLeast: 1))
    guard Set(keyids).count == keyids.count else { throw fields.malformed("a key id is repeated") }
  }

  var object: JSONObject {
    JSONObject([
      ("keyids", .array(keyids.map { .string($0) })), ("threshold", .integer(Int64(threshold))),
    ]).adding(unrecognized)
  }

  /// The ids of keys whose signature over `message` verifies, one for each distinct public key.
  ///
  /// - Parameters:
  ///   - enough: where to stop, for who only asks whether there are so many.
  ///   - verified: signatures that need not be computed again.
  func signers(
    of message: [UInt8], signatures: [ManifestSignature], keys: [String: ManifestKey], enough: Int = .max,
    verified: MetadataMemory = MetadataMemory()
  ) -> [String] {
    var counted: Set<PublicKey> = []
    var signers: [String] = []
    for signature in signatures where keyids.contains(signature.keyid) && signers.count < enough {
      guard let key = keys[signature.keyid]?.publicKey, !counted.contains(key),
        verified.accepts(signature, over: message, by: key)
      else { continue }
      counted.insert(key)
      signers.append(signature.keyid)
    }
    return signers
  }
}
