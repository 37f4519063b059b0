// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Foundation
import HTTPMessages
import Ingest
import ListService
import Publication
import Records
import RecordsSQL
import RecordsSQLite
import StrictJSON
import Testing

/// What becomes of an appeal while it is open: names are listed, reported and renewed meanwhile, and officers go.
@Suite struct AppealMeanwhileTests {
  private let desk = AppealTests()

  private func give(_ filed: Reply, to person: String, in world: World) async throws -> Reply {
    try await desk.act("assignment", filed, ["reviewer": .string(person)], as: "admin-one", world)
  }

  private func decide(_ filed: Reply, _ word: String, as person: String, in world: World) async throws
    -> Reply
  {
    try await desk.act("decision", filed, AppealTests.decision(word), as: person, world)
  }

  private func state(_ entry: String, in world: World) async throws -> JSONValue? {
    try await world.get("/v1/entries/\(entry)", as: "auditor").json["state"]
  }

  private func assignee(in world: World) async throws -> JSONValue? {
    try await world.get("/v1/appeals", as: "auditor").json["items"]?.arrayValue?.first?["assignee"]
  }

  /// Reported by JM, approved by these, released.
  private func list(_ url: String, by reviewers: [String], in world: World) async throws {
    let id = try await world.submit(url)[0]
    for reviewer in reviewers { #expect(try await world.approve(id, as: reviewer).status == 201) }
    #expect(try await world.post("/v1/lists/worst-of/releases", [:], as: "admin-one").status == 201)
  }

  @Test func `what is listed after the case was given away can be removed by it`() async throws {
    let world = try await World()
    let filed = try await desk.file("bad.example", world)
    #expect(try await give(filed, to: "police-gy", in: world).json["entries"] == [])
    world.clock.pass(60)
    try await world.list("https://bad.example/")
    let decided = try await decide(filed, "remove", as: "police-gy", in: world)
    #expect(decided.status == 200 && decided.json["entries"] == ["ent_1"], "\(decided.text)")
    #expect(try await state("ent_1", in: world) == "suspended")
    #expect(try await world.get("/v1/lists/worst-of", as: "isp-coral").json["entries"] == 0)
  }

  @Test func `what is listed after the case was given away can be suspended and kept, or made firm`()
    async throws
  {
    let world = try await World()
    let filed = try await desk.file("bad.example", world)
    #expect(try await give(filed, to: "police-gy", in: world).status == 200)
    world.clock.pass(60)
    try await world.list("https://bad.example/")
    let suspended = try await desk.act("suspend", filed, as: "police-gy", world)
    #expect(suspended.json["suspended"] == ["ent_1"], "\(suspended.text)")
    #expect(try await decide(filed, "keep", as: "police-gy", in: world).status == 200)
    #expect(try await state("ent_1", in: world) == "listed")
    let again = try await desk.file("bad.example", world)
    #expect(try await give(again, to: "police-gy", in: world).status == 200)
    #expect(try await desk.act("suspend", again, as: "police-gy", world).status == 200)
    let firm = try await world.post("/v1/entries/ent_1/suspend", ["reason": "a shop"], as: "admin-one")
    #expect(firm.status == 200, "\(firm.text)")
  }

  @Test func `a new listing beside one that lapsed long ago is the case's too`() async throws {
    let world = try await World()
    try await world.list("https://bad.example/")
    let filed = try await desk.file("bad.example", world)
    #expect(try await give(filed, to: "police-gy", in: world).json["entries"] == ["ent_1"])
    world.clock.pass(91 * 86_400)
    try await world.publisher.tick()
    try await world.list("https://bad.example/")
    #expect(try await desk.act("suspend", filed, as: "police-gy", world).json["suspended"] == ["ent_2"])
    #expect(try await decide(filed, "keep", as: "police-gy", in: world).status == 200)
    #expect(try await state("ent_2", in: world) == "listed")
  }

  @Test func `who reported what was listed after the appeal does not decide it`() async throws {
    let world = try await World()
    let filed = try await desk.file("bad.example", world)
    #expect(try await give(filed, to: "police-jm", in: world).status == 200)
    world.clock.pass(60)
    try await world.list("https://bad.example/")
    #expect(
      try await desk.act("suspend", filed, as: "police-jm", world).problem == "appeal-country-involved")
    #expect(
      try await decide(filed, "remove", as: "police-jm", in: world).problem == "appeal-country-involved")
  }

  @Test func `a report by the assignee's colleague after the appeal takes nothing from its officer`()
    async throws
  {
    let world = try await World()
    try await list("https://bad.example/", by: ["police-bb", "police-gy"], in: world)
    world.clock.pass(60)
    let filed = try await desk.file("bad.example", world)
    #expect(await world.responder.assignAppeals() == 0)
    #expect(try await assignee(in: world) == "police-tt")
    world.clock.pass(1)
    try await world.submit("https://bad.example/", as: "police-tt-two")
    #expect(await world.responder.assignAppeals() == 0)
    let decided = try await decide(filed, "remove", as: "police-tt", in: world)
    #expect(decided.status == 200, "\(decided.text)")
  }

  @Test func `a case whose officer can come in no more goes to another, and is nobody's without one`()
    async throws
  {
    let world = try await World()
    try await list("https://bad.example/", by: ["police-bb", "police-gy"], in: world)
    _ = try await desk.file("bad.example", world)
    #expect(await world.responder.assignAppeals() == 0)
    func revoke(_ person: String) async throws {
      let people = try await world.records.people()
      for credential in people.credentials where credential.principal.text == person {
        _ = try await world.records.revokeCredential(
          credential.id, act: Act(by: nil, at: world.clock.now()), answering: nil)
      }
    }
    try await revoke("police-tt")
    #expect(await world.responder.assignAppeals() == 0)
    #expect(try await assignee(in: world) == "police-tt-two")
    try await revoke("police-tt-two")
    #expect(await world.responder.assignAppeals() == 1)
    #expect(try await assignee(in: world) == .null)
    #expect(try await world.get("/metrics", as: "watcher").text.contains("cordon_appeals_unassigned 1\n"))
    #expect(try await world.get("/v1/audit?limit=1000", as: "auditor").text.contains("appeal-unassigned"))
  }

  @Test func `a case whose officer's country lists the name meanwhile goes to another`() async throws {
    let world = try await World()
    let filed = try await desk.file("bad.example", world)
    #expect(try await give(filed, to: "police-bb", in: world).status == 200)
    try await world.list("https://bad.example/")
    #expect(await world.responder.assignAppeals() == 0)
    #expect(try await assignee(in: world) == "police-gy")
    #expect(try await decide(filed, "remove", as: "police-gy", in: world).status == 200)
  }

  @Test func `who renewed a listing does not decide on the appeal against it`() async throws {
    let world = try await World()
    try await world.list("https://bad.example/")
    #expect(try await world.post("/v1/entries/ent_1/renew", [:], as: "police-gy").status == 200)
    let filed = try await desk.file("bad.example", world)
    #expect(try await give(filed, to: "police-gy", in: world).problem == "appeal-country-involved")
    #expect(await world.responder.assignAppeals() == 1, "JM reported, TT and BB approved, GY renewed")
  }

  @Test func `a host that two countries listed is not kept once three are wanted, and the trail says so`()
    async throws
  {
    let world = try await World()
    let item: JSONValue = ["url": "https://two.example/", "scope": "host"]
    let reply = try await world.post(
      "/v1/submissions", ["list": "worst-of", "items": [item]], as: "police-jm")
    #expect(reply.status == 201, "\(reply.text)")
    for reviewer in ["police-tt", "police-bb"] {
      #expect(try await world.approve("sub_1", as: reviewer).status == 201)
    }
    _ = try await world.post("/v1/lists/worst-of/releases", [:], as: "admin-one")
    let filed = try await desk.file("two.example", world)
    #expect(try await give(filed, to: "police-gy", in: world).status == 200)
    #expect(try await desk.act("suspend", filed, as: "police-gy", world).status == 200)
    _ = try await world.post(
      "/v1/guard", ["items": [["name": "two.example", "level": "narrow"]]], as: "admin-one")
    #expect(try await decide(filed, "keep", as: "police-gy", in: world).status == 200)
    #expect(try await state("ent_1", in: world) == "suspended")
    let trail = try await world.get("/v1/audit?limit=1000", as: "auditor").json["items"]?.arrayValue ?? []
    let line = trail.first { $0["action"] == "entry-not-reinstated" }
    #expect(line?["subject"] == "ent_1" && line?["rule"] == "guarded-name countries=2 of=3")
    #expect(!trail.contains { $0["action"] == "entry-reinstated" })
  }

  @Test func `the clock is read once a minute, however many look at it`() async throws {
    let world = try await World()
    func open() async throws -> JSONValue? { try await world.get("/v1/appeals/clock").json["open"] }
    #expect(try await open() == 0)
    let before = try await world.records.read { $0.steps }
    for _ in 1...500 {
      #expect(try await world.get("/appeal").status == 200)
      #expect(try await open() == 0)
    }
    #expect(try await world.records.read { $0.steps } == before)
    _ = try await desk.file("bad.example", world)
    world.clock.pass(59)
    #expect(try await open() == 0)
    world.clock.pass(1)
    #expect(try await open() == 1)
  }
}
