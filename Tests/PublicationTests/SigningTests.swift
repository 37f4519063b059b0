// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import Cryptography
import Foundation
import Ingest
import ListFormats
import Publication
import Records
import RecordsSQL
import RecordsSQLite
import SignedManifests
import StrictJSON
import Testing

@Suite struct SigningTests {
  private func metadata(_ world: World) -> [String: [UInt8]] {
    world.publisher.current.repository.metadata.mapValues(\.octets)
  }

  /// The roles in force, read as a client would, each verified under the root.
  private func roles(_ world: World) throws -> (Timestamp, Snapshot, Targets) {
    let files = metadata(world)
    let versions = files.keys.compactMap { Int($0.prefix { $0 != "." }) }
    let newest = try #require(versions.filter { files["\($0).root.json"] != nil }.max())
    let root = try UnverifiedMetadata<Root>(parsing: try #require(files["\(newest).root.json"]))
      .verifiedBySelf().signed
    let timestamp = try UnverifiedMetadata<Timestamp>(parsing: try #require(files["timestamp.json"]))
      .verified(by: root[.timestamp], keys: root.keys).signed
    let snapshot = try UnverifiedMetadata<Snapshot>(
      parsing: try #require(files["\(timestamp.snapshot.version).snapshot.json"])
    ).verified(by: root[.snapshot], keys: root.keys).signed
    let version = try #require(snapshot.meta["targets.json"]?.version)
    let targets = try UnverifiedMetadata<Targets>(parsing: try #require(files["\(version).targets.json"]))
      .verified(by: root[.targets], keys: root.keys).signed
    return (timestamp, snapshot, targets)
  }

  @Test func `every file of a release is a signed target, octet by octet`() async throws {
    let world = try await World()
    try await world.list("http://one.example/")
    _ = try await world.publisher.publish(world.list, under: .empty, act: world.act)
    let (_, _, targets) = try roles(world)
    let files = try #require(world.publisher.current.lists[world.list]?.files)
    #expect(targets.targets.count == files.count && files.count == 10)
    for (format, file) in files {
      let target = try #require(targets.targets["worst-of/1/\(format.rawValue)"])
      #expect(target.length == Int64(file.octets.count) && target.sha256 == file.digest)
      let stored = world.publisher.current.repository.targets[
        "worst-of/1/\(file.digest.hex).\(format.rawValue)"]
      #expect(stored == file)
    }
  }

  @Test func `the block digest signed with a release is that of its text, however it was made`() async throws
  {
    let world = try await World()
    func expectSigned(_ version: Int) throws {
      let list = try #require(world.publisher.current.lists[world.list]?.blocklist)
      let custom = try roles(world).2.targets["worst-of/\(version)/entries.txt"]?.custom
      #expect(custom?["blocks"]?["sha256"]?.stringValue == ListBlocks(of: list.slab).digest.hex)
    }
    for number in 0..<40 { try await world.list("http://n\(number).example/") }
    _ = try await world.publisher.publish(world.list, under: .empty, act: world.act)
    try expectSigned(1)
    try await world.list("http://n7a.example/")
    _ = try await world.publisher.publish(world.list, under: .empty, act: world.act)
    try expectSigned(2)
    // Read from the store, and no more in memory from the release before.
    let again = try await world.otherPublisher()
    try await world.list("http://n8a.example/")
    _ = try await again.publish(world.list, under: .empty, act: world.act)
    let list = try #require(again.current.lists[world.list]?.blocklist)
    #expect(list.blocks == ListBlocks(of: list.slab))
  }

  @Test func `metadata is signed afresh from half of its life on`() async throws {
    let world = try await World()
    let (before, _, _) = try roles(world)
    world.pass(seconds: 43_200)
    try await world.publisher.tick()
    #expect(try roles(world).0.version == before.version)
    world.pass(seconds: 1)
    try await world.publisher.tick()
    let (after, _, _) = try roles(world)
    #expect(after.version == before.version + 1)
    #expect(after.expires == world.now.addingTimeInterval(86_400))
  }

  @Test func `a root needs enough keys of the old one and of the new one`() async throws {
    let world = try await World()
    let replacement = KeySigner(try PrivateKey.generate(.ed25519), holder: "four")
    var next = try await world.publisher.rootStatus().root.signed
    next.version = 2
    next.keys[replacement.keyid] = replacement.key
    next[.root] = RoleKeys(keyids: [world.holders[0].keyid, replacement.keyid], threshold: 2)
    var proposal = try UnverifiedMetadata(next)
    _ = try await world.publisher.proposeRoot(proposal.encoded, act: world.act)
    try proposal.sign(with: world.holders[0])
    try proposal.sign(with: replacement)
    for signer in [world.holders[0], replacement] {
      let signature = try signer.sign(proposal.message)
      _ = try await world.publisher.signRootProposal(
        keyid: signer.keyid, sig: Hex.encode(signature), act: world.act)
    }
    await #expect(throws: PublicationError.self) {
      try await world.publisher.publishRootProposal(act: world.act)
    }
    let second = try world.holders[1].sign(proposal.message)
    _ = try await world.publisher.signRootProposal(
      keyid: world.holders[1].keyid, sig: Hex.encode(second), act: world.act)
    #expect(try await world.publisher.publishRootProposal(act: world.act).outcome?.signed.version == 2)
    #expect(try await world.publisher.rootStatus().proposal == nil)
    #expect(metadata(world)["1.root.json"] == world.root && metadata(world)["2.root.json"] != nil)
  }

  @Test func `a signature by a stranger or over something else is refused`() async throws {
    let world = try await World()
    var next = try await world.publisher.rootStatus().root.signed
    next.version = 2
    let proposal = try UnverifiedMetadata(next)
    _ = try await world.publisher.proposeRoot(proposal.encoded, act: world.act)
    let stranger = KeySigner(try PrivateKey.generate(.ed25519))
    let strange = Hex.encode(try stranger.sign(proposal.message))
    let misplaced = Hex.encode(try world.holders[0].sign([1, 2, 3]))
    for (keyid, sig) in [(stranger.keyid, strange), (world.holders[0].keyid, misplaced)] {
      await #expect(throws: PublicationError.self) {
        try await world.publisher.signRootProposal(keyid: keyid, sig: sig, act: world.act)
      }
    }
  }

  @Test func `a root that would strand followers is refused`() async throws {
    let world = try await World()
    let current = try await world.publisher.rootStatus().root.signed
    let stranger = KeySigner(try PrivateKey.generate(.ed25519))
    var skipping = current
    skipping.version = 3
    var expired = current
    expired.version = 2
    expired.expires = world.now
    var strange = current
    strange.version = 2
    strange.keys[stranger.keyid] = stranger.key
    strange[.timestamp] = RoleKeys(keyids: [stranger.keyid], threshold: 1)
    for root in [skipping, expired, strange] {
      let proposal = try UnverifiedMetadata(root).encoded
      await #expect(throws: PublicationError.self) {
        try await world.publisher.proposeRoot(proposal, act: world.act)
      }
    }
  }

  @Test func `the first root is installed once`() async throws {
    let world = try await World()
    await #expect(throws: PublicationError.self) {
      try await world.publisher.installRoot(world.root, act: world.act)
    }
  }

  @Test func `old snapshots and targets are dropped, every root and what is in force stay`() async throws {
    let world = try await World()
    for round in 0..<40 {
      try await world.list("http://host\(round).example/")
      _ = try await world.publisher.publish(world.list, under: .empty, act: world.act)
    }
    let names = Set(metadata(world).keys)
    #expect(names.filter { $0.hasSuffix(".snapshot.json") }.count == 33)
    #expect(names.filter { $0.hasSuffix(".targets.json") }.count == 33)
    #expect(
      names.contains("1.root.json") && names.contains("41.targets.json") && !names.contains("8.targets.json"))
    #expect(try await Set(world.records.metadata().files.map(\.name)) == names)
    #expect(try roles(world).2.targets.count == 10)
  }

  @Test func `the zone of a policy zone file is signed with it`() async throws {
    let world = try await World()
    try await world.list("http://one.example/")
    _ = try await world.publisher.publish(world.list, under: .empty, act: world.act)
    let targets = try roles(world).2.targets
    #expect(targets["worst-of/1/rpz.zone"]?.custom?["zone"]?.stringValue == "rpz.cordon.invalid")
    #expect(targets["worst-of/1/entries.txt"]?.custom?["zone"] == nil)
  }
}
