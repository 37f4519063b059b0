// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
public import FoundationEssentials
public import Ingest

/// The part of the registry that holds the agencies' keys, and what was signed with them.
public protocol ApprovalRecords: Sendable {
  /// Adds an agency's key. - Throws: `alreadyExists(.agencyKey)`, `missingReference(.agency)`, `agencyHasNoVote`,
  /// `tooManyKeys`.
  func addAgencyKey(_ key: AgencySigningKey, act: Act, answering: Answering<AgencySigningKey>?)
    async throws(RecordsError) -> Recorded<AgencySigningKey>
  /// Ends a key at `time`, which may lie in the past; one that ends earlier already stays so.
  /// - Throws: `notFound(.agencyKey)`.
  func endAgencyKey(
    _ keyid: String, at time: Date, reason: String, act: Act, answering: Answering<AgencySigningKey>?
  ) async throws(RecordsError) -> Recorded<AgencySigningKey>
  /// The keys, ended ones too, by agency and keyid.
  func agencyKeys() async throws(RecordsError) -> [AgencySigningKey]
  /// The agencies that vote with their keys, read at one moment; its version rises with every change of a key.
  func agencyRegister() async throws(RecordsError) -> AgencyRegister

  /// The approvals on record up to number `mark` of what is listed last under each text: all of the list, or those of
  /// `entries`. For one mark the answer is always the same.
  func approvals(list: ListName, through mark: Int64, of entries: [BlocklistEntry]?)
    async throws(RecordsError) -> [SignedApproval]
  /// The entries with approvals numbered above `after`, up to `mark`, in order of text.
  func approvedEntries(list: ListName, after: Int64, through mark: Int64) async throws(RecordsError)
    -> [BlocklistEntry]
}

extension Records {
  /// Gives a listed entry a new lease where nothing is guarded.
  public func renew(
    _ id: EntryID, days: Int?, term: LeaseTerm, approval: RenewalApproval? = nil, act: Act,
    answering: Answering<ListedEntry>?
  ) async throws(RecordsError) -> Recorded<ListedEntry> {
    try await renew(
      id, days: days, terms: RenewalTerms(lease: term), approval: approval, act: act, answering: answering)
  }
}
