// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Metadata ready to be published, to become visible all at once.
public struct RepositoryFiles: Sendable {
  /// File name below the metadata address to bytes; `timestamp.json` goes last if all at once cannot be.
  public let files: [(name: String, octets: [UInt8])]
  /// The state after publication.
  public let current: CurrentRepository

  /// The bytes of `name`, when it is among the files.
  public func octets(of name: String) -> [UInt8]? { files.first { $0.name == name }?.octets }
}

/// The newest published metadata of the three roles below the root.
public struct CurrentRepository: Sendable {
  /// The newest targets.
  public let targets: UnverifiedMetadata<Targets>
  /// The newest snapshot.
  public let snapshot: UnverifiedMetadata<Snapshot>
  /// The newest timestamp.
  public let timestamp: UnverifiedMetadata<Timestamp>
  /// The newest metadata of roles that the targets delegate to, by name; only those that have any.
  public let delegated: [String: UnverifiedMetadata<Targets>]

  /// Reads back what was published.
  ///
  /// - Throws: ``ManifestRefusal``.
  public init(
    targets: [UInt8], snapshot: [UInt8], timestamp: [UInt8], delegated: [String: [UInt8]] = [:]
  ) throws(ManifestRefusal) {
    self.targets = try UnverifiedMetadata(parsing: targets, maximumOctets: .max)
    self.snapshot = try UnverifiedMetadata(parsing: snapshot, maximumOctets: .max)
    self.timestamp = try UnverifiedMetadata(parsing: timestamp, maximumOctets: .max)
    var roles: [String: UnverifiedMetadata<Targets>] = [:]
    for (name, octets) in delegated {
      roles[name] = try UnverifiedMetadata(parsing: octets, maximumOctets: .max)
    }
    self.delegated = roles
  }

  init(
    targets: UnverifiedMetadata<Targets>, snapshot: UnverifiedMetadata<Snapshot>,
    timestamp: UnverifiedMetadata<Timestamp>, delegated: [String: UnverifiedMetadata<Targets>]
  ) {
    self.targets = targets
    self.snapshot = snapshot
    self.timestamp = timestamp
    self.delegated = delegated
  }
}
