// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import SignedManifests

/// The versions of the signed metadata that a follower holds, as it tells them to the server; 0 for none.
package struct HeldMetadata: Hashable, Sendable {
  /// Of the root.
  package var root: Int64
  /// Of the timestamp.
  package var timestamp: Int64
  /// Of the snapshot.
  package var snapshot: Int64

  /// What a directory holds.
  package init(in directory: MetadataDirectory, trusting root: [UInt8]) throws(FileFault) {
    self.root = Self.version(of: root, Root.self)
    timestamp = Self.version(of: try directory.read("timestamp.json"), Timestamp.self)
    snapshot = Self.version(of: try directory.read("snapshot.json"), Snapshot.self)
  }

  /// A damaged file counts as none: the server is asked for it again.
  private static func version<Role: ManifestRole>(of octets: [UInt8]?, _ role: Role.Type) -> Int64 {
    guard let octets, let file = try? UnverifiedMetadata<Role>(parsing: octets, maximumOctets: .max) else {
      return 0
    }
    return file.signed.version
  }

  /// Where the compact form of what is newer is asked for.
  package func path(of list: String, since version: UInt64) -> String {
    "v1/lists/\(list)/changes?since=\(version)&root=\(root)&timestamp=\(timestamp)&snapshot=\(snapshot)"
  }
}
