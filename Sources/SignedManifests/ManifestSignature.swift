// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Cryptography
internal import StrictJSON

/// One signature in an envelope (TUF §4.2.1).
public struct ManifestSignature: Hashable, Sendable {
  /// The key that is said to have signed.
  public let keyid: String
  /// Hexadecimal digits; what is not never verifies.
  public let sig: String
  let unrecognized: JSONObject

  /// A signature made or received apart from its metadata.
  public init(keyid: String, octets: [UInt8]) {
    self.init(keyid: keyid, sig: Hex.encode(octets))
  }

  /// A signature received as text.
  public init(keyid: String, sig: String) {
    self.keyid = keyid
    self.sig = sig
    unrecognized = JSONObject()
  }

  init(json: JSONValue, role: String) throws(ManifestRefusal) {
    var fields = try FieldReader(json, "signature", role: role)
    keyid = try fields.string("keyid")
    sig = try fields.string("sig")
    unrecognized = fields.remaining
  }

  var json: JSONValue {
    .object(
      JSONObject([("keyid", .string(keyid)), ("sig", .string(sig))]).adding(unrecognized))
  }

  func verifies(_ message: [UInt8], with key: PublicKey) -> Bool {
    guard let octets = Hex.decode(sig.lowercased()) else { return false }
    return key.verify(signature: octets, message: message)
  }
}
