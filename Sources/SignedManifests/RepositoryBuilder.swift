// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Cryptography
public import FoundationEssentials

/// Makes the metadata of the three roles below the root.
public struct RepositoryBuilder: Sendable {
  /// How deep to sign anew: each case takes those below it along.
  public enum Renewal: Comparable, Sendable {
    /// The timestamp alone.
    case timestamp
    /// Snapshot and timestamp.
    case snapshot
    /// All three; of the targets, those roles that the signers at hand sign.
    case targets
  }

  let root: Root
  let signers: [any MetadataSigner]
  let lifetimes: RoleLifetimes
  let floor: MetadataFloor

  /// Publishes under `root` with whichever of `signers` it names for a role.
  ///
  /// - Parameter floor: Versions that what is signed lies beyond, besides those of the metadata in force.
  public init(
    root: Root, signers: [any MetadataSigner], lifetimes: RoleLifetimes = RoleLifetimes(),
    above floor: MetadataFloor = MetadataFloor()
  ) {
    self.root = root
    self.signers = signers
    self.lifetimes = lifetimes
    self.floor = floor
  }

  /// A release: new targets, snapshot and timestamp, each one version on from `current`.
  ///
  /// - Throws: ``PublishingError``.
  public func release(
    targets: [String: TargetDescription], delegations: Delegations? = nil,
    delegated: [String: FileDescription] = [:], following current: CurrentRepository? = nil, now: Date
  ) throws(PublishingError) -> RepositoryFiles {
    var role =
      current?.targets.signed ?? Targets(version: 0, expires: now, targets: [:], delegations: nil)
    role.targets = targets
    role.delegations = delegations
    return try publish(targets: role, delegated: delegated, following: current, now: now)
  }

  /// How deep `current` is due for signing anew: from half of a lifetime on, or when the root's keys changed.
  public func renewalDue(_ current: CurrentRepository, at now: Date) -> Renewal? {
    if signsTargets, isDue(current.targets, .targets, lifetimes.targets, now) { return .targets }
    if !delegatedDue(current, at: now).isEmpty { return .targets }
    if isDue(current.snapshot, .snapshot, lifetimes.snapshot, now) { return .snapshot }
    if isDue(current.timestamp, .timestamp, lifetimes.timestamp, now) { return .timestamp }
    return nil
  }

  /// The same content signed anew, one version on and a lifetime longer.
  ///
  /// - Throws: ``PublishingError``.
  public func renew(_ renewal: Renewal, of current: CurrentRepository, now: Date)
    throws(PublishingError) -> RepositoryFiles
  {
    switch renewal {
    case .targets:
      var anew: [String: UnverifiedMetadata<Targets>] = [:]
      if signsTargets {
        let keys = root[.targets]
        anew[Targets.type] = try sign(
          current.targets.signed, Targets.type, keys, over: current.targets, now)
      }
      for name in ownDelegated(of: current.targets.signed) {
        anew[name] = try signDelegated(name, nil, over: current, under: current.targets.signed, now)
      }
      return try publish(anew, following: current, now: now)
    case .snapshot:
      return try publish(
        meta: current.snapshot.signed.meta, targets: current.targets, delegated: current.delegated,
        above: [], following: current, now: now)
    case .timestamp:
      return try publish(
        snapshot: current.snapshot, targets: current.targets, delegated: current.delegated, above: [],
        following: current, now: now)
    }
  }

  func isDue<Role>(
    _ metadata: UnverifiedMetadata<Role>, _ name: Root.RoleName, _ lifetime: TimeInterval, _ now: Date
  ) -> Bool {
    metadata.signed.needsResigning(at: now, lifetime: lifetime)
      || metadata.signers(among: root[name], keys: root.keys).count < root[name].threshold
  }

  typealias File = (name: String, octets: [UInt8])

  private func publish(
    targets: Targets, delegated: [String: FileDescription]?, following current: CurrentRepository?,
    now: Date
  ) throws(PublishingError) -> RepositoryFiles {
    var targets = targets
    targets.version = max(current?.targets.signed.version ?? 0, floor.targets) + 1
    targets.expires = now.addingTimeInterval(lifetimes.targets)
    let signed = try sign(targets, .targets)
    let octets = signed.encoded
    var meta = current?.snapshot.signed.meta ?? [:]
    if let delegated { meta = delegated }
    meta["targets.json"] = Self.describe(octets, version: targets.version)
    let file = (name(.targets, targets.version), octets)
    return try publish(
      meta: meta, targets: signed, delegated: current?.delegated ?? [:], above: [file],
      following: current, now: now)
  }

  func publish(
    meta: [String: FileDescription], targets: UnverifiedMetadata<Targets>,
    delegated: [String: UnverifiedMetadata<Targets>], above: [File],
    following current: CurrentRepository?, now: Date
  ) throws(PublishingError) -> RepositoryFiles {
    let expires = now.addingTimeInterval(lifetimes.snapshot)
    var snapshot = current?.snapshot.signed ?? Snapshot(version: 0, expires: expires, meta: [:])
    snapshot.version = max(snapshot.version, floor.snapshot) + 1
    snapshot.expires = expires
    snapshot.meta = meta
    let signed = try sign(snapshot, .snapshot)
    let file = (name(.snapshot, snapshot.version), signed.encoded)
    return try publish(
      snapshot: signed, targets: targets, delegated: delegated, above: above + [file], following: current,
      now: now)
  }

  private func publish(
    snapshot: UnverifiedMetadata<Snapshot>, targets: UnverifiedMetadata<Targets>,
    delegated: [String: UnverifiedMetadata<Targets>], above: [File], following current: CurrentRepository?,
    now: Date
  ) throws(PublishingError) -> RepositoryFiles {
    let expires = now.addingTimeInterval(lifetimes.timestamp)
    let described = Self.describe(snapshot.encoded, version: snapshot.signed.version)
    var timestamp =
      current?.timestamp.signed ?? Timestamp(version: 0, expires: expires, snapshot: described)
    timestamp.version = max(timestamp.version, floor.timestamp) + 1
    timestamp.expires = expires
    timestamp.snapshot = described
    let signed = try sign(timestamp, .timestamp)
    return RepositoryFiles(
      files: above + [(RepositoryPath.timestamp, signed.encoded)],
      current: CurrentRepository(
        targets: targets, snapshot: snapshot, timestamp: signed, delegated: delegated))
  }

  private func sign<Role>(_ role: Role, _ name: Root.RoleName) throws(PublishingError)
    -> UnverifiedMetadata<Role>
  {
    try sign(role, name.rawValue, root[name])
  }

  func sign<Role>(_ role: Role, _ name: String, _ keys: RoleKeys) throws(PublishingError)
    -> UnverifiedMetadata<Role>
  {
    let own = signers.filter { keys.keyids.contains($0.keyid) }
    guard own.count >= keys.threshold else {
      throw .notEnoughSigners(role: name, have: own.count, needed: keys.threshold)
    }
    do {
      var metadata = try UnverifiedMetadata(role)
      for signer in own { try metadata.sign(with: signer) }
      return metadata
    } catch let refusal as ManifestRefusal {
      throw .refused(refusal)
    } catch let fault as SigningFault {
      throw .signing(fault)
    } catch {
      throw .signing(SigningFault(detail: "\(error)"))
    }
  }

  private func name(_ role: Root.RoleName, _ version: Int64) -> String { name(role.rawValue, version) }

  func name(_ role: String, _ version: Int64) -> String {
    RepositoryPath.metadata(role, version: version, consistent: root.consistentSnapshot)
  }

  static func describe(_ octets: [UInt8], version: Int64) -> FileDescription {
    FileDescription(
      version: version, length: Int64(octets.count),
      hashes: ["sha256": SHA256Digest(hashing: octets).hex])
  }
}
