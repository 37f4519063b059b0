// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import FoundationEssentials
internal import Records
internal import SignedManifests

/// Makes the next metadata of a repository and signs it with the online keys.
struct RepositorySigning: Sendable {
  let signers: [any MetadataSigner]
  let lifetimes: MetadataLifetimes

  /// The files of a new targets role with `targets`, and of the snapshot and timestamp that name it.
  func files(
    targets: [String: TargetDescription], over current: SignedRepository, now: Date
  ) throws(PublicationError) -> [MetadataFile] {
    let next = Targets(
      version: Self.next(current.targets?.signed.version), expires: Self.expiry(now, lifetimes.targets),
      targets: targets, delegations: current.targets?.signed.delegations)
    let signed = try sign(next, as: .targets, under: current.root.signed)
    let meta = ["targets.json": FileDescription(version: next.version)]
    return [MetadataFile(name: "\(next.version).targets.json", octets: signed)]
      + (try snapshotFiles(meta: meta, over: current, now: now))
  }

  /// What must be signed afresh at `now`, because half of its life is over.
  func renewal(of current: SignedRepository, now: Date) throws(PublicationError) -> [MetadataFile] {
    guard let targets = current.targets, let snapshot = current.snapshot, let timestamp = current.timestamp
    else {
      return []
    }
    if isDue(targets.signed, lifetimes.targets, now) {
      return try files(targets: targets.signed.targets, over: current, now: now)
    }
    if isDue(snapshot.signed, lifetimes.snapshot, now) {
      return try snapshotFiles(meta: snapshot.signed.meta, over: current, now: now)
    }
    if isDue(timestamp.signed, lifetimes.timestamp, now) {
      return [try timestampFile(timestamp.signed.snapshot, over: current, now: now)]
    }
    return []
  }

  private func isDue(_ role: some ManifestRole, _ lifetime: Int, _ now: Date) -> Bool {
    role.needsResigning(at: now, lifetime: TimeInterval(lifetime))
  }

  private func snapshotFiles(
    meta: [String: FileDescription], over current: SignedRepository, now: Date
  ) throws(PublicationError) -> [MetadataFile] {
    let next = Snapshot(
      version: Self.next(current.snapshot?.signed.version), expires: Self.expiry(now, lifetimes.snapshot),
      meta: meta)
    let signed = try sign(next, as: .snapshot, under: current.root.signed)
    return [
      MetadataFile(name: "\(next.version).snapshot.json", octets: signed),
      try timestampFile(FileDescription(version: next.version), over: current, now: now),
    ]
  }

  private func timestampFile(
    _ snapshot: FileDescription, over current: SignedRepository, now: Date
  ) throws(PublicationError) -> MetadataFile {
    let next = Timestamp(
      version: Self.next(current.timestamp?.signed.version), expires: Self.expiry(now, lifetimes.timestamp),
      snapshot: snapshot)
    return MetadataFile(
      name: "timestamp.json", octets: try sign(next, as: .timestamp, under: current.root.signed))
  }

  private func sign(_ role: some ManifestRole, as name: Root.RoleName, under root: Root)
    throws(PublicationError) -> [UInt8]
  {
    let keys = root[name]
    do {
      var metadata = try UnverifiedMetadata(role)
      for signer in signers where keys.keyids.contains(signer.keyid) { try metadata.sign(with: signer) }
      return try metadata.verified(by: keys, keys: root.keys).metadata.encoded
    } catch let refusal as ManifestRefusal {
      throw .manifest("the online keys cannot sign \(name.rawValue): \(refusal.description)")
    } catch let fault as SigningFault {
      throw .manifest("signing \(name.rawValue) failed: \(fault.detail)")
    } catch {
      throw .manifest("signing \(name.rawValue) failed")
    }
  }

  private static func next(_ version: Int64?) -> Int64 { (version ?? 0) + 1 }

  /// Whole seconds, as metadata has no finer time.
  private static func expiry(_ now: Date, _ lifetime: Int) -> Date {
    Date(timeIntervalSince1970: now.timeIntervalSince1970.rounded(.down) + Double(lifetime))
  }
}
