// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Cryptography
import Ingest
import Publication
import SignedManifests
import Testing

@Suite struct StandingTargetTests {
  private static let name = "agencies.json"

  /// The description of the target in the newest targets metadata.
  private func signed(_ publisher: Publisher) throws -> TargetDescription? {
    let files = publisher.current.repository.metadata
    let versions = files.keys.filter { $0.hasSuffix(".targets.json") }.compactMap {
      Int($0.prefix { $0 != "." })
    }
    let newest = try #require(versions.max())
    let octets = try #require(files["\(newest).targets.json"]).octets
    return try UnverifiedMetadata<Targets>(parsing: octets).signed.targets[Self.name]
  }

  @Test func `a standing target is signed, served, and outlives releases and restarts`() async throws {
    let world = try await World()
    let octets = Array(#"{"agencies":[]}"#.utf8)
    try await world.publisher.putStandingTargets([Self.name: octets], act: world.act)
    try await world.list("http://one.example/")
    _ = try await world.publisher.publish(world.list, under: .empty, act: world.act)
    for publisher in [world.publisher, try await world.otherPublisher()] {
      let repository = publisher.current.repository
      let file = try #require(repository.standing[Self.name])
      #expect(file.octets == octets)
      #expect(try signed(publisher)?.sha256 == file.digest)
      #expect(repository.targets["\(file.digest.hex).\(Self.name)"] == file)
      #expect(!repository.metadata.keys.contains { $0.contains(Self.name) })
      #expect(publisher.current.lines(world.list) == [".one.example"])
    }
  }

  @Test func `a standing target is replaced, and the one before is served until the next`() async throws {
    let world = try await World()
    try await world.publisher.putStandingTargets([Self.name: [0x31]], act: world.act)
    try await world.publisher.putStandingTargets([Self.name: [0x32]], act: world.act)
    try await world.publisher.putStandingTargets([Self.name: [0x33]], act: world.act)
    let repository = world.publisher.current.repository
    #expect(repository.standing[Self.name]?.octets == [0x33])
    let served = repository.targets.filter { $0.key.hasSuffix(Self.name) }.values.map(\.octets)
    #expect(served.sorted { $0[0] < $1[0] } == [[0x32], [0x33]])
  }

  @Test(arguments: ["", "worst-of/1/entries.txt", "../x", "Agencies.json", String(repeating: "a", count: 65)])
  func `a name that no standing target has is refused`(name: String) async throws {
    let world = try await World()
    await #expect(throws: PublicationError.self) {
      try await world.publisher.putStandingTargets([name: [0x31]], act: world.act)
    }
  }

  @Test func `the longest name and content are taken, one octet more is not`() async throws {
    let world = try await World()
    let name = String(repeating: "a", count: 64)
    let most = [UInt8](repeating: 0x20, count: 4 << 20)
    try await world.publisher.putStandingTargets([name: most], act: world.act)
    await #expect(throws: PublicationError.self) {
      try await world.publisher.putStandingTargets([name: most + [0x20]], act: world.act)
    }
  }
}
