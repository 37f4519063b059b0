// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import FoundationEssentials
internal import Records
internal import SignedManifests

/// The signed metadata in force, read from the store. Each file is verified against the root on the way in, so that
/// nothing is built upon metadata that followers would refuse.
struct SignedRepository: Sendable {
  let root: TrustedMetadata<Root>
  /// Targets, snapshot and timestamp; nil until the first are signed.
  let current: CurrentRepository?
  /// The files it was read from.
  let files: [MetadataFile]

  /// Reads the files of the store.
  /// - Parameter verified: what need not be read or computed again.
  init(files: [MetadataFile], verified: MetadataMemory = MetadataMemory()) throws(PublicationError) {
    self.files = files
    let octets = Dictionary(files.map { ($0.name, $0.octets) }) { first, _ in first }
    root = try Self.latestRoot(in: octets, verified)
    do throws(ManifestRefusal) {
      current = try Self.current(in: octets, under: root.signed, verified)
    } catch { throw .manifest(error.description) }
  }

  /// When each role in force expires, by its name.
  var expiries: [String: Date] {
    var expiries = ["root": root.signed.expires]
    guard let current else { return expiries }
    expiries["targets"] = current.targets.signed.expires
    expiries["snapshot"] = current.snapshot.signed.expires
    expiries["timestamp"] = current.timestamp.signed.expires
    for (name, metadata) in current.delegated { expiries[name] = metadata.signed.expires }
    return expiries
  }

  /// What is signed of the releases in force, whichever role signed it.
  var releaseTargets: [String: TargetDescription] {
    let top = current?.targets.signed.targets ?? [:]
    let delegated = current?.delegated[TargetsBundle.releases]?.signed.targets ?? [:]
    return delegated.merging(top.filter { !TargetsBundle.isName($0.key) }) { $1 }
  }

  /// What is signed of the targets that belong to no release.
  var standingTargets: [String: TargetDescription] {
    (current?.targets.signed.targets ?? [:]).filter { TargetsBundle.isName($0.key) }
  }

  private static func latestRoot(
    in files: [String: [UInt8]], _ verified: MetadataMemory
  ) throws(PublicationError) -> TrustedMetadata<Root> {
    let versions = files.keys.compactMap { RepositoryPath.version(of: $0, role: "root") }
    guard let latest = versions.max(), let octets = files[RepositoryPath.root(version: latest)] else {
      throw .rootMissing
    }
    do throws(ManifestRefusal) {
      return try UnverifiedMetadata<Root>(parsing: octets).verifiedBySelf(verified)
    } catch { throw .manifest(error.description) }
  }

  private static func current(
    in files: [String: [UInt8]], under root: Root, _ verified: MetadataMemory
  ) throws(ManifestRefusal) -> CurrentRepository? {
    guard let timestamp = files[RepositoryPath.timestamp] else { return nil }
    let version = try UnverifiedMetadata<Timestamp>(parsing: timestamp).signed.snapshot.version
    let snapshot = try file("snapshot", version, in: files)
    let meta = try UnverifiedMetadata<Snapshot>(parsing: snapshot, maximumOctets: .max).signed.meta
    guard let named = meta["targets.json"] else { throw .snapshotLacks(role: "targets") }
    let targets = try file("targets", named.version, in: files)
    let roles = try UnverifiedMetadata<Targets>(parsing: targets, maximumOctets: .max).signed.delegations?
      .roles
    var delegated: [String: [UInt8]] = [:]
    for name in (roles ?? []).map(\.name) {
      guard let described = meta[name + ".json"] else { throw .snapshotLacks(role: name) }
      delegated[name] = try file(name, described.version, in: files)
    }
    let current = try CurrentRepository(
      targets: targets, snapshot: snapshot, timestamp: timestamp, delegated: delegated)
    _ = try current.timestamp.verified(by: root[.timestamp], keys: root.keys, verified: verified)
    _ = try current.snapshot.verified(by: root[.snapshot], keys: root.keys, verified: verified)
    _ = try current.targets.verified(by: root[.targets], keys: root.keys, verified: verified)
    for role in roles ?? [] {
      _ = try current.delegated[role.name]?.verified(
        by: role.keys, keys: current.targets.signed.delegations?.keys ?? [:], name: role.name,
        verified: verified)
    }
    return current
  }

  private static func file(_ role: String, _ version: Int64, in files: [String: [UInt8]])
    throws(ManifestRefusal)
    -> [UInt8]
  {
    let name = RepositoryPath.metadata(role, version: version, consistent: true)
    guard let octets = files[name] else { throw .missing(name: name) }
    return octets
  }
}

extension RepositoryPath {
  /// The version in a file name such as `12.root.json`; nil for another role's file.
  static func version(of name: String, role: String) -> Int64? {
    name.hasSuffix(".\(role).json") ? Int64(name.dropLast(role.utf8.count + ".json".utf8.count + 1)) : nil
  }
}
