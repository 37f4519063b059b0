// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
public import Ingest
public import Records

extension Publisher {
  /// The approvals of what `blocklist` holds, as far as `mark`. They follow from the list and the mark alone, so that every
  /// process makes the same file of a release.
  ///
  /// - Parameters:
  ///   - known: The release before, whose approvals are taken over but for what changed since; nil reads all.
  ///   - delta: What leads from that release to `blocklist`; found out unless given.
  func approvals(
    of list: ListName, in blocklist: Blocklist, through mark: Int64, over known: PublishedList?,
    changed delta: Delta? = nil
  ) async throws(PublicationError) -> PublishedApprovals {
    guard mark > 0 else { return .none }
    guard let known, known.version > .unreleased else {
      let all = try await stored { (records) throws(RecordsError) in
        try await records.approvals(list: list, through: mark, of: nil)
      }
      return PublishedApprovals(ApprovalList(all.filter { blocklist.contains($0.entry) }), mark: mark)
    }
    let delta = delta ?? Delta(from: known.blocklist, to: blocklist)
    var touched = Set(delta.additions).union(delta.removals)
    touched.formUnion(
      try await stored { (records) throws(RecordsError) in
        try await records.approvedEntries(list: list, after: known.approvals.mark, through: mark)
      })
    let held = touched.filter { blocklist.contains($0) }.sorted()
    let come = try await stored { (records) throws(RecordsError) in
      try await records.approvals(list: list, through: mark, of: held)
    }
    return PublishedApprovals(known.approvals.list.replacing(touched, by: come), mark: mark)
  }

  /// The register of agencies and keys on record: what `agencies.json` shall say.
  ///
  /// - Throws: `records`.
  public func agencyRegister() async throws(PublicationError) -> AgencyRegister {
    try await stored { (records) throws(RecordsError) in try await records.agencyRegister() }
  }

  /// Signs the register on record with the online keys of the targets role, as `agencies.json`.
  ///
  /// - Throws: `nothingToPublish` when it is in force; `proposalRefused` when holders sign the targets; `rootMissing`,
  ///   `contention`, `records`.
  public func publishAgencyRegister(
    act: Act, answering: Answering<AgencyRegister>? = nil
  ) async throws(PublicationError) -> Recorded<AgencyRegister> {
    try await replaying(answering) { () async throws(PublicationError) in
      let register = try await agencyRegister()
      let octets = register.encoded
      guard current.repository.standing[AgencyRegister.fileName]?.octets != octets else {
        throw PublicationError.nothingToPublish
      }
      return try await putStandingTargets(
        [AgencyRegister.fileName: octets], act: act, answering: answering?.about(register)
      ).with(register)
    }
  }
}
