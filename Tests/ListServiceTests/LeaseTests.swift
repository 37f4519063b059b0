// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import Cryptography
import Foundation
import HTTPMessages
import HTTPServing
import Ingest
import ListService
import Publication
import Records
import RecordsSQLite
import SignedManifests
import StrictJSON
import Testing

/// Leases through the API: what is due, renewal, and the end, also while the service was down.
@Suite struct LeaseTests {
  private static let day = 86_400.0

  private func entries(_ world: World) throws -> Int {
    world.publisher.current.lists[try ListName("worst-of")]?.blocklist.count ?? 0
  }

  @Test func `what ends within the days asked for is due, masked unless revealed on record`() async throws {
    let world = try await World()
    try await world.list("https://bad.example/")
    #expect(try await world.get("/v1/reviews/due", as: "police-gy").json["items"] == [])
    world.clock.pass(76 * Self.day - 1)
    #expect(
      try await world.get("/v1/reviews/due", as: "police-gy").json["items"] == [], "14 days and a second")
    world.clock.pass(1)
    let due = try await world.get("/v1/reviews/due", as: "police-gy").json["items"]?.arrayValue?.first
    #expect(due?["entry"] == ".b••.example" && due?["is_masked"] == true && due?["id"] == "ent_1")
    #expect(try await world.get("/v1/reviews/due?within_days=13", as: "police-gy").json["items"] == [])
    let seen = try await world.get("/v1/reviews/due?reveal=true", as: "police-gy").json["items"]?.arrayValue
    #expect(seen?.first?["entry"] == ".bad.example")
    let trail = try await world.get("/v1/audit?limit=1000", as: "auditor").json["items"]?.arrayValue ?? []
    #expect(trail.contains { $0["action"] == "due-revealed" && $0["principal"] == "police-gy" })
    #expect(try await world.get("/v1/reviews/due", as: "isp-coral").status == 403)
    _ = try await world.post("/v1/entries/ent_1/renew", [:], as: "police-gy")
    #expect(try await world.get("/v1/reviews/due", as: "police-gy").json["items"] == [])
  }

  @Test func `any reviewer renews up to the lease's last second, for as long as a lease of the list`()
    async throws
  {
    let world = try await World()
    try await world.list("https://bad.example/")
    #expect(
      try await world.post("/v1/entries/ent_1/renew", ["days": 91], as: "police-gy").problem
        == "invalid-field")
    #expect(
      try await world.post("/v1/entries/ent_1/renew", ["days": 0], as: "police-gy").problem == "invalid-field"
    )
    world.clock.pass(Self.day)
    let renewed = try await world.post("/v1/entries/ent_1/renew", ["days": 90], as: "police-gy")
    #expect(renewed.json["lease_until"] == .string(World.time(91 * Self.day)))
    // A shorter one leaves the end where it is.
    let shorter = try await world.post("/v1/entries/ent_1/renew", ["days": 1], as: "police-tt")
    #expect(shorter.json["lease_until"] == .string(World.time(91 * Self.day)))
    world.clock.pass(90 * Self.day - 1)
    #expect(try await world.post("/v1/entries/ent_1/renew", ["days": 1], as: "police-bb").status == 200)
    world.clock.pass(Self.day)
    let late = try await world.post("/v1/entries/ent_1/renew", [:], as: "police-gy")
    #expect(late.status == 422 && late.problem == "lease-refused")
  }

  @Test func `the trail says the days asked for and the end that came of it`() async throws {
    let world = try await World()
    try await world.list("https://bad.example/")
    world.clock.pass(Self.day)
    for body: JSONValue in [[:], ["days": 1]] {
      #expect(try await world.post("/v1/entries/ent_1/renew", body, as: "police-gy").status == 200)
    }
    let trail = try await world.get("/v1/audit?limit=1000", as: "auditor").json["items"]?.arrayValue ?? []
    let end = World.time(91 * Self.day)
    #expect(
      trail.filter { $0["action"] == "entry-renewed" }.map { $0["rule"]?.stringValue }
        == ["lease-days=90 until=\(end)", "lease-days=1 until=\(end)"])
  }

  @Test func `what is guarded after its listing is not confirmed, and goes when its lease ends`() async throws
  {
    let world = try await World()
    try await world.list("https://bad.example/", "https://other.example/")
    let before = try await world.get("/v1/entries/ent_1", as: "auditor").json["lease_until"]
    _ = try await world.post(
      "/v1/guard", ["items": [["name": "deep.bad.example", "level": "never"]]], as: "admin-one")
    let refused = try await world.post("/v1/entries/ent_1/renew", [:], as: "police-gy")
    #expect(refused.status == 422 && refused.problem == "guarded-name")
    #expect(refused.text.contains("It would also block deep.bad.example"))
    #expect(try await world.get("/v1/entries/ent_1", as: "auditor").json["lease_until"] == before)
    #expect(try await world.post("/v1/entries/ent_2/renew", [:], as: "police-gy").status == 200)
    _ = try await world.ask("DELETE", "/v1/guard/deep.bad.example", as: "admin-one")
    #expect(try await world.post("/v1/entries/ent_1/renew", [:], as: "police-gy").status == 200)
  }

  @Test func `a list of shorter leases takes shorter renewals alone`() async throws {
    let world = try await World([("lists.worst-of.lease_days", "30")])
    try await world.list("https://bad.example/")
    #expect(
      try await world.post("/v1/entries/ent_1/renew", ["days": 31], as: "police-gy").problem
        == "invalid-field")
    #expect(try await world.post("/v1/entries/ent_1/renew", ["days": 30], as: "police-gy").status == 200)
  }

  @Test func `who reported what an entry blocks does not confirm it, through whichever report`() async throws
  {
    let world = try await World()
    try await world.list("https://bad.example/")
    _ = try await world.submit("https://deep.bad.example/", as: "police-gy")
    for person in ["police-jm", "police-gy"] {
      let refused = try await world.post("/v1/entries/ent_1/renew", [:], as: person)
      #expect(refused.status == 409 && refused.problem == "own-submission", "\(person)")
    }
    #expect(try await world.post("/v1/entries/ent_1/renew", [:], as: "police-tt").status == 200)
    // Their agency may.
    try await world.list("https://other.example/")
    #expect(try await world.post("/v1/entries/ent_2/renew", [:], as: "police-gy").status == 200)
  }

  @Test func `a lease that ends is published as a removal by itself`() async throws {
    let world = try await World()
    try await world.list("https://bad.example/")
    world.clock.pass(90 * Self.day - 1)
    try await world.publisher.tick()
    #expect(try entries(world) == 1)
    world.clock.pass(1)
    try await world.publisher.tick()
    #expect(try entries(world) == 0)
    let changes = try await world.get("/v1/lists/worst-of/changes?since=1", as: "isp-coral")
    #expect(changes.text == "-.bad.example\n")
    #expect(try await world.get("/v1/entries/ent_1", as: "auditor").json["state"] == "lapsed")
  }

  @Test func `a service that was down over the end of a lease removes the entry before it serves`()
    async throws
  {
    let world = try await World()
    try await world.list("https://bad.example/")
    world.clock.pass(91 * Self.day)
    let other = try await world.twin()
    let list = other.current.lists[try ListName("worst-of")]
    #expect(list?.version == ListVersion(2) && list?.blocklist.count == 0)
    let trail = try await world.get("/v1/audit?limit=1000", as: "auditor").json["items"]?.arrayValue ?? []
    #expect(trail.contains { $0["action"] == "entry-lapsed" && $0["principal"] == .null })
    let approved = try await world.submit("https://bad.example/")[0]
    #expect(approved == "sub_2", "a lapsed name is reported and decided anew")
  }
}
