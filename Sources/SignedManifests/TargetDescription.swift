// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Cryptography
public import StrictJSON

/// What signed metadata says of one target file (TUF §4.5 `TARGETS`).
public struct TargetDescription: Hashable, Sendable {
  /// Octets.
  public let length: Int64
  /// Algorithm to lower-case hexadecimal digits; from Cordon `sha256` alone.
  public let hashes: [String: String]
  /// The application's own facts.
  public let custom: JSONObject?
  let unrecognized: JSONObject

  /// A description of `octets`.
  public init(of octets: [UInt8], custom: JSONObject? = nil) {
    self.init(
      length: Int64(octets.count), sha256: SHA256Digest(hashing: octets), custom: custom)
  }

  /// A description from what is known already.
  public init(length: Int64, sha256: SHA256Digest, custom: JSONObject? = nil) {
    self.length = length
    hashes = ["sha256": sha256.hex]
    self.custom = custom
    unrecognized = JSONObject()
  }

  init(json: JSONValue, role: String) throws(ManifestRefusal) {
    var fields = try FieldReader(json, "target", role: role)
    length = try fields.integer("length", atLeast: 0)
    hashes = try fields.hashes("hashes")
    custom = fields.remaining["custom"] == nil ? nil : try fields.object("custom")
    unrecognized = fields.remaining
  }

  var json: JSONValue {
    var object: JSONObject = ["length": .integer(length), "hashes": hashes.json]
    if let custom { object["custom"] = .object(custom) }
    return .object(object.adding(unrecognized))
  }

  /// The SHA-256 of the file, when given.
  public var sha256: SHA256Digest? { hashes["sha256"].flatMap { SHA256Digest(hex: $0) } }
}
