// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import FoundationEssentials
internal import Records
internal import SignedManifests

/// The signed metadata in force, as values read from the store. Each is verified against the root on the way in, so that
/// nothing is built upon metadata that followers would refuse.
struct SignedRepository: Sendable {
  let root: TrustedMetadata<Root>
  let targets: TrustedMetadata<Targets>?
  let snapshot: TrustedMetadata<Snapshot>?
  let timestamp: TrustedMetadata<Timestamp>?

  /// The same online roles under another root.
  init(root: TrustedMetadata<Root>, roles: SignedRepository) {
    self.root = root
    (targets, snapshot, timestamp) = (roles.targets, roles.snapshot, roles.timestamp)
  }

  /// Reads the files of the store.
  init(files: [MetadataFile]) throws(PublicationError) {
    let octets = Dictionary(files.map { ($0.name, $0.octets) }) { first, _ in first }
    let root = try Self.latestRoot(in: octets)
    self.root = root
    guard
      let timestamp: TrustedMetadata<Timestamp> = try Self.read(
        "timestamp.json", .timestamp, in: octets, root)
    else {
      (targets, snapshot, timestamp) = (nil, nil, nil)
      return
    }
    let snapshotName = "\(timestamp.signed.snapshot.version).snapshot.json"
    let snapshot: TrustedMetadata<Snapshot>? = try Self.read(snapshotName, .snapshot, in: octets, root)
    guard let snapshot, let version = snapshot.signed.meta["targets.json"]?.version else {
      throw .manifest("\(snapshotName) is missing from the store")
    }
    self.timestamp = timestamp
    self.snapshot = snapshot
    targets = try Self.read("\(version).targets.json", .targets, in: octets, root)
    guard targets != nil else { throw .manifest("\(version).targets.json is missing from the store") }
  }

  /// The soonest that any role in force expires.
  var soonestExpiry: Date {
    [root.signed.expires, targets?.signed.expires, snapshot?.signed.expires, timestamp?.signed.expires]
      .compactMap(\.self).min() ?? root.signed.expires
  }

  /// The names of the files that the roles in force stand in, besides the roots.
  var currentNames: Set<String> {
    var names: Set<String> = ["timestamp.json"]
    if let snapshot { names.insert("\(snapshot.signed.version).snapshot.json") }
    if let targets { names.insert("\(targets.signed.version).targets.json") }
    return names
  }

  private static func latestRoot(in files: [String: [UInt8]]) throws(PublicationError) -> TrustedMetadata<
    Root
  > {
    let versions = files.keys.compactMap { name in
      name.hasSuffix(".root.json") ? Int64(name.dropLast(".root.json".count)) : nil
    }
    guard let latest = versions.max(), let octets = files["\(latest).root.json"] else { throw .rootMissing }
    do throws(ManifestRefusal) {
      return try UnverifiedMetadata<Root>(parsing: octets).verifiedBySelf()
    } catch { throw .manifest("\(latest).root.json: \(error.description)") }
  }

  private static func read<Kind: ManifestRole>(
    _ name: String, _ role: Root.RoleName, in files: [String: [UInt8]], _ root: TrustedMetadata<Root>
  ) throws(PublicationError) -> TrustedMetadata<Kind>? {
    guard let octets = files[name] else { return nil }
    do throws(ManifestRefusal) {
      let metadata = try UnverifiedMetadata<Kind>(parsing: octets, maximumOctets: 512 << 20)
      return try metadata.verified(by: root.signed[role], keys: root.signed.keys)
    } catch { throw .manifest("\(name): \(error.description)") }
  }
}
