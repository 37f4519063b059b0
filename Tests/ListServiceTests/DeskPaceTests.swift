// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import StrictJSON
import Testing

/// How often one person may change something and have names revealed: a stolen token does not walk through the registry at once.
@Suite struct DeskPaceTests {
  private static func drop(_ world: World, as person: String) async throws -> Reply {
    try await world.ask("DELETE", "/v1/submissions/sub_1/claim", as: person)
  }

  @Test func `a person may change so much a minute, others as much, and what is turned away is counted`()
    async throws
  {
    let world = try await World([("desk.changes_per_minute", "3")])
    try await world.submit(
      "https://a.example/", "https://b.example/", "https://c.example/", "https://d.example/")
    func claim(_ number: Int, _ person: String = "police-tt") async throws -> Reply {
      try await world.ask("POST", "/v1/submissions/sub_\(number)/claim", as: person)
    }
    for number in 1...3 { #expect(try await claim(number).status == 201) }
    let refused = try await claim(4)
    #expect(refused.status == 429 && refused.problem == "rate-limited" && refused["Retry-After"] == "20")
    #expect(try await claim(4, "police-bb").status == 201)
    // Reading and submitting go on.
    #expect(try await world.get("/v1/reviews/queue", as: "police-tt").status == 200)
    try await world.submit("https://e.example/", as: "police-tt")
    world.clock.pass(20)
    #expect(try await Self.drop(world, as: "police-tt").status == 204)
    #expect(try await world.approve("sub_2", as: "police-tt").status == 429)
    let metrics = try await world.get("/metrics", as: "watcher").text
    #expect(metrics.contains("cordon_rate_limited_total{limit=\"changes\"} 2\n"))
  }

  @Test(arguments: [
    "/v1/submissions?reveal=true", "/v1/submissions/sub_1?reveal=true", "/v1/reviews/queue?reveal=true",
    "/v1/reviews/due?reveal=true", "/v1/appeals?reveal=true", "/v1/submissions/sub_1/approval-text",
    "/v1/reviews/approval-texts", "/v1/entries?reveal=true",
  ])
  func `a person may have names revealed so often a minute`(path: String) async throws {
    let world = try await World([("desk.reveals_per_minute", "2")])
    try await world.submit("https://a.example/")
    for _ in 1...2 { #expect(try await world.get(path, as: "police-tt").status == 200) }
    let refused = try await world.get(path, as: "police-tt")
    #expect(refused.status == 429 && refused.problem == "rate-limited" && refused["Retry-After"] == "30")
    #expect(try await world.get("/v1/submissions/sub_1", as: "police-tt").status == 200, "masked")
    #expect(try await world.get(path, as: "police-bb").status == 200)
    world.clock.pass(30)
    #expect(try await world.get(path, as: "police-tt").status == 200)
    let metrics = try await world.get("/metrics", as: "watcher").text
    #expect(metrics.contains("cordon_rate_limited_total{limit=\"reveals\"} 1\n"))
  }

  @Test
  func
    `entries show a reviewer their names when asked to and at a pace, publishers and auditors always`()
    async throws
  {
    let world = try await World()
    try await world.list("https://bad.example/")
    func shown(_ path: String, _ person: String) async throws -> JSONValue? {
      let reply = try await world.get(path, as: person)
      #expect(reply.status == 200, "\(reply.text)")
      return reply.json["items"]?.arrayValue?.first?["entry"] ?? reply.json["entry"]
    }
    for path in ["/v1/entries", "/v1/entries/ent_1"] {
      #expect(try await shown(path, "police-tt") == ".b••.example")
      #expect(try await shown(path + "?reveal=true", "police-tt") == ".bad.example")
      for person in ["admin-one", "auditor"] { #expect(try await shown(path, person) == ".bad.example") }
    }
    let renewed = try await world.post("/v1/entries/ent_1/renew", [:], as: "police-tt")
    #expect(renewed.status == 200 && renewed.json["entry"] == ".b••.example", "\(renewed.text)")
    func page(_ query: String = "?reveal=true", _ person: String = "police-tt") async throws -> Int {
      try await world.get("/v1/entries\(query)", as: person).status
    }
    for _ in 3...120 { #expect(try await page() == 200) }
    #expect(try await page() == 429)
    let refused = try await world.get("/v1/entries/ent_1?reveal=true", as: "police-tt")
    #expect(refused.status == 429 && refused.problem == "rate-limited")
    #expect(try await page("") == 200, "masked")
    // Who takes names off must not wait; and who may read the list whole learns no more here.
    for _ in 1...121 { #expect(try await page("", "admin-one") == 200) }
    let trail = try await world.get("/v1/audit?limit=1000", as: "auditor").json["items"]?.arrayValue ?? []
    let rules = trail.filter { $0["action"] == "entries-read" }.compactMap { $0["rule"]?.stringValue }
    #expect(rules.prefix(2) == ["1 read, masked", "1 read"])
  }

  @Test func `a page of more than a hundred counts as several`() async throws {
    let world = try await World([("desk.reveals_per_minute", "3")])
    func ask(_ limit: Int) async throws -> Int {
      try await world.get("/v1/reviews/queue?reveal=true&limit=\(limit)", as: "police-tt").status
    }
    #expect(try await ask(101) == 200)
    #expect(try await ask(101) == 429)
    #expect(try await ask(100) == 200)
    #expect(try await ask(1) == 429)
    world.clock.pass(60)
    // Never more than there are.
    #expect(try await ask(1_000) == 200)
    #expect(try await ask(1) == 429)
  }

  @Test func `unless configured otherwise there are six hundred changes and a hundred and twenty reveals`()
    async throws
  {
    let world = try await World()
    for _ in 1...600 {
      #expect(try await Self.drop(world, as: "police-tt").status == 404)
    }
    #expect(try await Self.drop(world, as: "police-tt").status == 429)
    for _ in 1...120 {
      #expect(try await world.get("/v1/reviews/queue?reveal=true", as: "police-tt").status == 200)
    }
    #expect(try await world.get("/v1/reviews/queue?reveal=true", as: "police-tt").status == 429)
  }
}
