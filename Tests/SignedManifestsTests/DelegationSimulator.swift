// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Cryptography
import FoundationEssentials
import SignedManifests

/// One delegation in a made-up repository.
struct Edge {
  var from: String
  var to: String
  var paths = DelegatedRole.Paths.patterns(["*"])
  var isTerminating = false
}

/// A repository whose targets are described by delegated roles.
struct DelegationSimulator {
  var repository: RepositorySimulator
  /// One signer for each delegated role.
  var signers: [String: KeySigner] = [:]
  /// The signed part of each delegated role.
  var roles: [String: Targets] = [:]
  /// Whether delegated files' lengths and hashes are signed in the snapshot.
  var isDescribed = true
  private var top = Targets(version: 1, expires: RepositorySimulator.start, targets: [:])

  init(_ edges: [Edge], targets: [String: String] = [:]) throws {
    repository = try RepositorySimulator()
    for name in Set(edges.map(\.to)).sorted() {
      signers[name] = try RepositorySimulator.key(name)
      roles[name] = Targets(
        version: 1, expires: repository.now + 30 * RoleLifetimes.day,
        targets: targets.filter { $0.value == name }.reduce(into: [:]) { described, target in
          described[target.key] = TargetDescription(of: Array(target.key.utf8))
        })
    }
    for name in Set(edges.map(\.from)) {
      let delegations = delegations(edges.filter { $0.from == name })
      self[name]?.delegations = delegations
    }
    try publish()
  }

  subscript(name: String) -> Targets? {
    get { name == "targets" ? top : roles[name] }
    set { if let newValue { if name == "targets" { top = newValue } else { roles[name] = newValue } } }
  }

  private func delegations(_ edges: [Edge]) -> Delegations {
    Delegations(
      keys: edges.compactMap { signers[$0.to]?.key },
      roles: edges.map { edge in
        DelegatedRole(
          name: edge.to, keys: RoleKeys(keyids: [signers[edge.to]?.keyid ?? ""], threshold: 1),
          paths: edge.paths, isTerminating: edge.isTerminating)
      })
  }

  /// Signs every role anew, and a snapshot of them all.
  mutating func publish() throws {
    var described: [String: FileDescription] = [:]
    for (name, role) in roles {
      var metadata = try UnverifiedMetadata(role)
      if let signer = signers[name] { try metadata.sign(with: signer) }
      let octets = metadata.encoded
      repository.files[RepositoryPath.metadata(name, version: role.version, consistent: true)] = octets
      described[name + ".json"] =
        isDescribed
        ? FileDescription(
          version: role.version, length: Int64(octets.count),
          hashes: ["sha256": SHA256Digest(hashing: octets).hex])
        : FileDescription(version: role.version)
    }
    try repository.publish(
      repository.builder.release(
        targets: top.targets, delegations: top.delegations, delegated: described,
        following: repository.current, now: repository.now))
  }
}

extension FollowerSimulator {
  /// Refreshes and looks for one target; `asked` holds the delegated files that were fetched.
  @discardableResult
  mutating func search(
    _ path: String, in simulator: DelegationSimulator, limits: ManifestLimits = ManifestLimits()
  ) throws -> (TargetDescription, role: String) {
    let trusted = try refresh(simulator.repository)
    asked = []
    var search = TargetSearch(for: path, in: trusted, now: simulator.repository.now, limits: limits)
    while true {
      switch search.nextAction {
      case .found(let description, let role): return (description, role)
      case .refused(let refusal): throw refusal
      case .fetch(let request, let name):
        if let kept = stored.files[name], search.reuse(kept) { continue }
        asked.append(request.path)
        guard let octets = simulator.repository.files[request.path] else { throw search.receiveMissing() }
        carryOut(try search.receive(octets))
      }
    }
  }
}
