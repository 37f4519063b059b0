// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import FoundationEssentials
import HTTPMessages
import SignedManifests
import StrictJSON
import Testing

@Suite struct KeyTests {
  private static let proposal = "/v1/keys/root/proposal"

  /// The root after the one in force, unsigned.
  private func next(_ world: World) async throws -> UnverifiedMetadata<Root> {
    let current = try await world.get("/v1/keys/root", as: "admin-one").json
    let octets = try #require(current["metadata"]).encoded()
    var root = try UnverifiedMetadata<Root>(parsing: octets).signed
    root.version += 1
    return try UnverifiedMetadata(root)
  }

  @Test func `the next root is proposed, signed one by one and published at the threshold`() async throws {
    let world = try await World()
    let root = try await world.get("/v1/keys/root", as: "admin-one")
    #expect(root.json["version"] == 1 && root.json["threshold"] == 2 && root.json["proposal"] == .null)
    #expect(root.json["keys"]?.arrayValue?.count == 3)
    #expect(try await world.get(Self.proposal, as: "admin-one").problem == "no-root-proposal")

    var metadata = try await next(world)
    let proposed = try await world.ask(
      "POST", "/v1/keys/root/proposals", as: "admin-one", body: metadata.encoded, type: "application/json")
    #expect(proposed.status == 201, "\(proposed.text)")
    let early = try await world.post(Self.proposal + "/publish", [:], as: "admin-one")
    #expect(early.status == 422 && early.problem == "root-proposal-refused")
    for holder in world.holders.prefix(2) {
      try metadata.sign(with: holder)
      let signature = try #require(metadata.signatures.first { $0.keyid == holder.keyid })
      let reply = try await world.post(
        Self.proposal + "/signatures", ["keyid": .string(signature.keyid), "sig": .string(signature.sig)],
        as: "admin-one")
      #expect(reply.status == 201, "\(reply.text)")
    }
    #expect(try await world.get(Self.proposal, as: "auditor").json["status"]?["current_root"]?["needed"] == 2)
    let published = try await world.post(Self.proposal + "/publish", [:], as: "admin-one")
    #expect(published.status == 201 && published.json["version"] == 2)
    #expect(try await world.get("/repository/metadata/2.root.json", as: "isp-coral").status == 200)
  }

  @Test func `a proposal that is not right is refused, and one may be dropped`() async throws {
    let world = try await World()
    let old = try #require(try await world.get("/v1/keys/root", as: "admin-one").json["metadata"])
    let same = try await world.post("/v1/keys/root/proposals", old, as: "admin-one")
    #expect(same.status == 422 && same.problem == "root-proposal-refused")
    #expect(try await world.post("/v1/keys/root/proposals", ["x": 1], as: "admin-one").status == 422)
    let octets = try await next(world).encoded
    #expect(
      try await world.ask(
        "POST", "/v1/keys/root/proposals", as: "admin-one", body: octets, type: "application/json"
      ).status == 201)
    let signature = try await world.post(
      Self.proposal + "/signatures", ["keyid": "00", "sig": "00"], as: "admin-one")
    #expect(signature.status == 422 && signature.problem == "root-proposal-refused")
    #expect(try await world.ask("DELETE", Self.proposal, as: "admin-one").status == 204)
    #expect(try await world.ask("DELETE", Self.proposal, as: "admin-one").problem == "no-root-proposal")
    #expect(
      try await world.post(Self.proposal + "/publish", [:], as: "admin-one").problem == "no-root-proposal")
    #expect(try await world.get("/v1/keys/root", as: "police-jm").problem == "role-required")
  }

  @Test func `each step of a ceremony is answered again under its key, and another request is refused`()
    async throws
  {
    let world = try await World()
    var metadata = try await next(world)
    var other = metadata.signed
    other.expires = other.expires.addingTimeInterval(-1)
    let proposals = "/v1/keys/root/proposals"
    try await repeated(
      world, "POST", proposals, metadata.encoded, else: try UnverifiedMetadata(other).encoded, key: "propose")
    for (index, holder) in world.holders.prefix(2).enumerated() {
      try metadata.sign(with: holder)
      let signature = try #require(metadata.signatures.first { $0.keyid == holder.keyid })
      let body: JSONValue = ["keyid": .string(signature.keyid), "sig": .string(signature.sig)]
      let changed: JSONValue = ["keyid": .string(signature.keyid), "sig": "00"]
      try await repeated(
        world, "POST", Self.proposal + "/signatures", body.encoded(), else: changed.encoded(),
        key: "sign\(index)")
    }
    try await repeated(
      world, "POST", Self.proposal + "/publish", Array("{}".utf8), else: Array("{ }".utf8), key: "publish")
    #expect(try await world.get("/v1/keys/root", as: "admin-one").json["version"] == 2)
  }

  @Test func `a proposal is dropped once under a key`() async throws {
    let world = try await World()
    let key: HTTPFields = ["Idempotency-Key": "drop"]
    let octets = try await next(world).encoded
    for isFirst in [true, false] {
      try await world.ask(
        "POST", "/v1/keys/root/proposals", as: "admin-one", body: octets, type: "application/json")
      let dropped = try await world.ask("DELETE", Self.proposal, as: "admin-one", fields: key)
      #expect(dropped.status == 204 && dropped.octets.isEmpty && dropped["Content-Type"] == nil)
      #expect(dropped["Idempotency-Replayed"] == (isFirst ? nil : "true"))
      // The second proposal stays: the key belongs to the first drop.
      #expect(try await world.get(Self.proposal, as: "admin-one").status == (isFirst ? 404 : 200))
    }
    let reused = try await world.post(Self.proposal + "/publish", [:], as: "admin-one", fields: key)
    #expect(reused.status == 422 && reused.problem == "idempotency-key-reused")
  }

  /// The same request twice under `key`: one answer; then another body under it: refused.
  private func repeated(
    _ world: World, _ method: String, _ path: String, _ body: [UInt8], else other: [UInt8], key: String
  ) async throws {
    let fields: HTTPFields = ["Idempotency-Key": key]
    func ask(_ octets: [UInt8]) async throws -> Reply {
      try await world.ask(
        method, path, as: "admin-one", body: octets, type: "application/json", fields: fields)
    }
    let (first, second, third) = (try await ask(body), try await ask(body), try await ask(other))
    #expect(first.status == 201 && first["Idempotency-Replayed"] == nil, "\(path): \(first.text)")
    #expect(second.status == 201 && second.octets == first.octets, "\(path): \(second.text)")
    #expect(second["Idempotency-Replayed"] == "true")
    #expect(third.status == 422 && third.problem == "idempotency-key-reused", "\(path): \(third.text)")
  }
}
