// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Updating the timestamp and the snapshot (TUF §5.4, §5.5).
extension ClientWorkflow {
  func trusted<Role>(_ octets: [UInt8], _ name: Root.RoleName) throws(ManifestRefusal)
    -> TrustedMetadata<Role>
  {
    let file: UnverifiedMetadata<Role> = try verified.file(octets, maximumOctets: .max)
    return try file.verified(by: root.signed[name], keys: root.signed.keys, verified: verified)
  }

  /// A stored file that today's root still vouches for; anything else is forgotten, as if never stored.
  func storedAndTrusted<Role>(_ name: Root.RoleName) -> TrustedMetadata<Role>? {
    stored.files[name.rawValue + ".json"].flatMap { try? trusted($0, name) }
  }

  /// The same beside `offered`, which was just read from `octets` and trusted: of the same octets comes the same again, under the
  /// same root, so they are not read twice.
  private func storedAndTrusted<Role>(
    _ name: Root.RoleName, unless octets: [UInt8], read offered: TrustedMetadata<Role>
  ) -> TrustedMetadata<Role>? {
    stored.files[name.rawValue + ".json"] == octets ? offered : storedAndTrusted(name)
  }

  mutating func receiveTimestamp(_ octets: [UInt8]) throws(ManifestRefusal) -> [StoreInstruction] {
    let offered: TrustedMetadata<Timestamp> = try trusted(octets, .timestamp)
    let before = storedAndTrusted(.timestamp, unless: octets, read: offered)
    var current = offered
    if let before {
      try refuseRollback("timestamp", from: before.signed.version, to: offered.signed.version)
      try refuseRollback(
        "snapshot", from: before.signed.snapshot.version, to: offered.signed.snapshot.version)
      // The same version again brings nothing new: the one already trusted stands (TUF §5.4.3.1).
      if before.signed.version == offered.signed.version { current = before }
    }
    try refuseExpired(current.signed)
    stage = .expectingSnapshot(current)
    let isNew = current.signed.version != before?.signed.version
    reuseStoredSnapshot(current)
    return isNew ? [.store(name: "timestamp.json", octets: octets)] : []
  }

  func snapshotRequest(_ timestamp: TrustedMetadata<Timestamp>) -> MetadataRequest {
    let described = timestamp.signed.snapshot
    return request(
      "snapshot", version: described.version, maximum: maximum(described, limits.snapshotOctets))
  }

  /// Goes on without a request when the stored snapshot is the very one that is asked for.
  private mutating func reuseStoredSnapshot(_ timestamp: TrustedMetadata<Timestamp>) {
    guard let octets = stored.files["snapshot.json"],
      let snapshot = try? checkedSnapshot(octets, timestamp)
    else { return }
    proceedToTargets(timestamp, snapshot)
  }

  mutating func receiveSnapshot(_ octets: [UInt8], _ timestamp: TrustedMetadata<Timestamp>)
    throws(ManifestRefusal) -> [StoreInstruction]
  {
    let snapshot = try checkedSnapshot(octets, timestamp)
    proceedToTargets(timestamp, snapshot)
    return [.store(name: "snapshot.json", octets: octets)]
  }

  private func checkedSnapshot(_ octets: [UInt8], _ timestamp: TrustedMetadata<Timestamp>)
    throws(ManifestRefusal) -> TrustedMetadata<Snapshot>
  {
    let described = timestamp.signed.snapshot
    try FileCheck.verify(
      octets, name: "snapshot.json", length: described.length, hashes: described.hashes)
    let offered: TrustedMetadata<Snapshot> = try trusted(octets, .snapshot)
    try refuseOther("snapshot", than: described.version, offered.signed.version)
    if let before = storedAndTrusted(.snapshot, unless: octets, read: offered) {
      for (name, old) in before.signed.meta {
        guard let new = offered.signed.meta[name] else { throw .snapshotLacks(role: name) }
        try refuseRollback(name, from: old.version, to: new.version)
      }
    }
    try refuseExpired(offered.signed)
    return offered
  }

  func refuseRollback(_ role: String, from trusted: Int64, to offered: Int64)
    throws(ManifestRefusal)
  {
    guard offered >= trusted else {
      throw .rollback(role: role, trusted: trusted, offered: offered)
    }
  }

  func refuseOther(_ role: String, than expected: Int64, _ found: Int64) throws(ManifestRefusal) {
    guard found == expected else {
      throw .wrongVersion(role: role, expected: expected, found: found)
    }
  }

  func refuseExpired<Role: ManifestRole>(_ role: Role, name: String = Role.type)
    throws(ManifestRefusal)
  {
    guard !role.isExpired(at: now) else { throw .expired(role: name, at: role.expires) }
  }
}
