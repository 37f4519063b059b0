// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Cryptography
import FoundationEssentials
import SignedManifests

/// A repository in memory, whose owner or attacker may change any file.
struct RepositorySimulator {
  static let start = Date(timeIntervalSince1970: 1_800_000_000)

  var files: [String: [UInt8]] = [:]
  var holders: [KeySigner]
  var online: KeySigner
  var root: TrustedMetadata<Root>
  var current: CurrentRepository?
  var now = Self.start
  let firstRoot: [UInt8]

  init(threshold: Int = 2) throws {
    holders = try ["one", "two", "three"].map { try Self.key("holder-\($0)") }
    online = try Self.key("online")
    let first = Root.initial(
      root: holders.map(\.key), rootThreshold: threshold, online: [online.key],
      expires: now.addingTimeInterval(365 * RoleLifetimes.day))
    var proposal = try RootProposal(following: nil, proposed: UnverifiedMetadata(first))
    for holder in holders.prefix(threshold) { try proposal.sign(with: holder) }
    root = try proposal.completed()
    firstRoot = root.metadata.encoded
    files["1.root.json"] = firstRoot
    try release(["worst-of/1/entries.txt": Array("bad.example\n".utf8)])
  }

  static func key(_ name: String) throws -> KeySigner {
    KeySigner(try PrivateKey.generate(.ed25519), holder: name)
  }

  var builder: RepositoryBuilder { RepositoryBuilder(root: root.signed, signers: [online]) }

  mutating func release(_ targets: [String: [UInt8]]) throws {
    try publish(
      builder.release(
        targets: targets.mapValues { TargetDescription(of: $0) }, following: current, now: now))
  }

  mutating func publish(_ release: RepositoryFiles) {
    for file in release.files { files[file.name] = file.octets }
    current = release.current
  }

  /// Publishes the next root, signed by the first two holders before and after the change.
  mutating func rotate(_ change: (inout Root) -> Void = { _ in }, newHolders: [KeySigner]? = nil) throws {
    var proposal = try RootProposal(
      following: root, expires: now.addingTimeInterval(365 * RoleLifetimes.day), change: change)
    for holder in holders + (newHolders ?? []) { try proposal.sign(with: holder) }
    root = try proposal.completed()
    if let newHolders { holders = newHolders }
    files[RepositoryPath.root(version: root.signed.version)] = root.metadata.encoded
  }

  mutating func replaceOnlineKey() throws {
    let old = online
    online = try Self.key("online-next")
    let new = online.key
    try rotate { _ = $0.replace(old.keyid, with: new) }
  }
}

/// A follower that keeps what the workflow tells it to keep.
struct FollowerSimulator {
  var root: [UInt8]
  var stored = StoredMetadata()
  var asked: [String] = []
  /// Shared by all its refreshes, as a follower that stays on shares it.
  let verified = MetadataMemory()

  init(_ repository: RepositorySimulator) { root = repository.firstRoot }

  @discardableResult
  mutating func refresh(_ repository: RepositorySimulator, limits: ManifestLimits = ManifestLimits())
    throws -> TrustedRepository
  {
    asked = []
    var workflow = try ClientWorkflow(
      trustedRoot: root, stored: stored, now: repository.now, limits: limits, verified: verified)
    while true {
      switch workflow.nextAction {
      case .done(let trusted): return trusted
      case .refused(let refusal): throw refusal
      case .fetch(let request):
        asked.append(request.path)
        let instructions =
          if let octets = repository.files[request.path] {
            try workflow.receive(octets)
          } else {
            try workflow.receiveMissing()
          }
        carryOut(instructions)
      }
    }
  }

  mutating func carryOut(_ instructions: [StoreInstruction]) {
    for instruction in instructions {
      switch instruction {
      case .store("root.json", let octets): root = octets
      case .store(let name, let octets): stored.files[name] = octets
      case .remove(let name): stored.files[name] = nil
      }
    }
  }
}
