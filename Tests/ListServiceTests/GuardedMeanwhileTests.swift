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

/// Names that are guarded after they were listed.
@Suite struct GuardedMeanwhileTests {
  private func guardNames(_ name: String, _ level: String, in world: World) async throws -> Reply {
    try await world.post(
      "/v1/guard", ["items": [["name": .string(name), "level": .string(level)]]], as: "admin-one")
  }

  @Test func `guarding a listed name says that it stays listed, and how to take it off`() async throws {
    let world = try await World()
    try await world.list("https://bad.example/", "https://other.example/")
    let reply = try await guardNames("bad.example", "never", in: world)
    #expect(reply.status == 201)
    #expect(
      reply.json["still_listed"] == [
        "count": 1,
        "entries": [["entry_id": "ent_1", "list": "worst-of", "suspend": "/v1/entries/ent_1/suspend"]],
      ])
    #expect(try await guardNames("free.example", "never", in: world).json["still_listed"]?["count"] == 0)
    #expect(try await guardNames("other.example", "narrow", in: world).json["still_listed"]?["count"] == 1)
    let suspend = try await world.post("/v1/entries/ent_1/suspend", ["reason": "guarded"], as: "admin-one")
    #expect(suspend.status == 200)
  }

  @Test func `reverting a suspension does not list again what is guarded meanwhile`() async throws {
    let world = try await World()
    try await world.list("https://bad.example/")
    _ = try await world.post("/v1/entries/ent_1/suspend", ["reason": "mistake"], as: "admin-one")
    _ = try await guardNames("bad.example", "never", in: world)
    let revert = try await world.post(
      "/v1/lists/worst-of/releases/2/revert", ["reason": "undo"], as: "admin-one")
    #expect(revert.status == 409 && revert.problem == "nothing-to-revert")
    #expect(revert.json["detail"]?.stringValue?.contains("guarded meanwhile") == true)
    #expect(try await world.get("/v1/entries/ent_1", as: "auditor").json["state"] == "suspended")
    #expect(try await world.ask("DELETE", "/v1/guard/bad.example", as: "admin-one").status == 204)
    let again = try await world.post(
      "/v1/lists/worst-of/releases/2/revert", ["reason": "undo"], as: "admin-one")
    #expect(again.status == 201, "\(again.text)")
  }

  @Test func `what is not guarded comes back, and the trail names what did not`() async throws {
    let world = try await World()
    try await world.list("https://bad.example/", "https://other.example/")
    _ = try await world.post(
      "/v1/lists/worst-of/releases/1/revert", ["reason": "wrong batch"], as: "admin-one")
    _ = try await guardNames("bad.example", "never", in: world)
    let revert = try await world.post(
      "/v1/lists/worst-of/releases/2/revert", ["reason": "undo"], as: "admin-one")
    #expect(revert.status == 201)
    #expect(revert.json["entries"] == 1)
    let trail = try await world.get("/v1/audit?limit=1000", as: "auditor").json["items"]?.arrayValue ?? []
    #expect(
      trail.contains {
        $0["action"] == "entry-not-reinstated" && $0["subject"] == "ent_1" && $0["rule"] == "guarded-name"
      })
  }
}
