// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import StrictJSON
import Testing

/// How wide a listing may be, and which approvals count together.
@Suite struct ScopeTests {
  private func approve(_ id: String, _ scope: String?, as person: String, _ world: World) async throws
    -> Reply
  {
    try await world.post("/v1/submissions/\(id)/reviews", SigningDesk.review(nil, scope: scope), as: person)
  }

  @Test func `the default is the host without its www and everything below`() async throws {
    let world = try await World()
    let id = try await world.submit("https://www.shop.bad.example/x")[0]
    for person in ["police-tt", "police-bb"] { _ = try await approve(id, nil, as: person, world) }
    #expect(try await world.get("/v1/entries/ent_1", as: "auditor").json["entry"] == ".shop.bad.example")
  }

  @Test(arguments: [
    ("host", "www.shop.bad.example"), ("subtree", ".shop.bad.example"), ("registrable", ".bad.example"),
    (".bad.example", ".bad.example"), (".www.shop.bad.example", ".www.shop.bad.example"),
  ])
  func `reviewers narrow to the host or widen up to the registered domain`(scope: String, entry: String)
    async throws
  {
    let world = try await World()
    let id = try await world.submit("https://www.shop.bad.example/x")[0]
    for person in ["police-tt", "police-bb"] {
      #expect(try await approve(id, scope, as: person, world).status == 201)
    }
    #expect(try await world.get("/v1/entries/ent_1", as: "auditor").json["entry"] == .string(entry))
  }

  @Test(arguments: [
    ("https://www.shop.bad.example/", ".example"), ("https://shop.example.com/", ".com"),
    ("https://shop.example.com/", "com"),
  ])
  func `a public suffix is never listed`(url: String, scope: String) async throws {
    let world = try await World()
    let id = try await world.submit(url)[0]
    let reply = try await approve(id, scope, as: "police-tt", world)
    #expect(reply.status == 422, "\(reply.text)")
    #expect(["scope-wider-than-registrable", "invalid-field"].contains(reply.problem))
  }

  @Test func `approvals count together only for the same scope`() async throws {
    let world = try await World()
    let id = try await world.submit("https://shop.bad.example/")[0]
    #expect(try await approve(id, "host", as: "police-tt", world).json["approvals"] == 1)
    let wider = try await approve(id, nil, as: "police-bb", world)
    #expect(wider.json["state"] == "open" && wider.json["approvals"] == 1)
    let third = try await approve(id, "host", as: "police-gy", world)
    #expect(third.json["state"] == "listed" && third.json["countries"] == ["GY", "TT"])
    #expect(try await world.get("/v1/entries/ent_1", as: "auditor").json["entry"] == "shop.bad.example")
  }
}
