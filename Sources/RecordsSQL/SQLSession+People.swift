// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Ingest
internal import Records

extension SQLSession {
  func agencies() throws(RecordsError) -> [Agency] {
    try rows("SELECT id, name, country, kind, domains FROM agency ORDER BY id") {
      (row: Row) throws(RecordsError) in
      Agency(
        id: try row.value(0) { AgencyID($0) }, name: row.text(1),
        country: try row.value(2) { CountryCode($0) },
        kind: try row.value(3) { Agency.Kind(rawValue: $0) },
        domains: try row.value(4) { Agency.domains($0) })
    }
  }

  func principals() throws(RecordsError) -> [Principal] {
    try rows(Self.principalColumns + " ORDER BY p.id") { (row: Row) throws(RecordsError) in try Principal(row)
    }
  }

  func principal(_ id: PrincipalID) throws(RecordsError) -> Principal {
    let found = try rows(Self.principalColumns + " WHERE p.id = ?", [.text(id.text)]) {
      (row: Row) throws(RecordsError) in try Principal(row)
    }
    guard let principal = found.first else { throw .refused(.notFound(.principal)) }
    return principal
  }

  func credentials() throws(RecordsError) -> [Credential] {
    try rows(Self.credentialColumns + " ORDER BY number") { (row: Row) throws(RecordsError) in
      try Credential(row)
    }
  }

  func credential(_ id: CredentialID) throws(RecordsError) -> Credential {
    let found = try rows(Self.credentialColumns + " WHERE number = ?", [.integer(id.number)]) {
      (row: Row) throws(RecordsError) in try Credential(row)
    }
    guard let credential = found.first else { throw .refused(.notFound(.credential)) }
    return credential
  }

  private static var principalColumns: String {
    "SELECT p.id, p.name, p.agency, a.country, p.roles FROM principal p JOIN agency a ON a.id = p.agency"
  }
  private static var credentialColumns: String {
    "SELECT number, principal, kind, digest, created_at, expires_at, revoked_at FROM credential"
  }
}

extension Principal {
  fileprivate init(_ row: some SQLRow) throws(RecordsError) {
    var roles: Set<Role> = []
    for word in row.text(4).split(separator: " ") {
      guard let role = Role(rawValue: String(word)) else { throw .fatal("a stored role is unknown") }
      roles.insert(role)
    }
    self.init(
      id: try row.value(0) { PrincipalID($0) }, name: row.text(1), agency: try row.value(2) { AgencyID($0) },
      country: try row.value(3) { CountryCode($0) }, roles: roles)
  }
}

extension Credential {
  fileprivate init(_ row: some SQLRow) throws(RecordsError) {
    let digest = row.octets(3)
    self.init(
      id: CredentialID(number: row.integer(0)), principal: try row.value(1) { PrincipalID($0) },
      proof: row.text(2) == "token" ? .token(digest: digest) : .certificate(keyDigest: digest),
      createdAt: row.time(4), expiresAt: row.optionalTime(5), revokedAt: row.optionalTime(6))
  }
}

extension Credential.Proof {
  var stored: (kind: String, digest: [UInt8]) {
    switch self {
    case .token(let digest): ("token", digest)
    case .certificate(let digest): ("certificate", digest)
    }
  }
}
