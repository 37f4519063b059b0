// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import Cryptography
import Foundation
import HTTPMessages
import HTTPServing
import Ingest
import ListService
import Names
import Publication
import Records
import RecordsSQL
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

  private func approve(_ url: String, in world: World) async throws -> String {
    let submission = try #require(try await world.submit(url).first)
    for reviewer in ["police-tt", "police-bb"] {
      #expect(try await world.approve(submission, as: reviewer).status == 201)
    }
    return submission
  }

  @Test func `what is approved and guarded before its release stays out of it, which every answer tells`()
    async throws
  {
    let world = try await World()
    _ = try await approve("https://bad.example/", in: world)
    _ = try await approve("https://other.example/", in: world)
    let reply = try await guardNames("bad.example", "never", in: world)
    #expect(reply.json["still_listed"]?["count"] == 0)
    #expect(
      reply.json["withheld"] == [
        "count": 1,
        "entries": [["entry_id": "ent_1", "list": "worst-of", "suspend": "/v1/entries/ent_1/suspend"]],
      ])
    let preview = try await world.post("/v1/lists/worst-of/releases?preview=true", [:], as: "admin-one")
    #expect(preview.json["added_entries"] == [".other.example"])
    #expect(preview.json["withheld"] == ["count": 1, "entries": [".bad.example"]])
    let release = try await world.post("/v1/lists/worst-of/releases", [:], as: "admin-one")
    #expect(release.status == 201 && release.json["entries"] == 1, "\(release.text)")
    #expect(release.json["withheld"] == ["count": 1, "entries": [".bad.example"]])
    #expect(try await world.get("/v1/entries/ent_1", as: "auditor").json["state"] == "suspended")
    // Guarded no more, it is reported and listed like any other.
    #expect(try await world.ask("DELETE", "/v1/guard/bad.example", as: "admin-one").status == 204)
    try await world.list("https://bad.example/")
    #expect(world.publisher.current.lists.values.first?.blocklist.count == 2)
  }

  @Test func `a publish that would only take in what is guarded says so and changes nothing`() async throws {
    let world = try await World()
    _ = try await approve("https://bad.example/", in: world)
    _ = try await guardNames("bad.example", "never", in: world)
    for path in ["/v1/lists/worst-of/releases", "/v1/lists/worst-of/releases?preview=true"] {
      let reply = try await world.post(path, [:], as: "admin-one")
      #expect(reply.status == 409 && reply.problem == "nothing-to-publish", "\(reply.text)")
      #expect(reply.json["withheld"] == ["count": 1, "entries": [".bad.example"]])
    }
    #expect(try await world.get("/v1/entries/ent_1", as: "auditor").json["state"] == "listed")
  }

  @Test func `a guard that another process put on record counts for a release`() async throws {
    let world = try await World()
    _ = try await approve("https://bad.example/", in: world)
    _ = try await approve("https://other.example/", in: world)
    let entry = GuardEntry(name: try DomainName(canonical: "bad.example"), level: .never, reason: "registry")
    _ = try await world.records.guardNames([entry], act: Act(by: nil, at: World.start), answering: nil)
    let release = try await world.post("/v1/lists/worst-of/releases", [:], as: "admin-one")
    #expect(release.json["withheld"] == ["count": 1, "entries": [".bad.example"]], "\(release.text)")
  }

  @Test func `a guard that another process puts on record while a release is made counts, if it comes first`()
    async throws
  {
    let world = try await World()
    for number in 0..<12 {
      let name = "bad-\(number).example"
      _ = try await approve("https://\(name)/", in: world)
      _ = try await approve("https://other-\(number).example/", in: world)
      let entry = GuardEntry(name: try DomainName(canonical: name), level: .never, reason: "registry")
      async let release = world.post("/v1/lists/worst-of/releases", [:], as: "admin-one")
      // Past the service's own gate, as another process would, and at another moment of the release each time.
      try await Task.sleep(for: .microseconds(number * 700))
      _ = try await world.records.guardNames([entry], act: Act(by: nil, at: World.start), answering: nil)
      let released = try await release
      #expect(released.status == 201, "\(released.text)")
      let trail = try await world.records.audit(after: 0, limit: 10_000)
      let guarded = try #require(trail.last { $0.action == "names-guarded" })
      let published = try #require(trail.last { $0.action == "release-published" })
      let isFirst = guarded.sequence < published.sequence
      #expect(released.json["withheld"]?["count"] == (isFirst ? 1 : 0), "\(released.text)")
    }
  }

  @Test func `what an agency calls its own before the release stays out of it`() async throws {
    let world = try await World()
    _ = try await approve("https://a.coral.example/", in: world)
    _ = try await approve("https://other.example/", in: world)
    let told = try await world.post(
      "/v1/agencies/isp-coral/domains", ["domains": ["coral.example"]], as: "admin-one")
    #expect(told.json["withheld"]?["count"] == 1, "\(told.text)")
    let release = try await world.post("/v1/lists/worst-of/releases", [:], as: "admin-one")
    #expect(release.json["withheld"] == ["count": 1, "entries": [".a.coral.example"]], "\(release.text)")
  }

  @Test func `a guard and a release at the same moment: what the guard's answer says is so`() async throws {
    let world = try await World()
    for number in 0..<12 {
      let name = "bad-\(number).example"
      _ = try await approve("https://\(name)/", in: world)
      _ = try await approve("https://other-\(number).example/", in: world)
      async let release = world.post("/v1/lists/worst-of/releases", [:], as: "admin-one")
      async let guarding = guardNames(name, "never", in: world)
      let (released, told) = (try await release, try await guarding)
      #expect(released.status == 201 && told.status == 201)
      let isListed = told.json["still_listed"]?["count"] == 1
      #expect(isListed != (told.json["withheld"]?["count"] == 1), "\(told.text)")
      #expect(isListed == (released.json["withheld"]?["count"] == 0), "\(released.text)")
    }
  }

  private func review(_ id: String, _ scope: String, as person: String, in world: World) async throws -> Reply
  {
    guard case .object(var review) = World.approval else { return try await world.approve(id, as: person) }
    review["scope"] = .string(scope)
    return try await world.post("/v1/submissions/\(id)/reviews", .object(review), as: person)
  }

  private func renew(as person: String, in world: World) async throws -> String? {
    try await world.post("/v1/entries/ent_1/renew", [:], as: person).problem
  }

  @Test func `a renewal counts no approval of who had reported, and none by a key that is void`() async throws
  {
    let reported = try await World()
    let id = try await reported.submit("https://pages.example/")[0]
    #expect(try await review(id, "host", as: "police-tt", in: reported).status == 201)
    try await reported.submit("https://pages.example/", as: "police-tt")
    for person in ["police-bb", "police-gy"] {
      #expect(try await review(id, "host", as: person, in: reported).status == 201)
    }
    _ = try await guardNames("pages.example", "narrow", in: reported)
    #expect(try await renew(as: "police-bb", in: reported) == "guarded-name-needs-another-country")

    let stolen = try await World()
    let tt = try SigningDesk("police-tt", 1)
    #expect(try await tt.register(in: stolen, from: World.time(-86_400)).status == 201)
    let signed = try await stolen.submit("https://pages.example/")[0]
    let path = "/v1/submissions/\(signed)/approval-text?scope=host"
    let signature = try await tt.signature(path, in: stolen)
    let approved = try await stolen.post(
      "/v1/submissions/\(signed)/reviews", SigningDesk.review(signature, scope: "host"), as: "police-tt")
    #expect(approved.status == 201, "\(approved.text)")
    #expect(try await review(signed, "host", as: "police-bb", in: stolen).status == 201)
    _ = try await guardNames("pages.example", "narrow", in: stolen)
    #expect(try await renew(as: "police-gy", in: stolen) == nil, "three countries")
    _ = try await stolen.post(
      "/v1/agency-keys/\(try tt.keyid)/end", ["from": .string(World.time(-86_400)), "reason": "stolen"],
      as: "admin-one")
    #expect(try await renew(as: "police-gy", in: stolen) == "guarded-name-needs-another-country")
  }

  @Test func `a renewal counts the approvals of what confirmed the entry later`() async throws {
    let world = try await World()
    func report(_ scope: String) async throws -> String {
      let item: JSONValue = ["url": "https://pages.example/", "scope": .string(scope)]
      let reply = try await world.post(
        "/v1/submissions", ["list": "worst-of", "items": [item]], as: "hotline-is")
      return try #require(reply.json["items"]?.arrayValue?.first?["id"]?.stringValue)
    }
    let (first, second) = (try await report("host"), try await report("subtree"))
    for person in ["police-tt", "police-bb"] {
      #expect(try await review(first, "host", as: person, in: world).status == 201)
    }
    _ = try await guardNames("pages.example", "narrow", in: world)
    #expect(try await renew(as: "police-tt", in: world) == "guarded-name-needs-another-country")
    for person in ["police-jm", "police-bb", "police-gy"] {
      #expect(try await review(second, "host", as: person, in: world).status == 201)
    }
    #expect(try await renew(as: "police-bb", in: world) == nil, "three approved it together")
  }

  @Test func `a host guarded narrowly after its approval wants the third country it was not asked for`()
    async throws
  {
    let world = try await World()
    func approve(_ host: String, by reviewers: String...) async throws {
      let submission = try #require(try await world.submit("https://\(host)/").first)
      for reviewer in reviewers {
        guard case .object(var review) = World.approval else { return }
        review["scope"] = "host"
        let reply = try await world.post(
          "/v1/submissions/\(submission)/reviews", .object(review), as: reviewer)
        #expect(reply.status == 201, "\(reply.text)")
      }
    }
    try await approve("two.example", by: "police-tt", "police-bb")
    try await approve("free.example", by: "police-tt", "police-bb")
    let told = try await guardNames("two.example", "narrow", in: world)
    #expect(told.json["withheld"]?["count"] == 1, "\(told.text)")
    _ = try await guardNames("three.example", "narrow", in: world)
    try await approve("three.example", by: "police-tt", "police-bb", "police-gy")
    let release = try await world.post("/v1/lists/worst-of/releases", [:], as: "admin-one")
    #expect(release.json["withheld"] == ["count": 1, "entries": ["two.example"]], "\(release.text)")
    #expect(release.json["entries"] == 2)
  }
}
