// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import FoundationEssentials

/// How a principal proves who it is. The secret itself is never kept.
public struct Credential: Hashable, Sendable {
  /// What is recognised, by its SHA-256.
  public enum Proof: Hashable, Sendable {
    /// A bearer token: SHA-256 of its octets.
    case token(digest: [UInt8])
    /// A client certificate: SHA-256 of its DER subject public key information.
    case certificate(keyDigest: [UInt8])
  }

  /// Its number.
  public let id: CredentialID
  /// Whose it is.
  public let principal: PrincipalID
  /// What is recognised.
  public let proof: Proof
  /// When it was added.
  public let createdAt: Date
  /// From when it no longer counts; nil for never.
  public let expiresAt: Date?
  /// When it was revoked.
  public let revokedAt: Date?

  /// A credential of these particulars.
  public init(
    id: CredentialID, principal: PrincipalID, proof: Proof, createdAt: Date, expiresAt: Date?,
    revokedAt: Date?
  ) {
    self.id = id
    self.principal = principal
    self.proof = proof
    self.createdAt = createdAt
    self.expiresAt = expiresAt
    self.revokedAt = revokedAt
  }

  /// Whether it counts at `now`: neither expired nor revoked.
  public func isValid(at now: Date) -> Bool {
    revokedAt == nil && (expiresAt.map { now < $0 } ?? true)
  }
}
