// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import FoundationEssentials
public import Ingest

/// A principal to be added; its country is its agency's.
public struct NewPrincipal: Hashable, Sendable {
  /// The handle.
  public let id: PrincipalID
  /// The name, as people write it.
  public let name: String
  /// The agency, which must be on record.
  public let agency: AgencyID
  /// What it may do.
  public let roles: Set<Role>

  /// A principal to be added.
  public init(id: PrincipalID, name: String, agency: AgencyID, roles: Set<Role>) {
    self.id = id
    self.name = name
    self.agency = agency
    self.roles = roles
  }
}

/// A credential to be added.
public struct NewCredential: Hashable, Sendable {
  /// Whose, which must be on record.
  public let principal: PrincipalID
  /// What is recognised; each only once in the store.
  public let proof: Credential.Proof
  /// From when it no longer counts; nil for never.
  public let expiresAt: Date?

  /// A credential to be added.
  public init(principal: PrincipalID, proof: Credential.Proof, expiresAt: Date? = nil) {
    self.principal = principal
    self.proof = proof
    self.expiresAt = expiresAt
  }
}

/// Everyone on record, read at one moment; for a cache of who may do what.
public struct People: Hashable, Sendable {
  /// The agencies, by handle.
  public let agencies: [Agency]
  /// The principals, by handle.
  public let principals: [Principal]
  /// The credentials, revoked ones too, by number.
  public let credentials: [Credential]

  /// People of these parts.
  public init(agencies: [Agency], principals: [Principal], credentials: [Credential]) {
    self.agencies = agencies
    self.principals = principals
    self.credentials = credentials
  }
}

/// What a store says to who asks for turns.
public enum Turns: Hashable, Sendable {
  /// So many, one at least.
  case granted(Int)
  /// None before so long.
  case wait(Duration)
}
