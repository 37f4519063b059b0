// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

package import SignedManifests
private import StrictJSON

/// What goes from holder to holder: a next root, next targets, or both, with the signatures gathered so far and, for reading
/// the difference without a network, what is in force.
package struct CeremonyFile: Sendable {
  /// The next root, or a first one.
  package var root: UnverifiedMetadata<Root>?
  /// The next targets, or first ones.
  package var targets: TargetsBundle?
  /// What they would replace.
  package var rootInForce: UnverifiedMetadata<Root>?
  /// What they would replace.
  package var targetsInForce: TargetsInForce?

  /// A file of these.
  package init(
    root: UnverifiedMetadata<Root>? = nil, targets: TargetsBundle? = nil,
    rootInForce: UnverifiedMetadata<Root>? = nil, targetsInForce: TargetsInForce? = nil
  ) {
    self.root = root
    self.targets = targets
    self.rootInForce = rootInForce
    self.targetsInForce = targetsInForce
  }

  /// Reads root metadata, a targets bundle, or an object of them.
  package init(_ octets: [UInt8], from origin: String) throws(CommandFailure) {
    let value: JSONValue
    do {
      value = try JSONValue(
        parsing: octets, limits: JSONLimits(octets: Self.maximumOctets, depth: ManifestLimits.depth))
    } catch {
      throw CommandFailure("\(origin) is not JSON: line \(error.line), column \(error.column)")
    }
    if value["signed"] != nil {
      root = try KeyFiles.root(octets, from: origin)
    } else if value["metadata"] != nil {
      targets = try Self.bundle(value, from: origin)
    } else {
      root = try value["root"].map { (value) throws(CommandFailure) in
        try KeyFiles.root(value.encoded(), from: origin)
      }
      targets = try value["targets"].map { (value) throws(CommandFailure) in
        try Self.bundle(value, from: origin)
      }
      let inForce = value["in_force"]
      rootInForce = try inForce?["root"].map { (value) throws(CommandFailure) in
        try KeyFiles.root(value.encoded(), from: origin)
      }
      targetsInForce = try inForce?["targets"].map { (value) throws(CommandFailure) in
        try TargetsInForce(json: value, from: origin)
      }
    }
    guard root != nil || targets != nil else {
      throw CommandFailure("\(origin) is neither root metadata nor a proposal of targets")
    }
  }

  /// As it is written: a root alone as plain root metadata.
  package var encoded: [UInt8] {
    if let root, targets == nil { return root.encoded }
    if let targets, root == nil, rootInForce == nil { return targets.json.encoded(pretty: true) }
    var object = JSONObject()
    object["root"] = root.flatMap { try? JSONValue(parsing: $0.encoded) }
    object["targets"] = targets?.json
    var inForce = JSONObject()
    inForce["root"] = rootInForce.flatMap { try? JSONValue(parsing: $0.encoded) }
    inForce["targets"] = targetsInForce?.json
    if !inForce.isEmpty { object["in_force"] = .object(inForce) }
    return JSONValue.object(object).encoded(pretty: true)
  }

  /// Signs what the key may sign: a root always, targets when a root at hand names it for them or none is at hand.
  package mutating func sign(with signer: any MetadataSigner) throws(CommandFailure) {
    let roots = [root?.signed, rootInForce?.signed].compactMap { $0 }
    let signsTargets = roots.isEmpty || roots.contains { $0[.targets].keyids.contains(signer.keyid) }
    let signsRoot = roots.contains { $0[.root].keyids.contains(signer.keyid) }
    guard root != nil || signsTargets else {
      throw CommandFailure("\(signer.key.label) is no key of the targets")
    }
    do {
      if targets == nil || signsRoot { try root?.sign(with: signer) }
      if signsTargets { try targets?.metadata.sign(with: signer) }
    } catch {
      throw CommandFailure("signing failed: \(error.detail)")
    }
  }

  private static let maximumOctets = 2 * TargetsBundle.maximumOctets

  private static func bundle(_ value: JSONValue, from origin: String) throws(CommandFailure) -> TargetsBundle
  {
    do { return try TargetsBundle(json: value) } catch {
      throw CommandFailure("\(origin): these targets cannot be used: \(error)")
    }
  }
}
