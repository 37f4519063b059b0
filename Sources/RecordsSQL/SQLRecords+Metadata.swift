// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Records

extension SQLRecords {
  /// All metadata files.
  public func metadata() async throws(RecordsError) -> MetadataSnapshot {
    try await read { (connection: Session) throws(RecordsError) in
      MetadataSnapshot(
        revision: try connection.revision(of: "metadata"),
        files: try connection.rows("SELECT name, octets FROM metadata ORDER BY name") {
          (row: Row) throws(RecordsError) in MetadataFile(name: row.text(0), octets: row.octets(1))
        })
    }
  }

  /// Puts metadata files.
  public func saveMetadata(
    _ files: [MetadataFile], expecting revision: Int64, droppingProposal: Bool, act: Act,
    answering: Answering<Int64>?
  ) async throws(RecordsError) -> Recorded<Int64> {
    try await mutate(answering, at: act.at) { (connection: Session) throws(RecordsError) in
      let current = try connection.revision(of: "metadata")
      guard current == revision else { throw .refused(.metadataConflict(revision: current)) }
      try connection.put(files)
      if droppingProposal {
        try connection.run("UPDATE proposal SET octets = NULL")
        try connection.raiseRevision(of: "proposal")
      }
      let next = try connection.revision(of: "metadata")
      let rule = "revision=\(next)" + (droppingProposal ? " proposal-dropped" : "")
      try connection.note("metadata-saved", files.map(\.name).sorted().joined(separator: " "), rule, act)
      return next
    }
  }

  /// The root proposal.
  public func rootProposal() async throws(RecordsError) -> RootProposalRecord {
    try await read { (connection: Session) throws(RecordsError) in try connection.proposal() }
  }

  /// Puts or drops the root proposal.
  public func saveRootProposal(
    _ octets: [UInt8]?, expecting revision: Int64, act: Act, answering: Answering<RootProposalRecord>?
  ) async throws(RecordsError) -> Recorded<RootProposalRecord> {
    try await mutate(answering, at: act.at) { (connection: Session) throws(RecordsError) in
      let current = try connection.revision(of: "proposal")
      guard current == revision else { throw .refused(.proposalConflict(revision: current)) }
      try connection.run("UPDATE proposal SET octets = ?", .blob(octets))
      let next = try connection.raiseRevision(of: "proposal")
      try connection.note(
        octets == nil ? "root-proposal-dropped" : "root-proposal-saved", "root", "revision=\(next)", act)
      return try connection.proposal()
    }
  }
}

extension SQLSession {
  fileprivate func proposal() throws(RecordsError) -> RootProposalRecord {
    let octets = try first("SELECT octets FROM proposal") { $0.optionalOctets(0) }
    return RootProposalRecord(revision: try revision(of: "proposal"), octets: octets ?? nil)
  }
}
