// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Trusted metadata on disk: `root.json`, `timestamp.json`, `snapshot.json`, `targets.json`;
/// and `first-root.json`, the root it all began with.
package struct MetadataDirectory: Sendable {
  /// Where it is.
  package let path: String
  private let files: any FileSystem

  /// A metadata directory, made if missing.
  package init(path: String, files: any FileSystem) throws(FileFault) {
    self.path = path
    self.files = files
    try files.makeDirectory(path)
  }

  /// A file, or nil when there is none.
  package func read(_ name: String) throws(FileFault) -> [UInt8]? {
    try files.read(path + "/" + name, maximumOctets: 1 << 27)
  }

  /// Makes a file durable.
  package func write(_ octets: [UInt8], as name: String) throws(FileFault) {
    try files.replace(path + "/" + name, with: octets, permissions: 0o640)
  }

  /// Drops a file.
  package func remove(_ name: String) throws(FileFault) {
    try files.remove(path + "/" + name)
  }

  /// The root trusted so far: the one kept here, else the one handed over in a file, which is kept from now on.
  package func trustedRoot(handedOver file: String?) throws(FollowFailure) -> [UInt8] {
    try local { () throws(FileFault) in
      if let kept = try read("root.json") { return kept }
      guard let file else {
        throw FileFault(operation: "start", path: path, reason: "no trusted root yet: give one with --root")
      }
      guard let octets = try files.read(file, maximumOctets: 1 << 20) else {
        throw FileFault(operation: "read", path: file, reason: "no such file")
      }
      try write(octets, as: "first-root.json")
      return octets
    }
  }

  /// Whether a root file handed over now is neither the one this directory began with nor the one it trusts: it is not
  /// used, since trust passes on by rotation alone. False while there is nothing to compare with.
  package func isUnused(_ file: String) throws(FileFault) -> Bool {
    guard let first = try read("first-root.json"), let handed = try files.read(file, maximumOctets: 1 << 20)
    else { return false }
    let trusted = try read("root.json")
    return handed != first && handed != trusted
  }
}
