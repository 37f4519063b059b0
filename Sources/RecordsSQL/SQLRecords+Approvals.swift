// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
public import FoundationEssentials
public import Ingest
public import Records

extension SQLRecords {
  /// Adds an agency's key.
  public func addAgencyKey(
    _ key: AgencySigningKey, act: Act, answering: Answering<AgencySigningKey>?
  ) async throws(RecordsError) -> Recorded<AgencySigningKey> {
    try await mutate(answering, at: act.at) { (connection: Session) throws(RecordsError) in
      try connection.add(key, act: act)
      return try connection.agencyKey(key.keyid)
    }
  }

  /// Ends a key.
  public func endAgencyKey(
    _ keyid: String, at time: Date, reason: String, act: Act, answering: Answering<AgencySigningKey>?
  ) async throws(RecordsError) -> Recorded<AgencySigningKey> {
    try await mutate(answering, at: act.at) { (connection: Session) throws(RecordsError) in
      try connection.endKey(keyid, at: time, reason: reason, act: act)
      return try connection.agencyKey(keyid)
    }
  }

  /// The keys.
  public func agencyKeys() async throws(RecordsError) -> [AgencySigningKey] {
    try await read { (connection: Session) throws(RecordsError) in try connection.agencyKeys() }
  }

  /// The agencies that vote.
  public func agencyRegister() async throws(RecordsError) -> AgencyRegister {
    try await read { (connection: Session) throws(RecordsError) in
      AgencyRegister(
        version: try connection.revision(of: "agencies"), agencies: try connection.agencies(),
        keys: try connection.agencyKeys())
    }
  }

  /// The approvals that releases carry.
  public func approvals(
    list: ListName, through mark: Int64, of entries: [BlocklistEntry]?
  ) async throws(RecordsError) -> [SignedApproval] {
    try await read { (connection: Session) throws(RecordsError) in
      try connection.approvals(of: list, through: mark, of: entries)
    }
  }

  /// The entries approved since.
  public func approvedEntries(
    list: ListName, after: Int64, through mark: Int64
  ) async throws(RecordsError) -> [BlocklistEntry] {
    try await read { (connection: Session) throws(RecordsError) in
      try connection.approvedEntries(of: list, after: after, through: mark)
    }
  }
}
