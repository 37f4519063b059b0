// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Updating the root (TUF §5.3) and what a rotation takes with it.
extension ClientWorkflow {
  var rootRequest: MetadataRequest {
    let next = root.signed.version.addingReportingOverflow(1).partialValue
    return MetadataRequest(
      path: RepositoryPath.root(version: next), maximumOctets: limits.rootOctets, mayBeMissing: true)
  }

  mutating func receiveRoot(_ octets: [UInt8]) throws(ManifestRefusal) -> [StoreInstruction] {
    let next = try UnverifiedMetadata<Root>(parsing: octets, maximumOctets: limits.rootOctets)
      .verified(following: root, verified)
    let recovery = fastForwardRecovery(from: root.signed, to: next.signed)
    root = next
    rotations += 1
    // Past the limit the rest waits for the next refresh (TUF §5.3.3).
    if rotations >= limits.rootRotations { try endOfRoots() }
    return recovery + [.store(name: "root.json", octets: octets)]
  }

  /// Forgets versions that a stolen key may have driven up, when that key was replaced (TUF §5.3.11).
  ///
  /// Removal comes before the root is stored, so that a stop in between cannot lose it.
  private mutating func fastForwardRecovery(from old: Root, to new: Root) -> [StoreInstruction] {
    let replaced = [Root.RoleName.timestamp, .snapshot].contains { name in
      old[name] != new[name] || old[name].keyids.contains { old.keys[$0] != new.keys[$0] }
    }
    guard replaced else { return [] }
    stored.files["timestamp.json"] = nil
    stored.files["snapshot.json"] = nil
    return [.remove(name: "timestamp.json"), .remove(name: "snapshot.json")]
  }

  mutating func endOfRoots() throws(ManifestRefusal) {
    guard !root.signed.isExpired(at: now) else {
      throw .expired(role: Root.type, at: root.signed.expires)
    }
    stage = .expectingTimestamp
  }
}
