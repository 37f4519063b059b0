// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import FoundationEssentials

/// The checks that every targets role passes, top-level or delegated (TUF §5.6.2–5.6.5).
enum TargetsCheck {
  static func verify(
    _ octets: [UInt8], named name: String, as described: FileDescription, keys: [String: ManifestKey],
    role: RoleKeys, now: Date, verified: MetadataMemory = MetadataMemory()
  ) throws(ManifestRefusal) -> TrustedMetadata<Targets> {
    try FileCheck.verify(
      octets, name: name + ".json", length: described.length, hashes: described.hashes)
    let file: UnverifiedMetadata<Targets> = try verified.file(octets, maximumOctets: .max)
    let targets = try file.verified(by: role, keys: keys, name: name, verified: verified)
    guard targets.signed.version == described.version else {
      throw .wrongVersion(role: name, expected: described.version, found: targets.signed.version)
    }
    guard !targets.signed.isExpired(at: now) else {
      throw .expired(role: name, at: targets.signed.expires)
    }
    return targets
  }
}
