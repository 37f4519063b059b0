// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import FoundationEssentials

/// Publishing where the top-level targets are signed by people elsewhere, and delegate to roles that are signed here.
extension RepositoryBuilder {
  /// Whether the signers at hand reach the threshold of the top-level targets.
  public var signsTargets: Bool { holds(root[.targets]) }

  /// A release in the delegated role `role`: that role, snapshot and timestamp, each one version on from `current`.
  ///
  /// - Throws: ``PublishingError``.
  public func release(
    _ targets: [String: TargetDescription], by role: String, following current: CurrentRepository, now: Date
  ) throws(PublishingError) -> RepositoryFiles {
    let signed = try signDelegated(role, targets, over: current, under: current.targets.signed, now)
    return try publish([role: signed], following: current, now: now)
  }

  /// Puts top-level targets in force that were signed elsewhere. A delegated role that is signed here and was not before,
  /// or has other keys now, is signed along; a new one takes over from `current` what it is trusted for.
  ///
  /// - Throws: ``PublishingError``; `refused` when the root's threshold is not met.
  public func adopt(
    _ targets: UnverifiedMetadata<Targets>, following current: CurrentRepository?, now: Date
  ) throws(PublishingError) -> RepositoryFiles {
    do throws(ManifestRefusal) {
      _ = try targets.verified(by: root[.targets], keys: root.keys)
    } catch { throw .refused(error) }
    var changed = [Targets.type: targets]
    for name in ownDelegated(of: targets.signed) {
      guard let role = targets.signed.delegated(name) else { continue }
      if let kept = current?.delegated[name],
        kept.signers(among: role.keys, keys: targets.signed.delegations?.keys ?? [:]).count
          >= role.keys.threshold
      {
        continue
      }
      let taken = current?.delegated[name] == nil ? current?.targets.signed.targets : nil
      changed[name] = try signDelegated(
        name, taken?.filter { targets.signed.targets[$0.key] == nil && role.covers($0.key) }, over: current,
        under: targets.signed, now)
    }
    return try publish(changed, following: current, now: now)
  }

  func holds(_ keys: RoleKeys) -> Bool {
    signers.count(where: { keys.keyids.contains($0.keyid) }) >= keys.threshold
  }

  /// The delegated roles whose threshold the signers at hand reach.
  func ownDelegated(of targets: Targets) -> [String] {
    (targets.delegations?.roles ?? []).filter { holds($0.keys) }.map(\.name)
  }

  /// Those of them that are due for signing anew, or were never signed.
  func delegatedDue(_ current: CurrentRepository, at now: Date) -> [String] {
    let top = current.targets.signed
    return ownDelegated(of: top).filter { name in
      guard let metadata = current.delegated[name], let role = top.delegated(name) else { return true }
      return metadata.signed.needsResigning(at: now, lifetime: lifetimes.targets)
        || metadata.signers(among: role.keys, keys: top.delegations?.keys ?? [:]).count < role.keys.threshold
    }
  }

  /// A delegated role one version on, with `targets` or the ones it has.
  func signDelegated(
    _ name: String, _ targets: [String: TargetDescription]?, over current: CurrentRepository?,
    under delegator: Targets, _ now: Date
  ) throws(PublishingError) -> UnverifiedMetadata<Targets> {
    guard let role = delegator.delegated(name) else {
      throw .refused(.malformed(role: Targets.type, detail: "no role \(name) is delegated to"))
    }
    var next = current?.delegated[name]?.signed ?? Targets(version: 0, expires: now, targets: [:])
    if let targets { next.targets = targets }
    return try sign(next, name, role.keys, over: current?.delegated[name], now)
  }

  /// A targets role one version on and a lifetime longer.
  func sign(
    _ role: Targets, _ name: String, _ keys: RoleKeys, over earlier: UnverifiedMetadata<Targets>?, _ now: Date
  ) throws(PublishingError) -> UnverifiedMetadata<Targets> {
    var next = role
    next.version = max(earlier?.signed.version ?? 0, floor.targets) + 1
    next.expires = now.addingTimeInterval(lifetimes.targets)
    return try sign(next, name, keys)
  }

  /// Publishes targets roles that were just signed, the top-level one under its own name, with all others as they are.
  func publish(
    _ changed: [String: UnverifiedMetadata<Targets>], following current: CurrentRepository?, now: Date
  ) throws(PublishingError) -> RepositoryFiles {
    guard let targets = changed[Targets.type] ?? current?.targets else {
      throw .refused(.missing(name: "targets.json"))
    }
    var meta = current?.snapshot.signed.meta ?? [:]
    var files: [File] = []
    for (role, metadata) in changed.sorted(by: { $0.key < $1.key }) {
      let octets = metadata.encoded
      meta[role + ".json"] = Self.describe(octets, version: metadata.signed.version)
      files.append((name(role, metadata.signed.version), octets))
    }
    let delegated = (current?.delegated ?? [:]).merging(changed) { $1 }.filter { $0.key != Targets.type }
    return try publish(
      meta: meta, targets: targets, delegated: delegated, above: files, following: current, now: now)
  }
}

extension Targets {
  /// What these targets delegate to `name`; nil when they do not.
  public func delegated(_ name: String) -> DelegatedRole? {
    delegations?.roles.first { $0.name == name }
  }
}
