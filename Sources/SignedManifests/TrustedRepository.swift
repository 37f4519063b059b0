// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// One consistent state of a repository in which every check of TUF §5.3–5.6 passed.
public struct TrustedRepository: Sendable {
  /// Keys and thresholds.
  public let root: TrustedMetadata<Root>
  /// The newest snapshot's version.
  public let timestamp: TrustedMetadata<Timestamp>
  /// All targets metadata's versions.
  public let snapshot: TrustedMetadata<Snapshot>
  /// The top-level targets.
  public let targets: TrustedMetadata<Targets>
  /// The roles they delegate to that were brought up to date as well, by name.
  public let delegated: [String: TrustedMetadata<Targets>]
  /// Every target described so far: by the top-level targets, and by ``delegated`` for what they are trusted with.
  public let describedTargets: [String: TargetDescription]

  init(
    root: TrustedMetadata<Root>, timestamp: TrustedMetadata<Timestamp>, snapshot: TrustedMetadata<Snapshot>,
    targets: TrustedMetadata<Targets>, delegated: [String: TrustedMetadata<Targets>] = [:],
    describedTargets: [String: TargetDescription]? = nil
  ) {
    self.root = root
    self.timestamp = timestamp
    self.snapshot = snapshot
    self.targets = targets
    self.delegated = delegated
    self.describedTargets = describedTargets ?? targets.signed.targets
  }

  /// What the top-level targets role says of `path`.
  ///
  /// - Throws: ``ManifestRefusal/unknownTarget(_:)``.
  public func target(_ path: String) throws(ManifestRefusal) -> TargetDescription {
    guard let found = targets.signed.targets[path] else { throw .unknownTarget(path) }
    return found
  }

  /// Where the file of `path` lies below the repository's targets address.
  public func location(of path: String, _ description: TargetDescription) -> String {
    RepositoryPath.target(path, description, consistent: root.signed.consistentSnapshot)
  }

  /// Checks a downloaded file against its signed length and hashes (TUF §5.7.3).
  ///
  /// - Throws: ``ManifestRefusal/wrongLength(name:expected:found:)``, ``ManifestRefusal/wrongHash(name:)``,
  ///   ``ManifestRefusal/noUsableHash(name:)``.
  public func verify(_ octets: [UInt8], as path: String, _ description: TargetDescription)
    throws(ManifestRefusal)
  {
    try FileCheck.verify(
      octets, name: path, length: description.length, hashes: description.hashes)
  }
}
