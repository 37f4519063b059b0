// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import FoundationEssentials
package import SignedManifests
private import StrictJSON

/// The next top-level targets that a command line describes.
package struct TargetsPlan {
  /// The options that describe them.
  package static let options: [OptionSpecification] = [
    .value(
      "target", "NAME=FILE", "the content of a target that belongs to no release, such as agencies.json",
      repeats: true),
    .value("drop-target", "NAME", "sign such a target no more", repeats: true),
    .value(
      "releases-key", "KEY.pub", "the keys that the service signs releases with from now on", repeats: true),
    .value("releases-threshold", "N", "how many of them must sign releases (1)"),
  ]

  private var targets: Targets
  private var contents: [String: [UInt8]]
  private let context: CommandContext

  /// The successor of `current`, or first ones under `root`, with nothing changed.
  package init(
    from current: TargetsInForce?, under root: Root, _ arguments: Arguments, _ context: CommandContext
  ) throws(CommandFailure) {
    self.context = context
    let expires = try validity(arguments, context)
    var next = current?.metadata.signed ?? Targets(version: 0, expires: expires, targets: [:])
    let (version, overflow) = next.version.addingReportingOverflow(1)
    guard !overflow else { throw CommandFailure("these targets cannot be followed by others") }
    next.version = version
    next.expires = arguments.has("days") || current == nil ? expires : max(expires, next.expires)
    next.targets = next.targets.filter { TargetsBundle.isName($0.key) }
    if next.delegated(TargetsBundle.releases) == nil {
      let online = root[.snapshot]
      next.delegations = Self.delegations(online.keyids.compactMap { root.keys[$0] }, threshold: 1)
    }
    targets = next
    contents = (current?.files ?? [:]).filter { next.targets[$0.key] != nil }
  }

  /// Makes the changes that the options name.
  package mutating func change(by arguments: Arguments) throws(CommandFailure) {
    for (name, path) in try arguments.pairs("target") { try put(name, path) }
    for name in arguments.all("drop-target") {
      guard contents[name] != nil else { throw CommandFailure("\(name) is no target now") }
      contents[name] = nil
    }
    let files = KeyFiles(context)
    var keys: [ManifestKey] = []
    for path in arguments.all("releases-key") { keys.append(try files.publicKey(path, passphraseFile: nil)) }
    let threshold = try arguments.integer("releases-threshold", in: 1...100)
    if !keys.isEmpty {
      targets.delegations = Self.delegations(keys, threshold: threshold ?? 1)
    } else if let threshold, let delegations = targets.delegations {
      targets.delegations = Self.delegations(Array(delegations.keys.values), threshold: threshold)
    }
    if let role = targets.delegated(TargetsBundle.releases), role.keys.keyids.count < role.keys.threshold {
      throw CommandFailure(
        "releases: a threshold of \(role.keys.threshold) needs as many different --releases-key")
    }
  }

  /// Puts another key in the place of `keyid` among those that sign releases; whether it was one.
  package mutating func replace(_ keyid: String, with new: ManifestKey?) throws(CommandFailure) -> Bool {
    guard let role = targets.delegated(TargetsBundle.releases), role.keys.keyids.contains(keyid) else {
      return false
    }
    var keys = role.keys.keyids.filter { $0 != keyid }.compactMap { targets.delegations?.keys[$0] }
    if let new { keys.append(new) }
    guard keys.count >= role.keys.threshold else {
      throw CommandFailure("releases would have no key left to sign with: give another with --with")
    }
    targets.delegations = Self.delegations(keys, threshold: role.keys.threshold)
    return true
  }

  /// What is to be signed.
  package func bundle() throws(CommandFailure) -> TargetsBundle {
    var next = targets
    next.targets = contents.mapValues { TargetDescription(of: $0) }
    do {
      return try TargetsBundle(UnverifiedMetadata(next), files: contents)
    } catch { throw CommandFailure("these targets cannot be signed: \(error)") }
  }

  private mutating func put(_ name: String, _ path: String) throws(CommandFailure) {
    let octets = try context.contents(of: path, maximumOctets: TargetsBundle.maximumFileOctets)
    guard name.hasSuffix(".json") else {
      contents[name] = octets
      return
    }
    let value: JSONValue
    do {
      value = try JSONValue(parsing: octets, limits: JSONLimits(octets: TargetsBundle.maximumFileOctets))
    } catch { throw CommandFailure("\(path) is not JSON: line \(error.line), column \(error.column)") }
    if let before = contents[name].flatMap({ try? JSONValue(parsing: $0) })?["version"]?.integerValue,
      contents[name] != octets
    {
      guard let after = value["version"]?.integerValue, after > before else {
        throw CommandFailure("\(path): its version must be more than \(before), the one in force")
      }
    }
    contents[name] = octets
  }

  private static func delegations(_ keys: [ManifestKey], threshold: Int) -> Delegations {
    Delegations(
      keys: keys,
      roles: [
        DelegatedRole(
          name: TargetsBundle.releases,
          keys: RoleKeys(keyids: keys.map(\.keyid).sorted(), threshold: threshold),
          paths: .patterns(TargetsBundle.releasePaths), isTerminating: true)
      ])
  }
}
