// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// A person or a machine with an account, belonging to one agency.
public struct Principal: Hashable, Sendable {
  /// The handle.
  public let id: PrincipalID
  /// The name, as people write it.
  public let name: String
  /// The agency.
  public let agency: AgencyID
  /// The agency's country.
  public let country: CountryCode
  /// What it may do.
  public let roles: Set<Role>

  /// A principal of these particulars.
  public init(id: PrincipalID, name: String, agency: AgencyID, country: CountryCode, roles: Set<Role>) {
    self.id = id
    self.name = name
    self.agency = agency
    self.country = country
    self.roles = roles
  }
}
