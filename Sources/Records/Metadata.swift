// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// A file of the signed repository: `12.root.json`.
public struct MetadataFile: Hashable, Sendable {
  /// Its name.
  public let name: String
  /// Its octets.
  public let octets: [UInt8]

  /// A file.
  public init(name: String, octets: [UInt8]) {
    self.name = name
    self.octets = octets
  }
}

/// All metadata files, read at one moment.
public struct MetadataSnapshot: Hashable, Sendable {
  /// Rises with every change.
  public let revision: Int64
  /// The files by name.
  public let files: [MetadataFile]

  /// A snapshot.
  public init(revision: Int64, files: [MetadataFile]) {
    self.revision = revision
    self.files = files
  }
}

/// The proposed next root metadata, with the signatures gathered so far.
public struct RootProposalRecord: Hashable, Sendable {
  /// Rises with every change, also when a proposal is dropped.
  public let revision: Int64
  /// The proposal; nil when there is none.
  public let octets: [UInt8]?

  /// A proposal on record.
  public init(revision: Int64, octets: [UInt8]?) {
    self.revision = revision
    self.octets = octets
  }
}
