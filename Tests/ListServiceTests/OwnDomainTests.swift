// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Ingest
import ListService
import StrictJSON
import Testing

/// What providers and agencies call their own is guarded as long as they do.
@Suite struct OwnDomainTests {
  private static func report(_ url: String, in world: World) async throws -> String {
    let reply = try await world.post(
      "/v1/submissions?mode=each", ["list": "worst-of", "items": [["url": .string(url)]]], as: "police-jm")
    let item = reply.json["items"]?.arrayValue?.first
    return item?["refusal"]?["rule"]?.stringValue ?? item?["outcome"]?.stringValue ?? reply.problem ?? ""
  }

  private static func set(_ domains: [String], in world: World) async throws -> Reply {
    try await world.post(
      "/v1/agencies/isp-coral/domains", ["domains": .array(domains.map { .string($0) })], as: "admin-one")
  }

  @Test func `a provider's domains are never blocked, neither below nor from above, until it gives them up`()
    async throws
  {
    let world = try await World()
    let reply = try await Self.set(["net.coral.example", "net.coral.example"], in: world)
    #expect(reply.status == 200 && reply.json["agency"]?["domains"] == ["net.coral.example"])
    for url in ["https://net.coral.example/", "https://x.net.coral.example/", "https://coral.example/"] {
      #expect(try await Self.report(url, in: world) == "guarded-name", "\(url)")
    }
    #expect(try await Self.report("https://mail.coral.example/", in: world) == "created")
    #expect(await world.responder.refresh())
    #expect(try await Self.report("https://net.coral.example/", in: world) == "guarded-name")
    #expect(try await Self.set([], in: world).status == 200)
    #expect(try await Self.report("https://net.coral.example/", in: world) == "created")
  }

  @Test func `what is listed there already is told`() async throws {
    let world = try await World()
    _ = try await world.list("https://a.coral.example/")
    let told = try await Self.set(["coral.example"], in: world).json["still_listed"]
    #expect(told?["count"] == 1)
  }

  @Test
  func
    `the number of domains holds at its edge, and only names of two labels in canonical spelling are taken`()
    async throws
  {
    let world = try await World()
    let most = (0..<Agency.mostDomains).map { "d\($0).example" }
    #expect(try await Self.set(most, in: world).status == 200)
    #expect(try await Self.set(most + ["one-more.example"], in: world).problem == "too-many-items")
    for name in ["Coral.example", "example", "coral..example", "192.0.2.1", ""] {
      #expect(try await Self.set([name], in: world).problem == "invalid-field", "\(name)")
    }
    let nobody = try await world.post("/v1/agencies/nobody/domains", ["domains": []], as: "admin-one")
    #expect(nobody.problem == "agency-not-found")
    let officer = try await world.post("/v1/agencies/isp-coral/domains", ["domains": []], as: "police-jm")
    #expect(officer.problem == "role-required")
  }

  @Test func `a top-level name is not guarded, a name below it is`() async throws {
    let world = try await World()
    func guardName(_ name: String) async throws -> Reply {
      let item: JSONValue = ["name": .string(name), "level": "never"]
      return try await world.post("/v1/guard", ["items": [item]], as: "admin-one")
    }
    for name in ["example", "com", "uk", "xn--p1ai"] {
      let refused = try await guardName(name)
      #expect(refused.problem == "invalid-field" && refused.json["pointer"] == "/items/0/name", "\(name)")
    }
    #expect(try await world.get("/v1/guard", as: "admin-one").json["items"] == [])
    #expect(try await Self.report("https://coral.example/", in: world) == "created")
    #expect(try await guardName("reef.example").status == 201)
    #expect(try await Self.report("https://reef.example/", in: world) == "guarded-name")
  }

  @Test(arguments: [("co.uk", "coral.co.uk"), ("github.io", "coral.github.io")])
  func `a public suffix is nobody's own domain, one label below it may be; anybody may have it guarded`(
    suffix: String, below: String
  ) async throws {
    let world = try await World()
    let reply = try await Self.set(["coral.example", suffix], in: world)
    #expect(reply.status == 422 && reply.problem == "own-domain-public-suffix")
    #expect(reply.json["name"]?.stringValue == suffix && reply.json["pointer"] == "/domains")
    #expect(try await Self.report("https://coral.example/", in: world) == "created")
    let agency: JSONValue = [
      "id": "isp-reef", "name": "Reef", "country": "FJ", "kind": "provider", "domains": [.string(suffix)],
    ]
    #expect(
      try await world.post("/v1/agencies", agency, as: "admin-one").problem == "own-domain-public-suffix")
    #expect(try await Self.set([below], in: world).status == 200)
    let guarded: JSONValue = ["name": .string(suffix), "level": "never", "reason": "an exercise"]
    #expect(try await world.post("/v1/guard", ["items": [guarded]], as: "admin-one").status == 201)
    #expect(try await Self.report("https://x.y.\(suffix)/", in: world) == "guarded-name")
  }

  @Test func `an agency may come with its domains`() async throws {
    let world = try await World()
    let agency: JSONValue = [
      "id": "isp-reef", "name": "Reef", "country": "FJ", "kind": "provider", "domains": ["reef.example"],
    ]
    #expect(try await world.post("/v1/agencies", agency, as: "admin-one").status == 201)
    #expect(try await Self.report("https://www.reef.example/", in: world) == "guarded-name")
  }
}
