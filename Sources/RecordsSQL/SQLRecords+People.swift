// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import FoundationEssentials
public import Ingest
public import Names
public import Records

extension SQLRecords {
  /// Adds an agency.
  public func addAgency(
    _ agency: Agency, act: Act, answering: Answering<Agency>?
  ) async throws(RecordsError) -> Recorded<Agency> {
    try await mutate(answering, at: act.at) { (connection: Session) throws(RecordsError) -> Agency in
      try connection.run(
        "INSERT INTO agency VALUES(?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", .text(agency.id.text),
        .text(agency.name), .text(agency.country.text), .text(agency.kind.rawValue), .text(agency.domainsText)
      )
      guard connection.changes == 1 else { throw .refused(.alreadyExists(.agency)) }
      try connection.guardsChanged()
      try connection.note(
        "agency-added", agency.id.text, agency.country.text, act,
        reason: agency.domains.isEmpty ? nil : agency.domains.map { "+\($0)" }.joined(separator: " "))
      return agency
    }
  }

  /// Replaces an agency's own domains.
  public func setDomains(
    _ domains: [DomainName], of agency: AgencyID, act: Act, answering: Answering<Agency>?
  ) async throws(RecordsError) -> Recorded<Agency> {
    try await mutate(answering, at: act.at) { (connection: Session) throws(RecordsError) -> Agency in
      guard let known = try connection.agencies().first(where: { $0.id == agency }) else {
        throw .refused(.notFound(.agency))
      }
      let changed = known.with(domains: domains)
      try connection.run(
        "UPDATE agency SET domains = ? WHERE id = ?", .text(changed.domainsText), .text(agency.text))
      try connection.guardsChanged()
      let come = domains.filter { !known.domains.contains($0) }.map { "+\($0)" }
      let gone = known.domains.filter { !domains.contains($0) }.map { "-\($0)" }
      try connection.note(
        "agency-domains-set", agency.text, "\(domains.count) domains", act,
        reason: (come + gone).joined(separator: " "))
      return changed
    }
  }

  /// Adds a principal.
  public func addPrincipal(
    _ principal: NewPrincipal, act: Act, answering: Answering<Principal>?
  ) async throws(RecordsError) -> Recorded<Principal> {
    try await mutate(answering, at: act.at) { (connection: Session) throws(RecordsError) -> Principal in
      let agency = try connection.agencies().first { $0.id == principal.agency }
      guard let agency else { throw .refused(.missingReference(.agency)) }
      guard agency.hasVote || !principal.roles.contains(.reviewer) else { throw .refused(.agencyHasNoVote) }
      let roles = principal.roles.sorted().map(\.rawValue).joined(separator: " ")
      try connection.run(
        "INSERT INTO principal VALUES(?, ?, ?, ?) ON CONFLICT DO NOTHING", .text(principal.id.text),
        .text(principal.name), .text(principal.agency.text), .text(roles))
      guard connection.changes == 1 else { throw .refused(.alreadyExists(.principal)) }
      try connection.notify()
      try connection.note("principal-added", principal.id.text, roles, act)
      return try connection.principal(principal.id)
    }
  }

  /// Adds a credential.
  public func addCredential(
    _ credential: NewCredential, act: Act, answering: Answering<Credential>?
  ) async throws(RecordsError) -> Recorded<Credential> {
    try await mutate(answering, at: act.at) { (connection: Session) throws(RecordsError) -> Credential in
      let known = try connection.first(
        "SELECT 1 FROM principal WHERE id = ?", .text(credential.principal.text), read: { _ in true })
      guard known == true else { throw .refused(.missingReference(.principal)) }
      let (kind, digest) = credential.proof.stored
      let number = try connection.inserted(
        """
        INSERT INTO credential(principal, kind, digest, created_at, expires_at) VALUES(?, ?, ?, ?, ?)
        ON CONFLICT DO NOTHING
        """, .text(credential.principal.text), .text(kind), .blob(digest), .time(act.at),
        .time(credential.expiresAt))
      guard let number else { throw .refused(.alreadyExists(.credential)) }
      let id = CredentialID(number: number)
      try connection.notify()
      try connection.note("credential-added", id.text, "\(credential.principal) \(kind)", act)
      return try connection.credential(id)
    }
  }

  /// Revokes a credential.
  public func revokeCredential(
    _ id: CredentialID, act: Act, answering: Answering<Credential>?
  ) async throws(RecordsError) -> Recorded<Credential> {
    try await mutate(answering, at: act.at) { (connection: Session) throws(RecordsError) -> Credential in
      let before = try connection.credential(id)
      guard before.revokedAt == nil else { return before }
      try connection.run(
        "UPDATE credential SET revoked_at = ? WHERE number = ?", .time(act.at), .integer(id.number))
      try connection.notify()
      try connection.note("credential-revoked", id.text, before.principal.text, act)
      return try connection.credential(id)
    }
  }

  /// Has a credential end at `end`, unless it ends before that or is revoked.
  public func limitCredential(
    _ id: CredentialID, until end: Date, act: Act
  ) async throws(RecordsError) -> Credential {
    let recorded: Recorded<Credential> = try await mutate(nil, at: act.at) {
      (connection: Session) throws(RecordsError) -> Credential in
      let before = try connection.credential(id)
      guard before.revokedAt == nil, before.expiresAt.map({ end < $0 }) ?? true else { return before }
      try connection.run(
        "UPDATE credential SET expires_at = ? WHERE number = ?", .time(end), .integer(id.number))
      try connection.notify()
      try connection.note("credential-limited", id.text, before.principal.text, act)
      return try connection.credential(id)
    }
    guard let credential = recorded.outcome else { throw .fault("a change without an outcome") }
    return credential
  }

  /// Everyone on record.
  public func people() async throws(RecordsError) -> People {
    try await read { (connection: Session) throws(RecordsError) -> People in
      People(
        agencies: try connection.agencies(), principals: try connection.principals(),
        credentials: try connection.credentials())
    }
  }
}
