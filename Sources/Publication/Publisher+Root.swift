// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import FoundationEssentials
internal import Ingest
public import Records
public import SignedManifests

/// The root of trust: installed once, then replaced only by a root that enough keys of the old and of the new one signed.
/// Private root keys never come here.
extension Publisher {
  /// Whether a root has been installed.
  ///
  /// - Throws: `records`.
  public func hasRoot() async throws(PublicationError) -> Bool {
    let metadata = try await stored { (records) throws(RecordsError) in try await records.metadata() }
    return metadata.files.contains { $0.name.hasSuffix(".root.json") }
  }

  /// Installs the first root, and signs an empty repository under it.
  ///
  /// - Throws: `manifest` unless `octets` are version 1, signed to its own threshold, not expired, and give the online
  ///   roles keys that are here; `proposalRefused` when there is a root already; `records`.
  public func installRoot(_ octets: [UInt8], act: Act) async throws(PublicationError) {
    await gate.enter()
    do throws(PublicationError) {
      try await install(octets, act)
      await gate.leave()
    } catch {
      await gate.leave()
      throw error
    }
  }

  private func install(_ octets: [UInt8], _ act: Act) async throws(PublicationError) {
    let metadata = try await stored { (records) throws(RecordsError) in try await records.metadata() }
    guard !metadata.files.contains(where: { $0.name.hasSuffix(".root.json") }) else {
      throw .proposalRefused("a root is installed already; change it by a proposal")
    }
    let file = MetadataFile(name: RepositoryPath.root(version: 1), octets: octets)
    let empty = try SignedRepository(files: [file])
    guard empty.root.signed.version == 1, !empty.root.signed.isExpired(at: clock()) else {
      throw .manifest("the first root must have version 1 and not be expired")
    }
    let files = [file] + (try signing.files(targets: settings.withFileKey([:]), over: empty, now: clock()))
    guard try await save(files, expecting: metadata.revision, act: act) else { throw .contention }
    try await refresh()
  }

  /// The root in force and the proposal.
  ///
  /// - Throws: `rootMissing`, `manifest`, `records`.
  public func rootStatus() async throws(PublicationError) -> RootStatus { try await status().status }

  /// Puts a proposal for the next root in place of any earlier one. It may bring signatures.
  ///
  /// - Throws: `proposalRefused` unless it is the next version, well formed, not expired, keeps consistent snapshots, and
  ///   gives the online roles keys that are here; `contention`, `records`.
  public func proposeRoot(
    _ octets: [UInt8], act: Act, answering: Answering<RootStatus>? = nil
  ) async throws(PublicationError) -> Recorded<RootStatus> {
    try await change(act, answering) { (status, publisher) throws(PublicationError) in
      let proposal = try Self.parse(octets)
      try publisher.judge(proposal, after: status.root)
      return proposal
    }
  }

  /// Adds a signature to the proposal.
  ///
  /// - Throws: `noProposal`; `proposalRefused` unless the key belongs to the old or new root and the signature verifies;
  ///   `contention`, `records`.
  public func signRootProposal(
    keyid: String, sig: String, act: Act, answering: Answering<RootStatus>? = nil
  ) async throws(PublicationError) -> Recorded<RootStatus> {
    try await change(act, answering) { (status, _) throws(PublicationError) in
      guard let proposed = status.proposal else { throw .noProposal }
      do throws(ManifestRefusal) {
        var proposal = try RootProposal(following: status.root, proposed: proposed)
        try proposal.add(ManifestSignature(keyid: keyid, sig: sig))
        return proposal.proposed
      } catch .thresholdNotMet {
        throw .proposalRefused("the signature is not one by a root key, old or new, over this proposal")
      } catch { throw .proposalRefused(error.description) }
    }
  }

  /// Drops the proposal.
  ///
  /// - Throws: `noProposal`, `contention`, `records`.
  public func dropRootProposal(
    act: Act, answering: Answering<RootStatus>? = nil
  ) async throws(PublicationError) -> Recorded<RootStatus> {
    try await change(act, answering) { (status, _) throws(PublicationError) in
      guard status.proposal != nil else { throw .noProposal }
      return nil
    }
  }

  /// Makes the proposal the root in force, once enough keys of both roots signed it. If it gives online roles other
  /// keys, they are signed afresh in the same step.
  ///
  /// - Throws: `noProposal`, `proposalRefused` when signatures are missing, `manifest`, `contention`, `records`.
  public func publishRootProposal(
    act: Act, answering: Answering<TrustedMetadata<Root>>? = nil
  ) async throws(PublicationError) -> Recorded<TrustedMetadata<Root>> {
    await gate.enter()
    do throws(PublicationError) {
      let root = try await replaying(answering) { () async throws(PublicationError) in
        try await publishProposal(act, answering)
      }
      await gate.leave()
      return root
    } catch {
      await gate.leave()
      throw error
    }
  }

  private func publishProposal(
    _ act: Act, _ answering: Answering<TrustedMetadata<Root>>?
  ) async throws(PublicationError) -> Recorded<TrustedMetadata<Root>> {
    for _ in 0..<Self.maximumAttempts {
      let metadata = try await stored { (records) throws(RecordsError) in try await records.metadata() }
      let current = try SignedRepository(files: metadata.files)
      guard let proposal = try await status().status.proposal else { throw .noProposal }
      try judge(proposal, after: current.root)
      let next: TrustedMetadata<Root>
      do throws(ManifestRefusal) {
        next = try RootProposal(following: current.root, proposed: proposal).completed()
      } catch { throw .proposalRefused(error.description) }
      let files = try signing.files(root: next, over: current, now: clock())
      if let saved = try await put(files, following: metadata.revision, act, answering?.about(next)) {
        try await refresh()
        return saved.with(next)
      }
    }
    throw .contention
  }

  private func status() async throws(PublicationError) -> (status: RootStatus, revision: Int64) {
    let metadata = try await stored { (records) throws(RecordsError) in try await records.metadata() }
    let record = try await stored { (records) throws(RecordsError) in try await records.rootProposal() }
    let root = try SignedRepository(files: metadata.files).root
    var proposal: UnverifiedMetadata<Root>?
    if let octets = record.octets { proposal = try Self.parse(octets) }
    return (RootStatus(root: root, proposal: proposal), record.revision)
  }

  /// Puts the files of a new root and drops the proposal; nil when someone else was quicker.
  private func put(
    _ files: [MetadataFile], following revision: Int64, _ act: Act, _ answering: Answering<Int64>?
  )
    async throws(PublicationError) -> Recorded<Int64>?
  {
    do throws(RecordsError) {
      return try await records.saveMetadata(
        files, expecting: revision, droppingProposal: true, act: act, answering: answering)
    } catch {
      guard error.isConflict else { throw .records(error) }
      return nil
    }
  }

  private func change(
    _ act: Act, _ answering: Answering<RootStatus>?,
    _ next: (RootStatus, Publisher) throws(PublicationError) -> UnverifiedMetadata<Root>?
  ) async throws(PublicationError) -> Recorded<RootStatus> {
    try await replaying(answering) { () async throws(PublicationError) in
      for _ in 0..<Self.maximumAttempts {
        let (status, revision) = try await status()
        let proposal = try next(status, self)
        let changed = RootStatus(root: status.root, proposal: proposal)
        do throws(RecordsError) {
          return try await records.saveRootProposal(
            proposal?.encoded, expecting: revision, act: act, answering: answering?.about(changed)
          ).with(changed)
        } catch {
          guard error.isConflict else { throw .records(error) }
        }
      }
      throw .contention
    }
  }

  private static func parse(_ octets: [UInt8]) throws(PublicationError) -> UnverifiedMetadata<Root> {
    do throws(ManifestRefusal) {
      return try UnverifiedMetadata<Root>(parsing: octets, maximumOctets: ManifestLimits().rootOctets)
    } catch { throw .proposalRefused(error.description) }
  }

  /// The rules a proposal keeps whatever its signatures: followers would choke on anything else.
  private nonisolated func judge(_ proposal: UnverifiedMetadata<Root>, after current: TrustedMetadata<Root>)
    throws(PublicationError)
  {
    let next = proposal.signed
    guard next.version == current.signed.version + 1 else {
      throw .proposalRefused(
        "the next root must have version \(current.signed.version + 1), not \(next.version)")
    }
    guard !next.isExpired(at: clock()) else { throw .proposalRefused("the proposed root is expired") }
    guard next.consistentSnapshot else { throw .proposalRefused("consistent snapshots must stay on") }
    for role in [Root.RoleName.targets, .snapshot, .timestamp] {
      let here = Set(signing.signers.map(\.keyid)).intersection(next[role].keyids)
      guard here.count >= next[role].threshold else {
        throw .proposalRefused("the server lacks online keys for the proposed \(role.rawValue) role")
      }
    }
  }
}
