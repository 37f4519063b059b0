// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Updating the targets (TUF §5.6).
extension ClientWorkflow {
  mutating func proceedToTargets(
    _ timestamp: TrustedMetadata<Timestamp>, _ snapshot: TrustedMetadata<Snapshot>
  ) {
    stage = .expectingTargets(timestamp, snapshot)
    guard let octets = stored.files["targets.json"],
      let targets = try? checkedTargets(octets, snapshot)
    else { return }
    complete(timestamp, snapshot, targets)
  }

  func targetsRequest(_ snapshot: TrustedMetadata<Snapshot>) -> MetadataRequest {
    // A snapshot without targets.json is refused on receipt; the version asked for then hardly matters.
    let described = snapshot.signed.meta["targets.json"] ?? FileDescription(version: 1)
    return request(
      "targets", version: described.version, maximum: maximum(described, limits.targetsOctets))
  }

  mutating func receiveTargets(
    _ octets: [UInt8], _ timestamp: TrustedMetadata<Timestamp>,
    _ snapshot: TrustedMetadata<Snapshot>
  ) throws(ManifestRefusal) -> [StoreInstruction] {
    complete(timestamp, snapshot, try checkedTargets(octets, snapshot))
    return [.store(name: "targets.json", octets: octets)]
  }

  private func checkedTargets(_ octets: [UInt8], _ snapshot: TrustedMetadata<Snapshot>)
    throws(ManifestRefusal) -> TrustedMetadata<Targets>
  {
    guard let described = snapshot.signed.meta["targets.json"] else {
      throw .snapshotLacks(role: "targets.json")
    }
    return try TargetsCheck.verify(
      octets, named: Targets.type, as: described, keys: root.signed.keys, role: root.signed[.targets],
      now: now, verified: verified)
  }

  private mutating func complete(
    _ timestamp: TrustedMetadata<Timestamp>, _ snapshot: TrustedMetadata<Snapshot>,
    _ targets: TrustedMetadata<Targets>
  ) {
    stage = .complete(
      TrustedRepository(root: root, timestamp: timestamp, snapshot: snapshot, targets: targets))
  }
}
