// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import HTTPMessages
import ListService
import StrictJSON
import Testing

/// What undoing a release does not bring back.
@Suite struct UndoingTests {
  private let desk = AppealTests()

  private func revert(_ version: Int, in world: World, key: String? = nil) async throws -> Reply {
    try await world.post(
      "/v1/lists/worst-of/releases/\(version)/revert", ["reason": "undo"], as: "admin-one",
      fields: key.map { ["Idempotency-Key": $0] } ?? [:])
  }

  private func suspend(_ entry: String, in world: World) async throws {
    let reply = try await world.post("/v1/entries/\(entry)/suspend", ["reason": "a shop"], as: "admin-one")
    #expect(reply.status == 200, "\(reply.text)")
  }

  private func entries(in world: World) async throws -> JSONValue? {
    try await world.get("/v1/lists/worst-of", as: "isp-coral").json["entries"]
  }

  private func notReinstated(in world: World) async throws -> [JSONValue] {
    let trail = try await world.get("/v1/audit?limit=1000", as: "auditor").json["items"]?.arrayValue ?? []
    return trail.filter { $0["action"] == "entry-not-reinstated" }
  }

  @Test func `what an appeal removed does not come back by undoing the release that covered it`() async throws
  {
    let world = try await World()
    try await world.list("https://x.bad.example/")
    try await world.list("https://bad.example/")
    let filed = try await desk.file("x.bad.example", world)
    _ = await world.responder.assignAppeals()
    let removed = try await desk.act(
      "decision", filed, AppealTests.decision("remove"), as: "police-gy", world)
    #expect(removed.status == 200 && removed.json["entries"] == ["ent_1", "ent_2"], "\(removed.text)")
    let undone = try await revert(2, in: world)
    #expect(undone.status == 409 && undone.problem == "nothing-to-revert", "\(undone.text)")
    #expect(undone.text.contains("an appeal keeps off"))
    #expect(try await entries(in: world) == 0)
    #expect(try await world.get("/v1/entries/ent_1", as: "auditor").json["state"] == "suspended")
  }

  @Test func `a publisher does not undo what an appeal took off, before its decision or after`() async throws
  {
    let world = try await World()
    try await world.list("https://bad.example/")
    let filed = try await desk.file("bad.example", world)
    _ = await world.responder.assignAppeals()
    #expect(try await desk.act("suspend", filed, as: "police-gy", world).status == 200)
    #expect(try await revert(2, in: world).problem == "nothing-to-revert")
    let removed = try await desk.act(
      "decision", filed, AppealTests.decision("remove"), as: "police-gy", world)
    #expect(removed.status == 200)
    #expect(try await revert(2, in: world).problem == "nothing-to-revert")
    #expect(try await entries(in: world) == 0)
  }

  @Test func `what was taken off again for another reason stays off, and the trail says why`() async throws {
    let world = try await World()
    try await world.list("https://bad.example/", "https://other.example/")
    try await suspend("ent_1", in: world)
    #expect(try await revert(2, in: world).json["entries"] == 2)
    try await suspend("ent_1", in: world)
    #expect(try await revert(2, in: world).problem == "nothing-to-revert", "release 4 took it off")
    #expect(try await entries(in: world) == 1)
    #expect(try await revert(4, in: world).status == 201)
    #expect(try await entries(in: world) == 2)
  }

  @Test func `one that comes back does not bring back another that went for another reason`() async throws {
    let world = try await World()
    try await world.list("https://bad.example/", "https://other.example/")
    #expect(try await revert(1, in: world).status == 201)
    let guarded: JSONValue = ["items": [["name": "bad.example", "level": "never"]]]
    #expect(try await world.post("/v1/guard", guarded, as: "admin-one").status == 201)
    #expect(try await revert(2, in: world).json["entries"] == 1)
    #expect(try await world.ask("DELETE", "/v1/guard/bad.example", as: "admin-one").status == 204)
    try await suspend("ent_2", in: world)
    // Both are in what release 2 removed, and release 4 took one of them off after that.
    #expect(try await revert(2, in: world).json["entries"] == 1)
    #expect(try await world.get("/v1/entries/ent_2", as: "auditor").json["state"] == "suspended")
    let last = try await notReinstated(in: world).last
    #expect(last?["subject"] == "ent_2" && last?["rule"] == "taken-off-since")
  }

  @Test func `one key, two requests at once: one release, and the same answer twice`() async throws {
    let world = try await World()
    for round in 1...3 {
      let id = try await world.submit("https://n\(round).example/")[0]
      for reviewer in ["police-tt", "police-bb"] {
        #expect(try await world.approve(id, as: reviewer).status == 201)
      }
      let key: HTTPFields = ["Idempotency-Key": "publish-\(round)"]
      async let one = world.post("/v1/lists/worst-of/releases", [:], as: "admin-one", fields: key)
      async let other = world.post("/v1/lists/worst-of/releases", [:], as: "admin-one", fields: key)
      let (first, second) = (try await one, try await other)
      #expect(first.status == 201 && second.status == 201, "\(first.text) \(second.text)")
      #expect(first.octets == second.octets)
      let replayed = [first, second].filter { $0["Idempotency-Replayed"] == "true" }
      #expect(replayed.count == 1)
      let version = 2 * round - 1
      async let undone = revert(version, in: world, key: "revert-\(round)")
      async let again = revert(version, in: world, key: "revert-\(round)")
      let (third, fourth) = (try await undone, try await again)
      #expect(third.status == 201 && fourth.status == 201, "\(third.text) \(fourth.text)")
      #expect(third.octets == fourth.octets)
      let releases = try await world.get("/v1/lists/worst-of/releases", as: "auditor").json["items"]?
        .arrayValue
      #expect(releases?.count == 2 * round)
    }
  }
}
