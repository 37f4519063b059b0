// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Cryptography
public import StrictJSON

/// A public key as metadata carries it (TUF §4.2), under its key id.
public struct ManifestKey: Hashable, Sendable {
  /// The name other fields use for this key; from Cordon, SHA-256 of the canonical type, scheme and value.
  public let keyid: String
  /// `ed25519`, `ecdsa` or `rsa`, or one unknown here.
  public let keytype: String
  /// `ed25519`, `ecdsa-sha2-nistp256` or `rsassa-pss-sha256`, or one unknown here.
  public let scheme: String
  /// Hexadecimal digits for Ed25519, PEM for the others.
  public let value: String
  /// The key ready to verify; `nil` when type, scheme or value is not understood: it then never counts.
  public let publicKey: PublicKey?
  let valueExtras: JSONObject
  let unrecognized: JSONObject

  private static let holderField = "x-cordon-holder"

  /// A key of our own; `holder` is the plain name of who holds it.
  public init(_ publicKey: PublicKey, holder: String? = nil) {
    switch publicKey.algorithm {
    case .ed25519: (keytype, scheme) = ("ed25519", "ed25519")
    case .ecdsaP256: (keytype, scheme) = ("ecdsa", "ecdsa-sha2-nistp256")
    case .rsaPSS: (keytype, scheme) = ("rsa", "rsassa-pss-sha256")
    }
    value = publicKey.ed25519Octets.map(Hex.encode) ?? publicKey.pem
    keyid = Self.keyid(keytype: keytype, scheme: scheme, value: value)
    self.publicKey = publicKey
    valueExtras = JSONObject()
    var extras = JSONObject()
    if let holder { extras[Self.holderField] = .string(holder) }
    unrecognized = extras
  }

  init(keyid: String, json: JSONValue, role: String) throws(ManifestRefusal) {
    var fields = try FieldReader(json, "key", role: role)
    keytype = try fields.string("keytype")
    scheme = try fields.string("scheme")
    var values = try FieldReader(fields.required("keyval"), "keyval", role: role)
    value = try values.string("public")
    self.keyid = keyid
    valueExtras = values.remaining
    unrecognized = fields.remaining
    publicKey = Self.understood(keytype: keytype, scheme: scheme, value: value)
  }

  /// Reads the object `{"keyid", "keytype", "scheme", "keyval", …}` of a key file, as ``fileJSON`` writes it.
  ///
  /// - Throws: ``ManifestRefusal/malformed(role:detail:)``.
  public init(fileJSON: JSONValue) throws(ManifestRefusal) {
    var fields = try FieldReader(fileJSON, "key", role: "key")
    let keyid = try fields.string("keyid")
    try self.init(keyid: keyid, json: .object(fields.remaining), role: "key")
  }

  /// Who holds the key, when its owner said so.
  public var holder: String? { unrecognized[Self.holderField]?.stringValue }

  /// A short form for people: `3f2a91c0… (holder-three)`.
  public var label: String {
    let short = keyid.count > 8 ? String(keyid.prefix(8)) + "…" : keyid
    return holder.map { "\(short) (\($0))" } ?? short
  }

  /// The key alone, with its id inside, for handing it from holder to administrator.
  public var fileJSON: JSONValue {
    .object(JSONObject([("keyid", .string(keyid))]).adding(object))
  }

  var object: JSONObject {
    let keyval = JSONObject([("public", .string(value))]).adding(valueExtras)
    return JSONObject([
      ("keytype", .string(keytype)), ("scheme", .string(scheme)), ("keyval", .object(keyval)),
    ]).adding(unrecognized)
  }

  private static func keyid(keytype: String, scheme: String, value: String) -> String {
    let canonical: JSONValue = [
      "keytype": .string(keytype), "scheme": .string(scheme), "keyval": ["public": .string(value)],
    ]
    // Strings only: the canonical form always exists.
    return SHA256Digest(hashing: (try? canonical.canonicalEncoded()) ?? []).hex
  }

  private static func understood(keytype: String, scheme: String, value: String) -> PublicKey? {
    let algorithm: KeyAlgorithm
    switch (keytype, scheme) {
    case ("ed25519", "ed25519"):
      guard let octets = Hex.decode(value) else { return nil }
      return try? PublicKey(ed25519: octets)
    case ("ecdsa", "ecdsa-sha2-nistp256"), ("ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256"):
      algorithm = .ecdsaP256
    case ("rsa", "rsassa-pss-sha256"): algorithm = .rsaPSS
    default: return nil
    }
    guard let key = try? PublicKey(pem: value), key.algorithm == algorithm else { return nil }
    return key
  }
}
