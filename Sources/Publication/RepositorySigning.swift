// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import FoundationEssentials
internal import Records
internal import SignedManifests

/// Makes the next metadata of a repository with the online keys, in the store's terms.
struct RepositorySigning: Sendable {
  let signers: [any MetadataSigner]
  let lifetimes: MetadataLifetimes

  /// Whether the service signs the top-level targets itself; else their holders do, and it signs releases by delegation.
  func signsTargets(under root: Root) -> Bool { builder(root).signsTargets }

  /// The files of new top-level targets, signed here: they, snapshot and timestamp.
  func files(
    targets: [String: TargetDescription], over repository: SignedRepository,
    above floor: MetadataFloor = MetadataFloor(), now: Date
  ) throws(PublicationError) -> [MetadataFile] {
    try files { (_) throws(PublishingError) in
      try builder(repository.root.signed, above: floor).release(
        targets: targets, delegations: nil, following: repository.current, now: now.wholeSeconds)
    }
  }

  /// The files of a release whose targets `change` makes of those of the releases in force.
  func files(
    release change: (inout [String: TargetDescription]) -> Void, settings: PublicationSettings,
    over repository: SignedRepository, above floor: MetadataFloor = MetadataFloor(), now: Date
  ) throws(PublicationError) -> [MetadataFile] {
    var targets = repository.releaseTargets
    guard !signsTargets(under: repository.root.signed) else {
      targets.merge(repository.standingTargets) { $1 }
      change(&targets)
      return try files(targets: settings.withFileKey(targets), over: repository, above: floor, now: now)
    }
    guard let current = repository.current else { throw .manifest("no targets are signed yet") }
    change(&targets)
    return try files { (_) throws(PublishingError) in
      try builder(repository.root.signed, above: floor).release(
        targets, by: TargetsBundle.releases, following: current, now: now.wholeSeconds)
    }
  }

  /// The files of top-level targets that their holders signed, with the standing targets themselves.
  func files(
    adopting bundle: TargetsBundle, under root: Root, over repository: SignedRepository, now: Date
  ) throws(PublicationError) -> [MetadataFile] {
    let standing = StandingTargets.replacing(bundle.files, in: repository.files)
    return standing
      + (try files { (builder) throws(PublishingError) in
        try builder(root).adopt(bundle.metadata, following: repository.current, now: now.wholeSeconds)
      })
  }

  /// What must be signed afresh at `now`, because half of its life is over.
  func renewal(of repository: SignedRepository, now: Date) throws(PublicationError) -> [MetadataFile] {
    try renewal(of: repository.current, under: repository.root.signed, now: now)
  }

  /// The files of a new root, and of the online roles signed afresh if the new root gave any of them other keys.
  func files(root: TrustedMetadata<Root>, over repository: SignedRepository, now: Date)
    throws(PublicationError)
    -> [MetadataFile]
  {
    let name = RepositoryPath.root(version: root.signed.version)
    let file = MetadataFile(name: name, octets: root.metadata.encoded)
    return [file] + (try renewal(of: repository.current, under: root.signed, now: now))
  }

  private func renewal(of current: CurrentRepository?, under root: Root, now: Date) throws(PublicationError)
    -> [MetadataFile]
  {
    guard let current, let due = builder(root).renewalDue(current, at: now) else { return [] }
    return try files { (builder) throws(PublishingError) in
      try builder(root).renew(due, of: current, now: now.wholeSeconds)
    }
  }

  private func builder(_ root: Root, above floor: MetadataFloor) -> RepositoryBuilder {
    let lifetimes = RoleLifetimes(
      targets: TimeInterval(lifetimes.targets), snapshot: TimeInterval(lifetimes.snapshot),
      timestamp: TimeInterval(lifetimes.timestamp))
    return RepositoryBuilder(root: root, signers: signers, lifetimes: lifetimes, above: floor)
  }

  private func builder(_ root: Root) -> RepositoryBuilder { builder(root, above: MetadataFloor()) }

  private func files(_ build: ((Root) -> RepositoryBuilder) throws(PublishingError) -> RepositoryFiles)
    throws(PublicationError) -> [MetadataFile]
  {
    do throws(PublishingError) {
      return try build(builder).files.map { MetadataFile(name: $0.name, octets: $0.octets) }
    } catch {
      throw .manifest(Self.words(error))
    }
  }

  private static func words(_ error: PublishingError) -> String {
    switch error {
    case .notEnoughSigners(let role, let have, let needed):
      "\(have) of the \(needed) online key(s) needed for \(role) are here"
    case .signing(let fault): fault.detail
    case .refused(let refusal): refusal.description
    }
  }
}

extension Date {
  /// Metadata has no finer time than seconds.
  fileprivate var wholeSeconds: Date { Date(timeIntervalSince1970: timeIntervalSince1970.rounded(.down)) }
}
