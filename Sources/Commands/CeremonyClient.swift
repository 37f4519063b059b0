// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

package import SignedManifests
package import StrictJSON

/// The server's side of a root ceremony: the root in force, and the one proposed.
package struct CeremonyClient {
  private let client: ServiceClient

  /// A client for the server the options name.
  package init(_ arguments: Arguments, _ context: CommandContext) throws(CommandFailure) {
    client = try ServiceClient(arguments, context)
  }

  /// The root in force, signed by its own threshold.
  package func currentRoot() throws(CommandFailure) -> TrustedMetadata<Root> {
    let answer = try client.get("v1/keys/root")
    let value: JSONValue
    if let metadata = answer["metadata"] {
      value = metadata
    } else {
      value = try client.get("repository/metadata/\(answer.count("version")).root.json")
    }
    let root = try KeyFiles.root(value.encoded(), from: "the server's root")
    do {
      return try root.verifiedBySelf()
    } catch {
      throw CommandFailure("the server's root is not valid: \(error)", status: .refused)
    }
  }

  /// A root that was in force before.
  package func root(version: Int64) throws(CommandFailure) -> UnverifiedMetadata<Root> {
    let value = try client.get("repository/metadata/\(version).root.json")
    return try KeyFiles.root(value.encoded(), from: "the server's root version \(version)")
  }

  /// The signed files that a follower reads after the roots: `timestamp.json` and what it leads to, by file name.
  package func repository() throws(CommandFailure) -> [String: [UInt8]] {
    func fetch(_ name: String) throws(CommandFailure) -> [UInt8] {
      try client.get("repository/metadata/" + name).encoded()
    }
    func versions(_ octets: [UInt8]) throws(CommandFailure) -> [String: Int64] {
      guard let meta = (try? JSONValue(parsing: octets))?["signed"]?["meta"]?.objectValue else {
        throw CommandFailure("the server's signed metadata is not in order", status: .refused)
      }
      return Dictionary(meta.members.map { ($0.key, $0.value.count("version")) }) { first, _ in first }
    }
    let timestamp = try fetch(RepositoryPath.timestamp)
    let snapshotName = "\(try versions(timestamp)["snapshot.json"] ?? 0).snapshot.json"
    let snapshot = try fetch(snapshotName)
    let targetsName = "\(try versions(snapshot)["targets.json"] ?? 0).targets.json"
    return [
      RepositoryPath.timestamp: timestamp, snapshotName: snapshot, targetsName: try fetch(targetsName),
    ]
  }

  /// The proposed next root.
  package func proposal() throws(CommandFailure) -> UnverifiedMetadata<Root> {
    let answer = try client.get("v1/keys/root/proposal")
    let value = answer["proposal"] ?? answer["metadata"] ?? answer
    return try KeyFiles.root(value.encoded(), from: "the proposal")
  }

  /// The top-level targets in force, and the proposed next ones.
  package func targetsInForce() throws(CommandFailure) -> TargetsInForce {
    try TargetsInForce(json: try client.get("v1/keys/targets"), from: "the server's targets")
  }

  /// The proposed next targets; nil when there are none.
  package func targetsProposal() throws(CommandFailure) -> TargetsBundle? {
    guard let status = try client.get("v1/keys/targets")["proposal"], !status.isNull else { return nil }
    let answer = try client.get("v1/keys/targets/proposal")
    let value: JSONValue = [
      "metadata": answer["metadata"] ?? .null, "files": answer["files"] ?? .null,
    ]
    return try CeremonyFile(value.encoded(), from: "the server's proposal").targets
  }

  /// The proposed next root; nil when there is none.
  package func rootProposal() throws(CommandFailure) -> UnverifiedMetadata<Root>? {
    guard let status = try client.get("v1/keys/root")["proposal"], !status.isNull else { return nil }
    return try proposal()
  }

  /// Proposes next targets, with whatever signatures they bear.
  package func propose(_ bundle: TargetsBundle) throws(CommandFailure) {
    _ = try client.post("v1/keys/targets/proposals", [], bundle.json)
  }

  /// Adds one signature to the proposed targets.
  package func submitTargets(_ signature: ManifestSignature) throws(CommandFailure) {
    _ = try client.post(
      "v1/keys/targets/proposal/signatures", [],
      ["keyid": .string(signature.keyid), "sig": .string(signature.sig)])
  }

  /// Publishes the proposed targets; their version.
  package func publishTargets() throws(CommandFailure) -> Int64 {
    try client.post("v1/keys/targets/proposal/publish", [], [:]).count("version")
  }

  /// Withdraws the proposed targets.
  package func withdrawTargets() throws(CommandFailure) { _ = try client.delete("v1/keys/targets/proposal") }

  /// Has the service sign files that belong to no release, where it signs the targets itself.
  package func put(_ files: [String: [UInt8]]) throws(CommandFailure) -> Int64 {
    let texts = files.sorted { $0.key < $1.key }.map {
      ($0.key, JSONValue.string(String(decoding: $0.value, as: UTF8.self)))
    }
    return try client.post("v1/keys/targets/files", [], ["files": .object(JSONObject(texts))]).count(
      "version")
  }

  /// Proposes a next root, with whatever signatures it bears.
  package func propose(_ root: UnverifiedMetadata<Root>) throws(CommandFailure) -> JSONValue {
    try client.post("v1/keys/root/proposals", [], body: root.encoded, mediaType: "application/json")
  }

  /// Adds one signature to the proposal.
  package func submit(_ signature: ManifestSignature) throws(CommandFailure) -> JSONValue {
    try client.post(
      "v1/keys/root/proposal/signatures", [],
      ["keyid": .string(signature.keyid), "sig": .string(signature.sig)])
  }

  /// Publishes the proposal.
  package func publish() throws(CommandFailure) -> JSONValue {
    try client.post("v1/keys/root/proposal/publish", [], [:])
  }

  /// Withdraws the proposal.
  package func withdraw() throws(CommandFailure) { _ = try client.delete("v1/keys/root/proposal") }
}
