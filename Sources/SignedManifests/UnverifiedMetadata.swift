// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import StrictJSON

/// Metadata as it came: readable, and worth nothing until ``verified(by:keys:)``.
public struct UnverifiedMetadata<Role: ManifestRole>: Hashable, Sendable {
  /// What it claims.
  public let signed: Role
  /// No key id twice.
  public private(set) var signatures: [ManifestSignature]
  /// The canonical form that signatures cover, made from the value received.
  public let message: [UInt8]
  private let received: JSONValue
  private let unrecognized: JSONObject

  /// Reads an envelope `{"signatures": […], "signed": {…}}`.
  ///
  /// - Throws: ``ManifestRefusal/malformed(role:detail:)``, ``ManifestRefusal/tooLarge(name:limit:)``.
  public init(parsing octets: [UInt8], maximumOctets: Int = ManifestLimits().targetsOctets)
    throws(ManifestRefusal)
  {
    let value: JSONValue
    do {
      value = try JSONValue(
        parsing: octets, limits: JSONLimits(octets: maximumOctets, depth: ManifestLimits.depth))
    } catch {
      if error.reason == .tooLarge { throw .tooLarge(name: Role.type, limit: maximumOctets) }
      throw .malformed(role: Role.type, detail: error.description)
    }
    var fields = try FieldReader(value, "metadata", role: Role.type)
    received = try fields.required("signed")
    message = try Self.message(of: received)
    signed = try Role(signed: received)
    signatures = []
    for value in try fields.array("signatures") {
      signatures.append(try ManifestSignature(json: value, role: Role.type))
    }
    guard Set(signatures.map(\.keyid)).count == signatures.count else {
      throw fields.malformed("two signatures bear one key id")
    }
    unrecognized = fields.remaining
  }

  /// Metadata of our own, not signed yet.
  ///
  /// - Throws: ``ManifestRefusal/malformed(role:detail:)`` for a custom field with a fractional number.
  public init(_ signed: Role) throws(ManifestRefusal) {
    self.signed = signed
    received = .object(signed.signed)
    message = try Self.message(of: received)
    signatures = []
    unrecognized = JSONObject()
  }

  private static func message(of signed: JSONValue) throws(ManifestRefusal) -> [UInt8] {
    do {
      return try signed.canonicalEncoded()
    } catch {
      throw .malformed(role: Role.type, detail: "a fractional number cannot be signed")
    }
  }

  /// Puts `signature` in, in place of an earlier one of the same key.
  public mutating func add(_ signature: ManifestSignature) {
    signatures.removeAll { $0.keyid == signature.keyid }
    signatures.append(signature)
  }

  /// Leaves `signature` alone in it.
  public mutating func keep(only signature: ManifestSignature) { signatures = [signature] }

  /// Signs with `signer`, in place of its earlier signature.
  ///
  /// - Throws: what the signer throws.
  public mutating func sign(with signer: any MetadataSigner) throws(SigningFault) {
    add(ManifestSignature(keyid: signer.keyid, octets: try signer.sign(message)))
  }

  /// The ids of keys of the role that signed, one for each distinct public key.
  public func signers(among role: RoleKeys, keys: [String: ManifestKey]) -> [String] {
    role.signers(of: message, signatures: signatures, keys: keys)
  }

  /// The same metadata, trusted, when at least the threshold of distinct keys signed it.
  ///
  /// - Parameter verified: signatures that need not be computed again.
  /// - Throws: ``ManifestRefusal/thresholdNotMet(role:valid:needed:)``.
  public func verified(
    by role: RoleKeys, keys: [String: ManifestKey], name: String = Role.type,
    verified: MetadataMemory = MetadataMemory()
  ) throws(ManifestRefusal) -> TrustedMetadata<Role> {
    let valid = role.signers(
      of: message, signatures: signatures, keys: keys, enough: role.threshold, verified: verified
    ).count
    guard role.threshold >= 1, valid >= role.threshold else {
      throw .thresholdNotMet(role: name, valid: valid, needed: role.threshold)
    }
    return TrustedMetadata(verified: self)
  }

  /// The envelope as JSON text, unknown fields included.
  public var encoded: [UInt8] {
    let object: JSONObject = [
      "signatures": .array(signatures.map(\.json)), "signed": received,
    ]
    return JSONValue.object(object.adding(unrecognized)).encoded()
  }
}

/// Metadata whose signatures were verified against keys that were themselves trusted.
public struct TrustedMetadata<Role: ManifestRole>: Hashable, Sendable {
  /// What it says.
  public let signed: Role
  /// The envelope it came in.
  public let metadata: UnverifiedMetadata<Role>

  fileprivate init(verified metadata: UnverifiedMetadata<Role>) {
    signed = metadata.signed
    self.metadata = metadata
  }
}

extension UnverifiedMetadata where Role == Root {
  /// The root, trusted by its own keys: for the first, which arrives by a trusted way.
  ///
  /// - Throws: ``ManifestRefusal/thresholdNotMet(role:valid:needed:)``.
  public func verifiedBySelf(_ verified: MetadataMemory = MetadataMemory()) throws(ManifestRefusal)
    -> TrustedMetadata<Root>
  {
    try self.verified(by: signed[.root], keys: signed.keys, verified: verified)
  }

  /// The root, trusted by the one before it and by its own keys (TUF §5.3.4).
  ///
  /// - Throws: ``ManifestRefusal/thresholdNotMet(role:valid:needed:)``,
  ///   ``ManifestRefusal/rootVersionNotNext(expected:found:)``.
  public func verified(
    following trusted: TrustedMetadata<Root>, _ signatures: MetadataMemory = MetadataMemory()
  ) throws(ManifestRefusal) -> TrustedMetadata<Root> {
    _ = try verified(by: trusted.signed[.root], keys: trusted.signed.keys, verified: signatures)
    let verified = try verifiedBySelf(signatures)
    let (next, overflow) = trusted.signed.version.addingReportingOverflow(1)
    guard !overflow, signed.version == next else {
      throw .rootVersionNotNext(expected: next, found: signed.version)
    }
    return verified
  }
}
