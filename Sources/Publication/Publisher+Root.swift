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
  /// - Parameter targets: A ``TargetsBundle`` as JSON, signed by its holders; needed where the root gives the targets role
  ///   to others than the service.
  /// - Throws: `manifest` unless `octets` are version 1, signed to its own threshold, not expired, and give the online
  ///   roles keys that are here; `proposalRefused` when there is a root already; `records`.
  public func installRoot(_ octets: [UInt8], targets: [UInt8]? = nil, act: Act) async throws(PublicationError)
  {
    try await gated { () async throws(PublicationError) in
      try await self.install(octets, targets, act)
    }
  }

  private func install(_ octets: [UInt8], _ targets: [UInt8]?, _ act: Act) async throws(PublicationError) {
    let metadata = try await stored { (records) throws(RecordsError) in try await records.metadata() }
    guard !metadata.files.contains(where: { $0.name.hasSuffix(".root.json") }) else {
      throw .proposalRefused("a root is installed already; change it by a proposal")
    }
    let file = MetadataFile(name: RepositoryPath.root(version: 1), octets: octets)
    let empty = try SignedRepository(files: [file])
    guard empty.root.signed.version == 1, !empty.root.signed.isExpired(at: clock()) else {
      throw .manifest("the first root must have version 1 and not be expired")
    }
    try requireTargetsHolders(under: empty.root.signed)
    let first: [MetadataFile]
    if signing.signsTargets(under: empty.root.signed) {
      first = try signing.files(targets: settings.withFileKey([:]), over: empty, now: clock())
    } else {
      guard let targets else {
        throw .manifest(
          "the root gives the targets to their holders: the first targets, signed by them, are missing")
      }
      do throws(PublicationError) {
        let bundle = try Self.bundle(targets)
        try judge(bundle, over: empty)
        first = try signing.files(adopting: bundle, under: empty.root.signed, over: empty, now: clock())
      } catch .proposalRefused(let reason) { throw .manifest(reason) }
    }
    guard try await save([file] + first, expecting: metadata.revision, act: act) else { throw .contention }
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
  /// keys, they are signed afresh in the same step; so are proposed targets put in force with it when their holders by the new
  /// root signed them, and must be when the targets in force would not hold under it.
  ///
  /// - Throws: `noProposal`, `proposalRefused` when signatures are missing, `manifest`, `contention`, `records`.
  public func publishRootProposal(
    act: Act, answering: Answering<TrustedMetadata<Root>>? = nil
  ) async throws(PublicationError) -> Recorded<TrustedMetadata<Root>> {
    try await gated { () async throws(PublicationError) in
      try await self.replaying(answering) { () async throws(PublicationError) in
        try await self.publishProposal(act, answering)
      }
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
      let files = try files(of: next, over: current, proposed: Self.proposedTargets(in: metadata.files))
      if let saved = try await save(
        files, expecting: metadata.revision, droppingRootProposal: true, act: act,
        answering: answering?.about(next))
      {
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

  /// The files of a new root, and with it of the proposed targets if they are complete under it.
  private func files(
    of next: TrustedMetadata<Root>, over current: SignedRepository, proposed bundle: TargetsBundle?
  ) throws(PublicationError) -> [MetadataFile] {
    let root = next.signed
    if signing.signsTargets(under: root) || current.current == nil {
      return try signing.files(root: next, over: current, now: clock())
    }
    if let bundle, (try? bundle.metadata.verified(by: root[.targets], keys: root.keys)) != nil {
      try judge(bundle, over: current)
      let file = MetadataFile(
        name: RepositoryPath.root(version: root.version), octets: next.metadata.encoded)
      return [file, Self.noTargetsProposal]
        + (try signing.files(adopting: bundle, under: root, over: current, now: clock()))
    }
    let inForce = current.current?.targets
    guard (try? inForce?.verified(by: root[.targets], keys: root.keys)) != nil else {
      throw .proposalRefused(
        "the targets in force are not signed by enough of the new root's targets holders: propose targets, "
          + "have them signed, then publish both")
    }
    return try signing.files(root: next, over: current, now: clock())
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

  static func parse(_ octets: [UInt8]) throws(PublicationError) -> UnverifiedMetadata<Root> {
    do throws(ManifestRefusal) {
      return try UnverifiedMetadata<Root>(parsing: octets, maximumOctets: ManifestLimits().rootOctets)
    } catch { throw .proposalRefused(error.description) }
  }

  /// Refuses a root that lets the service sign the top-level targets, where the configuration wants them signed by people.
  nonisolated func requireTargetsHolders(under root: Root) throws(PublicationError) {
    guard settings.wantsTargetsHolders, signing.signsTargets(under: root) else { return }
    throw .manifest(
      "targets.signed_by is holders, and root version \(root.version) lets the service sign the targets")
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
    do throws(PublicationError) { try requireTargetsHolders(under: next) } catch .manifest(let reason) {
      throw .proposalRefused(reason)
    }
    guard next.consistentSnapshot else { throw .proposalRefused("consistent snapshots must stay on") }
    for role in [Root.RoleName.snapshot, .timestamp] {
      let here = Set(signing.signers.map(\.keyid)).intersection(next[role].keyids)
      guard here.count >= next[role].threshold else {
        throw .proposalRefused("the server lacks online keys for the proposed \(role.rawValue) role")
      }
    }
  }
}
