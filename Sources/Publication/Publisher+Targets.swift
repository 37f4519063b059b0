// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import FoundationEssentials
internal import Ingest
public import Records
internal import SignedManifests
internal import StrictJSON

/// Top-level targets that people sign, each on their own machine: proposed with all the files they describe, signed, and put
/// in force at the threshold that the root names. The service signs releases by their delegation, and nothing else.
extension Publisher {
  /// The targets in force, and the proposal.
  ///
  /// - Throws: `rootMissing`, `manifest`, `records`.
  public func targetsStatus() async throws(PublicationError) -> TargetsStatus {
    let metadata = try await stored { (records) throws(RecordsError) in try await records.metadata() }
    let proposal = try await stored { (records) throws(RecordsError) in try await records.rootProposal() }
    let signed = try SignedRepository(files: metadata.files)
    return TargetsStatus(
      root: signed.root.signed, proposedRoot: try proposal.octets.map(Self.parse)?.signed,
      isSignedHere: signing.signsTargets(under: signed.root.signed), targets: signed.current?.targets,
      files: StandingTargets.inForce(metadata.files, signed).mapValues(\.octets),
      proposal: try Self.proposedTargets(in: metadata.files))
  }

  /// Puts a proposal for the next targets in place of any earlier one. It may bring signatures.
  ///
  /// - Parameter octets: A ``TargetsBundle`` as JSON.
  /// - Throws: `proposalRefused` for what ``TargetsBundle/judge(after:releases:online:now:)`` refuses, and where neither the
  ///   root in force nor the proposed one gives the targets to holders; `contention`, `records`.
  public func proposeTargets(
    _ octets: [UInt8], act: Act, answering: Answering<TargetsStatus>? = nil
  ) async throws(PublicationError) -> Recorded<TargetsStatus> {
    try await changeTargets(act, answering) { (status, signed, publisher) throws(PublicationError) in
      let roots = [status.root] + (status.proposedRoot.map { [$0] } ?? [])
      guard roots.contains(where: { !publisher.signing.signsTargets(under: $0) }) else {
        throw .proposalRefused("the service signs the targets: send it their files, and it signs them")
      }
      let bundle = try Self.bundle(octets)
      try publisher.judge(bundle, over: signed)
      return bundle
    }
  }

  /// Adds a signature to the proposal.
  ///
  /// - Throws: `noProposal`; `proposalRefused` unless the key is one of the targets role, of the root in force or of the
  ///   proposed one, and the signature verifies; `contention`, `records`.
  public func signTargetsProposal(
    keyid: String, sig: String, act: Act, answering: Answering<TargetsStatus>? = nil
  ) async throws(PublicationError) -> Recorded<TargetsStatus> {
    try await changeTargets(act, answering) { (status, _, _) throws(PublicationError) in
      guard var bundle = status.proposal else { throw .noProposal }
      var alone = bundle.metadata
      alone.keep(only: ManifestSignature(keyid: keyid, sig: sig))
      let roots = [status.root] + (status.proposedRoot.map { [$0] } ?? [])
      guard roots.contains(where: { !alone.signers(among: $0[.targets], keys: $0.keys).isEmpty }) else {
        throw .proposalRefused("the signature is not one by a targets key over this proposal")
      }
      bundle.metadata.add(ManifestSignature(keyid: keyid, sig: sig))
      return bundle
    }
  }

  /// Drops the proposal.
  ///
  /// - Throws: `noProposal`, `contention`, `records`.
  public func dropTargetsProposal(
    act: Act, answering: Answering<TargetsStatus>? = nil
  ) async throws(PublicationError) -> Recorded<TargetsStatus> {
    try await changeTargets(act, answering) { (status, _, _) throws(PublicationError) in
      guard status.proposal != nil else { throw .noProposal }
      return nil
    }
  }

  /// Puts the proposal in force, once enough keys of the targets role signed it; the version in force then.
  ///
  /// - Throws: `noProposal`, `proposalRefused` when signatures are missing, `manifest`, `contention`, `records`.
  public func publishTargetsProposal(
    act: Act, answering: Answering<Int64>? = nil
  ) async throws(PublicationError) -> Recorded<Int64> {
    try await gated { () async throws(PublicationError) in
      try await self.replaying(answering) { () async throws(PublicationError) in
        try await self.publishTargets(act, answering)
      }
    }
  }

  private func publishTargets(_ act: Act, _ answering: Answering<Int64>?) async throws(PublicationError)
    -> Recorded<Int64>
  {
    for _ in 0..<Self.maximumAttempts {
      let metadata = try await stored { (records) throws(RecordsError) in try await records.metadata() }
      let signed = try SignedRepository(files: metadata.files)
      guard let bundle = try Self.proposedTargets(in: metadata.files) else { throw .noProposal }
      try judge(bundle, over: signed)
      do throws(ManifestRefusal) {
        let root = signed.root.signed
        _ = try bundle.metadata.verified(by: root[.targets], keys: root.keys)
      } catch { throw .proposalRefused(error.description) }
      let files = try signing.files(
        adopting: bundle, under: signed.root.signed, over: signed, now: clock())
      let version = bundle.metadata.signed.version
      if let saved = try await save(
        files + [Self.noTargetsProposal], expecting: metadata.revision, act: act,
        answering: answering?.about(version))
      {
        try await refresh()
        return saved.with(version)
      }
    }
    throw .contention
  }

  /// Changes the proposal; the status after it.
  private func changeTargets(
    _ act: Act, _ answering: Answering<TargetsStatus>?,
    _ next: @Sendable (TargetsStatus, SignedRepository, Publisher) throws(PublicationError) -> TargetsBundle?
  ) async throws(PublicationError) -> Recorded<TargetsStatus> {
    try await replaying(answering) { () async throws(PublicationError) in
      for _ in 0..<Self.maximumAttempts {
        let metadata = try await stored { (records) throws(RecordsError) in try await records.metadata() }
        let status = try await targetsStatus()
        let bundle = try next(status, try SignedRepository(files: metadata.files), self)
        let changed = status.replacing(proposal: bundle)
        let file = bundle.map { MetadataFile(name: Self.proposalFile, octets: $0.json.encoded()) }
        if let saved = try await save(
          [file ?? Self.noTargetsProposal], expecting: metadata.revision, act: act,
          answering: answering?.about(changed))
        {
          return saved.with(changed)
        }
      }
      throw .contention
    }
  }

  /// The proposal is kept with the metadata, so that it and what it leads to change in one step.
  private static let proposalFile = "proposal/targets.json"

  static var noTargetsProposal: MetadataFile { MetadataFile(name: proposalFile, octets: []) }

  static func proposedTargets(in files: [MetadataFile]) throws(PublicationError) -> TargetsBundle? {
    guard let file = files.first(where: { $0.name == proposalFile }), !file.octets.isEmpty else { return nil }
    return try bundle(file.octets)
  }

  static func bundle(_ octets: [UInt8]) throws(PublicationError) -> TargetsBundle {
    do {
      let limits = JSONLimits(octets: TargetsBundle.maximumOctets, depth: ManifestLimits.depth)
      return try TargetsBundle(json: try JSONValue(parsing: octets, limits: limits))
    } catch let refusal as ManifestRefusal {
      throw .proposalRefused(refusal.description)
    } catch {
      throw .proposalRefused("the proposed targets are not JSON: \(error)")
    }
  }

  nonisolated func judge(_ bundle: TargetsBundle, over signed: SignedRepository) throws(PublicationError) {
    do throws(ManifestRefusal) {
      try bundle.judge(
        after: signed.current?.targets.signed, releases: signed.releaseTargets.keys.sorted(),
        online: Set(signing.signers.map(\.keyid)), now: clock())
    } catch { throw .proposalRefused(error.description) }
  }
}
