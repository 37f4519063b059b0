// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

package import SignedManifests
package import StrictJSON

/// The top-level targets as the server has them: who signed them, and the files that belong to no release.
package struct TargetsInForce: Sendable {
  /// As signed.
  package let metadata: UnverifiedMetadata<Targets>
  /// The files by name, each the one that is signed.
  package let files: [String: [UInt8]]

  /// Reads `{"metadata": {…}, "files": {…}, …}`.
  package init(json: JSONValue, from origin: String) throws(CommandFailure) {
    do {
      metadata = try UnverifiedMetadata(parsing: (json["metadata"] ?? .null).encoded())
    } catch { throw CommandFailure("\(origin): these are no targets: \(error)") }
    var files: [String: [UInt8]] = [:]
    for (name, value) in json["files"]?.objectValue?.members ?? [] {
      let octets = Array((value.stringValue ?? "").utf8)
      guard metadata.signed.targets[name].map({ $0.sha256 == TargetDescription(of: octets).sha256 }) == true
      else {
        throw CommandFailure("\(origin): \(name) is not the file that is signed", status: .refused)
      }
      files[name] = octets
    }
    self.files = files
  }

  /// The same as JSON.
  package var json: JSONValue {
    let texts = files.sorted { $0.key < $1.key }.map {
      ($0.key, JSONValue.string(String(decoding: $0.value, as: UTF8.self)))
    }
    return [
      "metadata": (try? JSONValue(parsing: metadata.encoded)) ?? .null, "files": .object(JSONObject(texts)),
    ]
  }

  /// Whether enough of the targets holders of `root` signed them.
  package func holds(under root: Root) -> Bool {
    (try? metadata.verified(by: root[.targets], keys: root.keys)) != nil
  }
}

extension Root {
  /// Whether people sign the top-level targets, and not the service with the keys that it signs snapshots by.
  package var givesTargetsToHolders: Bool {
    let online = Set(self[.snapshot].keyids + self[.timestamp].keyids)
    return online.intersection(self[.targets].keyids).count < self[.targets].threshold
  }
}
