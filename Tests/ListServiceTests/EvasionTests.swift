// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import HTTPMessages
import StrictJSON
import Testing

/// Ways round a rule by way of another submission of the same name.
@Suite struct EvasionTests {
  private func review(
    _ submission: String, as person: String, scope: String, in world: World
  ) async throws -> Reply {
    guard case .object(var body) = World.approval else { throw Missing() }
    body["scope"] = .string(scope)
    return try await world.post("/v1/submissions/\(submission)/reviews", .object(body), as: person)
  }

  private func report(
    _ url: String, scope: String, as person: String, in world: World
  ) async throws -> String {
    let item: JSONValue = ["url": .string(url), "scope": .string(scope)]
    let reply = try await world.post("/v1/submissions", ["list": "worst-of", "items": [item]], as: person)
    #expect(reply.status == 201, "\(reply.text)")
    return try #require(reply.json["items"]?.arrayValue?.first?["id"]?.stringValue)
  }

  private struct Missing: Error {}

  private func queue(of person: String, in world: World) async throws -> [String] {
    let items = try await world.get("/v1/reviews/queue", as: person).json["items"]?.arrayValue ?? []
    return items.compactMap { $0["id"]?.stringValue }
  }

  private func requireLook(_ submission: String, in world: World) async throws {
    #expect(try await world.post("/v1/panels", PanelTests.panel, as: "admin-one").status == 201)
    let look: JSONValue = ["panel": "caribbean", "reason": "it changed hands"]
    #expect(
      try await world.post("/v1/submissions/\(submission)/second-look", look, as: "police-bb").status == 201)
  }

  /// Three countries, and the panel's word as the third: two do not list it.
  private func expectLook(at submission: String, scope: String, in world: World) async throws {
    let first = try await review(submission, as: "police-tt", scope: scope, in: world)
    #expect(first.status == 201 && first.json["second_look"]?["panel"] == "caribbean", "\(first.text)")
    let second = try await review(submission, as: "police-bb", scope: scope, in: world)
    #expect(second.json["state"] == "open", "\(second.text)")
    let third = try await review(submission, as: "police-gy", scope: scope, in: world)
    #expect(third.json["state"] == "listed", "\(third.text)")
  }

  private func reject(_ submission: String, in world: World) async throws {
    let reply = try await world.post(
      "/v1/submissions/\(submission)/reviews", ["decision": "reject", "reason": "gone"], as: "police-tt")
    #expect(reply.json["state"] == "rejected", "\(reply.text)")
  }

  @Test(arguments: ["subtree", "host"])
  func `a second look holds for the name, by whichever submission it is approved`(scope: String) async throws
  {
    let world = try await World()
    let looked = try await world.submit("https://a.bad.example/")[0]
    try await requireLook(looked, in: world)
    let again = try await report("https://a.bad.example/", scope: "host", as: "hotline-is", in: world)
    #expect(again != looked)
    try await expectLook(at: again, scope: scope, in: world)
  }

  @Test func `a second look outlives the rejection of what it was asked for, until it is given`() async throws
  {
    let world = try await World()
    let looked = try await world.submit("https://a.bad.example/")[0]
    try await requireLook(looked, in: world)
    try await reject(looked, in: world)
    // Not of anything else.
    let other = try await world.submit("https://b.bad.example/")[0]
    for person in ["police-tt", "police-bb"] { _ = try await world.approve(other, as: person) }
    #expect(try await world.get("/v1/entries/ent_1", as: "auditor").json["entry"] == ".b.bad.example")
    world.clock.pass(60)
    let again = try await world.submit("https://a.bad.example/")[0]
    #expect(again != looked)
    try await reject(again, in: world)
    let third = try await world.submit("https://a.bad.example/")[0]
    try await expectLook(at: third, scope: "subtree", in: world)
    // Given, it is over.
    world.clock.pass(60)
    _ = try await world.post("/v1/entries/ent_2/suspend", ["reason": "moved"], as: "admin-one")
    let later = try await world.submit("https://a.bad.example/")[0]
    #expect(later != third)
    let approved = try await world.approve(later, as: "police-tt")
    #expect(approved.status == 201 && approved.json["second_look"] == nil, "\(approved.text)")
    #expect(try await world.approve(later, as: "police-bb").json["state"] == "listed")
  }

  @Test func `a second look on what was rejected ends with its panel`() async throws {
    let world = try await World()
    let looked = try await world.submit("https://a.bad.example/")[0]
    try await requireLook(looked, in: world)
    #expect(try await world.ask("DELETE", "/v1/panels/caribbean", as: "admin-one").problem == "panel-in-use")
    try await reject(looked, in: world)
    #expect(try await world.ask("DELETE", "/v1/panels/caribbean", as: "admin-one").status == 204)
    let again = try await world.submit("https://a.bad.example/")[0]
    #expect(try await world.approve(again, as: "police-tt").status == 201)
    #expect(try await world.approve(again, as: "police-bb").json["state"] == "listed")
  }

  @Test func `who reported a host by joining what another began does not approve it later`() async throws {
    let world = try await World()
    try await world.list("https://bad.example/")
    try await world.submit("https://b.bad.example/", as: "police-gy")
    _ = try await world.post("/v1/entries/ent_1/suspend", ["reason": "moved"], as: "admin-one")
    let later = try await world.submit("https://b.bad.example/")[0]
    #expect(later != "sub_1")
    #expect(try await world.approve(later, as: "police-gy").problem == "own-submission")
    #expect(try await queue(of: "police-gy", in: world) == [])
    #expect(try await queue(of: "police-tt", in: world) == [later])
  }

  @Test func `an approval of who reported counts for no third country of a narrow guard`() async throws {
    let world = try await World()
    let id = try await world.submit("https://pages.example/")[0]
    #expect(try await review(id, as: "police-tt", scope: "host", in: world).status == 201)
    try await world.submit("https://pages.example/", as: "police-tt")
    #expect(try await queue(of: "police-tt-two", in: world) == [id], "the country may decide again")
    for person in ["police-bb", "police-gy"] {
      #expect(try await review(id, as: person, scope: "host", in: world).status == 201)
    }
    #expect(try await world.get("/v1/entries/ent_1", as: "auditor").json["state"] == "listed")
    let told = try await world.post(
      "/v1/guard", ["items": [["name": "pages.example", "level": "narrow"]]], as: "admin-one")
    #expect(told.json["withheld"]?["count"] == 1, "\(told.text)")
    let release = try await world.post("/v1/lists/worst-of/releases", [:], as: "admin-one")
    #expect(release.problem == "nothing-to-publish" && release.json["withheld"]?["count"] == 1)
  }

  @Test func `a host alone is not kept from who reported something below it`() async throws {
    let world = try await World()
    try await world.submit("https://x.shop.bad.example/", as: "police-tt")
    let host = try await report("https://shop.bad.example/", scope: "host", as: "police-jm", in: world)
    #expect(try await queue(of: "police-tt", in: world) == [host])
    #expect(try await review(host, as: "police-tt", scope: "host", in: world).status == 201)
  }

  @Test func `the trail spells out every guarded name, and what a level was before`() async throws {
    let world = try await World()
    func guardNames(_ names: [String], _ level: String) async throws {
      let items = names.map { ["name": .string($0), "level": .string(level)] as JSONValue }
      #expect(try await world.post("/v1/guard", ["items": .array(items)], as: "admin-one").status == 201)
    }
    let names = (1...41).map { "n\($0).example" }
    try await guardNames(names, "never")
    try await guardNames(names, "narrow")
    let trail = try await world.get("/v1/audit?limit=1000", as: "auditor").json["items"]?.arrayValue ?? []
    let reasons = trail.filter { $0["action"] == "names-guarded" }.compactMap { $0["reason"]?.stringValue }
    let told = reasons.flatMap { $0.split(separator: ", ").map(String.init) }
    #expect(told == names.map { "\($0) never" } + names.map { "\($0) never->narrow" })
    try await guardNames(["n7.example"], "never")
    for name in ["n7.example", "n8.example"] {
      #expect(try await world.ask("DELETE", "/v1/guard/\(name)", as: "admin-one").status == 204)
    }
    let after = try await world.get("/v1/audit?limit=1000", as: "auditor").json["items"]?.arrayValue ?? []
    let taken = after.filter { $0["action"] == "name-unguarded" }
    #expect(taken.map { $0["reason"] } == ["n7.example never", "n8.example narrow"])
    #expect(taken.map { $0["rule"] } == ["never=1", "narrow=1"])
  }
}
