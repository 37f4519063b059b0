// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import SignedManifests

/// The versions of the signed metadata that a follower holds, as it tells them to the server; 0 for none.
package struct HeldMetadata: Hashable, Sendable {
  /// Of the root.
  package var root: Int64
  /// Of the timestamp.
  package var timestamp: Int64
  /// Of the snapshot; 0 while a file that it names is missing, so that a round that stopped half-way gets it once more.
  package var snapshot: Int64

  /// What a directory holds.
  package init(in directory: MetadataDirectory, trusting root: [UInt8]) throws(FileFault) {
    self.root = Self.version(of: root, Root.self)
    timestamp = Self.version(of: try directory.read("timestamp.json"), Timestamp.self)
    snapshot = try Self.completeSnapshot(in: directory)
  }

  private static func completeSnapshot(in directory: MetadataDirectory) throws(FileFault) -> Int64 {
    guard let octets = try directory.read("snapshot.json"),
      let file = try? UnverifiedMetadata<Snapshot>(parsing: octets, maximumOctets: .max)
    else { return 0 }
    for name in ["targets.json", TargetsBundle.releases + ".json"] {
      guard let described = file.signed.meta[name] else { continue }
      let held = version(of: try directory.read(name), Targets.self)
      guard held == described.version else { return 0 }
    }
    return file.signed.version
  }

  /// A damaged file counts as none: the server is asked for it again.
  private static func version<Role: ManifestRole>(of octets: [UInt8]?, _ role: Role.Type) -> Int64 {
    guard let octets, let file = try? UnverifiedMetadata<Role>(parsing: octets, maximumOctets: .max) else {
      return 0
    }
    return file.signed.version
  }

  /// Where the compact form of what is newer is asked for.
  /// - Parameter approvals: whether the agencies' approvals of what is added are wanted with it.
  package func path(of list: String, since version: UInt64, approvals: Bool) -> String {
    "v1/lists/\(list)/changes?since=\(version)&root=\(root)&timestamp=\(timestamp)&snapshot=\(snapshot)"
      + (approvals ? "&approvals=1" : "")
  }
}
