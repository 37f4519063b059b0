// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Publication
import StrictJSON
import Testing

/// A reader's "this release hurts", and what follows from it.
@Suite struct HoldTests {
  private static let list = "/v1/lists/worst-of"

  private func world(_ freezing: String) async throws -> World {
    let world = try await World([
      ("lists.worst-of.freezing_holds", freezing), ("lists.worst-of.settle_minutes", "60"),
    ])
    try await world.list("https://a.example/")
    return world
  }

  private func signed(_ world: World) async throws -> JSONValue? {
    let version = world.publisher.current.repository.update.inForce
    let files = world.publisher.current.repository.metadata
    let snapshot = try JSONValue(parsing: files["\(version.snapshot).snapshot.json"]?.octets ?? [])
    let targets = snapshot["signed"]?["meta"]?["targets.json"]?["version"]?.integerValue ?? 0
    let metadata = try JSONValue(parsing: files["\(targets).targets.json"]?.octets ?? [])
    return metadata["signed"]?["targets"]?["worst-of/1/entries.txt"]?["custom"]
  }

  private func hold(_ world: World) async throws {
    let reply = try await world.post(
      Self.list + "/holds", ["version": 1, "reason": "customers call"], as: "isp-coral")
    #expect(reply.status == 201 && reply.json["lifted_at"] == .null)
  }

  @Test func `enough readers' holds freeze the general ring, signed, until a publisher lifts them`()
    async throws
  {
    let world = try await world("1")
    #expect(try await signed(world)?["settle_seconds"] == 3600)
    let until = try await signed(world)?["settle"]?["until"]
    #expect(until?.stringValue != nil)
    try await hold(world)
    #expect(try await signed(world)?["settle"]?["until"] == .null)
    #expect(try await world.get(Self.list, as: "isp-coral").json["frozen"] == true)
    let metrics = try await world.get("/metrics", as: "watcher").text
    #expect(metrics.contains("cordon_list_holds{list=\"worst-of\"} 1\n"))
    #expect(metrics.contains("cordon_list_frozen{list=\"worst-of\"} 1\n"))
    let refused = try await world.post(Self.list + "/holds/lift", ["reason": "no"], as: "isp-coral")
    #expect(refused.status == 403)
    let lifted = try await world.post(
      Self.list + "/holds/lift", ["reason": "it is suspended"], as: "admin-one")
    #expect(lifted.status == 200 && lifted.json["lifted"] == 1)
    #expect(try await signed(world)?["settle"]?["until"] == until)
    #expect(try await world.get(Self.list, as: "isp-coral").json["frozen"] == false)
    let holds = try await world.get(Self.list + "/holds", as: "admin-one")
    #expect(holds.json["items"]?.arrayValue?.first?["lifted_at"] != .null)
    let audit = try await world.get("/v1/audit?limit=1000", as: "auditor").text
    #expect(audit.contains("holds-lifted") && audit.contains("it is suspended"))
  }

  @Test func `one reader's holds count once, and fewer than configured freeze nothing`() async throws {
    let world = try await world("2")
    try await hold(world)
    try await hold(world)
    #expect(try await signed(world)?["settle"]?["until"] != .null)
    let never = try await self.world("0")
    try await hold(never)
    #expect(try await signed(never)?["settle"]?["until"] != .null)
  }

  @Test func `a suspension is published while the list is frozen, and stays frozen`() async throws {
    let world = try await world("1")
    try await world.list("https://b.example/")
    try await hold(world)
    let found = try await world.get("/v1/entries?name=b.example", as: "admin-one").json
    let entry = try #require(found["items"]?.arrayValue?.first?["id"]?.stringValue)
    let suspended = try await world.post(
      "/v1/entries/\(entry)/suspend", ["reason": "appeal"], as: "admin-one")
    #expect(suspended.status == 200 && suspended.json["release"]?["version"] == 3)
    #expect(try await world.get(Self.list, as: "isp-coral").json["frozen"] == true)
  }
}
