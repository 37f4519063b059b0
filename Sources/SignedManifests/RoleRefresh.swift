// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Cryptography
public import FoundationEssentials

/// Brings one role that the top-level targets delegate to up to date, as pure state: bytes in, trusted targets or a refusal
/// out. Its authority is proven by the targets of this very refresh.
public struct RoleRefresh: Sendable {
  /// What the caller fetches, unless ``reuse(_:)`` takes the copy kept from before.
  public let request: MetadataRequest
  /// The name to keep the file under.
  public let file: String
  private let role: DelegatedRole
  private let keys: [String: ManifestKey]
  private let described: FileDescription
  private let now: Date
  private let verified: MetadataMemory

  /// The role `name` of a refreshed repository; nil when its targets do not delegate to one of that name.
  ///
  /// - Parameter verified: signatures that need not be computed again.
  /// - Throws: ``ManifestRefusal/snapshotLacks(role:)``.
  public init?(
    _ name: String, of repository: TrustedRepository, now: Date, limits: ManifestLimits = ManifestLimits(),
    verified: MetadataMemory = MetadataMemory()
  ) throws(ManifestRefusal) {
    let top = repository.targets.signed
    guard let role = top.delegated(name) else { return nil }
    file = RepositoryPath.metadata(name, version: 0, consistent: false)
    guard let described = repository.snapshot.signed.meta[name + ".json"] else {
      throw .snapshotLacks(role: name + ".json")
    }
    self.role = role
    self.described = described
    self.now = now
    self.verified = verified
    keys = top.delegations?.keys ?? [:]
    request = MetadataRequest(
      path: RepositoryPath.metadata(
        name, version: described.version, consistent: repository.root.signed.consistentSnapshot),
      maximumOctets: min(
        Int(clamping: described.length ?? Int64(limits.targetsOctets)), limits.targetsOctets),
      mayBeMissing: false)
  }

  /// The role as it was kept; nil unless it is the very one that the snapshot names.
  public func reuse(_ octets: [UInt8]) -> TrustedMetadata<Targets>? { try? receive(octets) }

  /// The role as it was fetched.
  ///
  /// - Throws: ``ManifestRefusal``.
  public func receive(_ octets: [UInt8]) throws(ManifestRefusal) -> TrustedMetadata<Targets> {
    guard octets.count <= request.maximumOctets else {
      throw .tooLarge(name: request.path, limit: request.maximumOctets)
    }
    return try TargetsCheck.verify(
      octets, named: role.name, as: described, keys: keys, role: role.keys, now: now, verified: verified)
  }
}

extension TrustedRepository {
  /// The ids of the keys whose word a described target is: those of the top-level targets, or of the role they trust for it.
  ///
  /// Each is the digest of the key itself, since metadata may give a key whatever id it likes.
  public func signers(of path: String) -> Set<String> {
    let top = targets.signed
    let role = (top.delegations?.roles ?? []).first { $0.covers(path) }
    let isDelegated = top.targets[path] == nil && role != nil
    let keyids = isDelegated ? role?.keys.keyids ?? [] : root.signed[.targets].keyids
    let keys = isDelegated ? top.delegations?.keys ?? [:] : root.signed.keys
    return Set(keyids.compactMap { keys[$0]?.publicKey.map { SHA256Digest(hashing: $0.spki).hex } })
  }

  /// The repository with what its targets let `role` say, once that role is up to date. What the top-level targets
  /// describe themselves, or trust a role named before it for, it cannot change.
  public func adding(_ role: TrustedMetadata<Targets>, named name: String) -> TrustedRepository {
    let delegations = targets.signed.delegations?.roles ?? []
    var described = describedTargets
    for (path, description) in role.signed.targets
    where described[path] == nil && delegations.first(where: { $0.covers(path) })?.name == name {
      described[path] = description
    }
    return TrustedRepository(
      root: root, timestamp: timestamp, snapshot: snapshot, targets: targets,
      delegated: delegated.merging([name: role]) { $1 }, describedTargets: described)
  }
}
