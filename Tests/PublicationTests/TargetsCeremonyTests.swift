// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Cryptography
import Foundation
import Ingest
import Publication
import Records
import SignedManifests
import StrictJSON
import Testing

/// Targets that holders sign, releases that the service signs by their delegation.
@Suite struct TargetsCeremonyTests {
  private static let agencies = "agencies.json"

  /// What a follower with the first root makes of what is published.
  private func followed(_ world: World, _ publisher: Publisher? = nil) throws -> TrustedRepository {
    let files = (publisher ?? world.publisher).current.repository.metadata
    var workflow = try ClientWorkflow(trustedRoot: world.root, now: world.now)
    while true {
      switch workflow.nextAction {
      case .refused(let refusal): throw refusal
      case .fetch(let request):
        if let file = files[request.path] {
          _ = try workflow.receive(file.octets)
        } else {
          _ = try workflow.receiveMissing()
        }
      case .done(let repository):
        guard let role = try RoleRefresh(TargetsBundle.releases, of: repository, now: world.now) else {
          return repository
        }
        let octets = try #require(files[role.request.path]).octets
        return repository.adding(try role.receive(octets), named: TargetsBundle.releases)
      }
    }
  }

  private func propose(_ world: World, _ bundle: TargetsBundle, signedBy signers: [KeySigner]) async throws {
    _ = try await world.publisher.proposeTargets(bundle.json.encoded(), act: world.act)
    for signer in signers {
      let signature = try signer.sign(bundle.metadata.message)
      _ = try await world.publisher.signTargetsProposal(
        keyid: signer.keyid, sig: Hex.encode(signature), act: world.act)
    }
  }

  @Test func `releases go out by delegation while the holders' targets stay as they were signed`()
    async throws
  {
    let world = try await World(holdersSignTargets: true)
    try await propose(
      world, World.bundle(2, [Self.agencies: #"{"version":1}"#], releases: world.online.key),
      signedBy: [world.holders[0], world.holders[2]])
    #expect(try await world.publisher.publishTargetsProposal(act: world.act).outcome == 2)
    for round in 1...3 {
      try await world.list("http://host\(round).example/")
      _ = try await world.publisher.publish(world.list, under: .empty, act: world.act)
    }
    for publisher in [world.publisher, try await world.otherPublisher()] {
      let trusted = try followed(world, publisher)
      #expect(trusted.targets.signed.version == 2 && trusted.targets.metadata.signatures.count == 2)
      #expect(trusted.targets.signed.targets.keys.sorted() == [Self.agencies])
      #expect(trusted.delegated[TargetsBundle.releases]?.signed.targets.count == 10)
      #expect(trusted.describedTargets.keys.contains("worst-of/3/entries.txt"))
      #expect(!trusted.describedTargets.keys.contains("worst-of/2/entries.txt"))
      let standing = try #require(publisher.current.repository.standing[Self.agencies])
      #expect(String(decoding: standing.octets, as: UTF8.self) == #"{"version":1}"#)
      #expect(publisher.current.repository.targets["\(standing.digest.hex).agencies.json"] == standing)
    }
    #expect(try await world.publisher.targetsStatus().proposal == nil)
  }

  @Test func `below the threshold, by the service's key or by strangers nothing comes in force`() async throws
  {
    let world = try await World(holdersSignTargets: true)
    let bundle = try World.bundle(2, [Self.agencies: "{}"], releases: world.online.key)
    try await propose(world, bundle, signedBy: [world.holders[0]])
    let stranger = KeySigner(try PrivateKey.generate(.ed25519))
    for signer in [world.online, stranger] {
      let signature = Hex.encode(try signer.sign(bundle.metadata.message))
      await #expect(throws: PublicationError.self) {
        try await world.publisher.signTargetsProposal(keyid: signer.keyid, sig: signature, act: world.act)
      }
    }
    await #expect(throws: PublicationError.self) {
      try await world.publisher.publishTargetsProposal(act: world.act)
    }
    await #expect(throws: PublicationError.self) {
      try await world.publisher.putStandingTargets([Self.agencies: [0x7B, 0x7D]], act: world.act)
    }
    #expect(try followed(world).targets.signed.targets.isEmpty)
    _ = try await world.publisher.dropTargetsProposal(act: world.act)
    #expect(try await world.publisher.targetsStatus().proposal == nil)
  }

  @Test(arguments: [
    "version", "expired", "no releases", "foreign releases", "wide releases", "narrow releases",
  ])
  func `targets that would strand followers, or let the service sign for holders, are refused`(fault: String)
    async throws
  {
    let world = try await World(holdersSignTargets: true)
    try await world.list("http://one.example/")
    _ = try await world.publisher.publish(world.list, under: .empty, act: world.act)
    let key = world.online.key
    let bundle: TargetsBundle =
      switch fault {
      case "version": try World.bundle(3, [:], releases: key)
      case "expired": try World.bundle(2, [:], releases: key, expires: world.now)
      case "foreign releases":
        try World.bundle(2, [:], releases: KeySigner(try PrivateKey.generate(.ed25519)).key)
      case "wide releases": try World.bundle(2, [:], releases: key, paths: ["*/*/*", "*"])
      case "narrow releases": try World.bundle(2, [:], releases: key, paths: ["other/*/*"])
      default:
        try TargetsBundle(
          UnverifiedMetadata(
            Targets(version: 2, expires: world.now.addingTimeInterval(1e6), targets: [:])), files: [:])
      }
    await #expect(throws: PublicationError.self) {
      try await world.publisher.proposeTargets(bundle.json.encoded(), act: world.act)
    }
  }

  @Test func `files other than the ones described never become a bundle`() throws {
    let key = KeySigner(try PrivateKey.generate(.ed25519)).key
    let good = try World.bundle(1, [Self.agencies: "{}"], releases: key)
    for files in [[:], [Self.agencies: Array("[]".utf8)], good.files.merging(["x": []]) { $1 }] {
      #expect(throws: ManifestRefusal.self) { try TargetsBundle(good.metadata, files: files) }
    }
    for name in ["worst-of/1/entries.txt", "../x", "Agencies.json", ""] {
      #expect(throws: ManifestRefusal.self) { try World.bundle(1, [name: "{}"], releases: key) }
    }
  }

  @Test func `the key that signs releases is replaced, and the releases in force go on`() async throws {
    let world = try await World(holdersSignTargets: true)
    try await world.list("http://one.example/")
    _ = try await world.publisher.publish(world.list, under: .empty, act: world.act)
    let next = KeySigner(try PrivateKey.generate(.ed25519), holder: "online-2")
    let publisher = try await world.otherPublisher(signers: [world.online, next])
    let bundle = try World.bundle(2, [:], releases: next.key)
    _ = try await publisher.proposeTargets(bundle.json.encoded(), act: world.act)
    for signer in world.holders.prefix(2) {
      let signature = Hex.encode(try signer.sign(bundle.metadata.message))
      _ = try await publisher.signTargetsProposal(keyid: signer.keyid, sig: signature, act: world.act)
    }
    _ = try await publisher.publishTargetsProposal(act: world.act)
    let trusted = try followed(world, publisher)
    #expect(trusted.delegated[TargetsBundle.releases]?.metadata.signatures.map(\.keyid) == [next.keyid])
    #expect(trusted.describedTargets["worst-of/1/entries.txt"] != nil)
  }

  /// A root after the first whose targets role is `keys`, signed by the first two holders.
  private func root(_ world: World, targets keys: [KeySigner], threshold: Int) async throws -> [UInt8] {
    var next = try await world.publisher.rootStatus().root.signed
    next.version += 1
    for key in keys { next.keys[key.keyid] = key.key }
    next[.targets] = RoleKeys(keyids: keys.map(\.keyid), threshold: threshold)
    var metadata = try UnverifiedMetadata(next)
    for holder in world.holders.prefix(2) { try metadata.sign(with: holder) }
    return metadata.encoded
  }

  @Test func `the targets pass from the service to holders in one step, with the releases in force`()
    async throws
  {
    let world = try await World()
    try await world.list("http://one.example/")
    _ = try await world.publisher.publish(world.list, under: .empty, act: world.act)
    let bundle = try World.bundle(3, [Self.agencies: "{}"], releases: world.online.key)
    await #expect(throws: PublicationError.self) {
      try await world.publisher.proposeTargets(bundle.json.encoded(), act: world.act)
    }
    let next = try await root(world, targets: world.holders, threshold: 2)
    _ = try await world.publisher.proposeRoot(next, act: world.act)
    await #expect(throws: PublicationError.self) {
      try await world.publisher.publishRootProposal(act: world.act)
    }
    try await propose(world, bundle, signedBy: Array(world.holders.suffix(2)))
    _ = try await world.publisher.publishRootProposal(act: world.act)
    let trusted = try followed(world)
    #expect(trusted.targets.signed.version == 3 && trusted.root.signed.version == 2)
    #expect(trusted.delegated[TargetsBundle.releases]?.signed.targets["worst-of/1/entries.txt"] != nil)
    #expect(trusted.targets.signed.targets.keys.sorted() == [Self.agencies])

    let back = try await root(world, targets: [world.online], threshold: 1)
    _ = try await world.publisher.proposeRoot(back, act: world.act)
    _ = try await world.publisher.publishRootProposal(act: world.act)
    try await world.list("http://two.example/")
    _ = try await world.publisher.publish(world.list, under: .empty, act: world.act)
    let again = try followed(world)
    #expect(again.targets.signed.delegations == nil && again.targets.signed.targets.count == 11)
    #expect(again.describedTargets["worst-of/2/entries.txt"] != nil)
  }

  @Test func `a holder's key leaves only together with targets that hold without it`() async throws {
    let world = try await World(holdersSignTargets: true)
    let new = KeySigner(try PrivateKey.generate(.ed25519), holder: "four")
    let next = try await root(world, targets: [world.holders[1], world.holders[2], new], threshold: 2)
    _ = try await world.publisher.proposeRoot(next, act: world.act)
    await #expect(throws: PublicationError.self) {
      try await world.publisher.publishRootProposal(act: world.act)
    }
    try await propose(
      world, World.bundle(2, [:], releases: world.online.key), signedBy: [world.holders[1], new])
    _ = try await world.publisher.publishRootProposal(act: world.act)
    let trusted = try followed(world)
    #expect(trusted.root.signed.version == 2 && trusted.targets.signed.version == 2)
    #expect(try await world.publisher.targetsStatus().proposal == nil)
  }

  @Test func `where the configuration wants holders, a root that lets the service sign targets is refused`()
    async throws
  {
    let world = try await World(holdersSignTargets: true)
    let publisher = try await world.otherPublisher(wantsTargetsHolders: true)
    let back = try await root(world, targets: [world.online], threshold: 1)
    await #expect(throws: PublicationError.self) { try await publisher.proposeRoot(back, act: world.act) }
    let simple = try await World()
    await #expect(throws: PublicationError.self) {
      try await simple.otherPublisher(wantsTargetsHolders: true)
    }
  }

  @Test func `what holders sign is alarmed early, the releases role like any online one`() async throws {
    let world = try await World(holdersSignTargets: true)
    world.pass(seconds: 340 * 86_400)
    let alarms = world.publisher.current.repository.alarms(at: world.now, lifetimes: MetadataLifetimes())
    #expect(alarms.first { $0.role == "targets" }?.cause == .renewalDue)
    #expect(alarms.first { $0.role == TargetsBundle.releases }?.cause == .expired)
    try await world.publisher.tick()
    let after = world.publisher.current.repository.alarms(at: world.now, lifetimes: MetadataLifetimes())
    #expect(after.map(\.role) == ["root", "targets"])
  }
}
