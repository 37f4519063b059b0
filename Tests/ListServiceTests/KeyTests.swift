// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

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
}
