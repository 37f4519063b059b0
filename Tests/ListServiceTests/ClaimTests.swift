// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Foundation
import HTTPMessages
import StrictJSON
import Testing

@Suite struct ClaimTests {
  @Test func `a claimed submission is its holder's for thirty minutes`() async throws {
    let world = try await World()
    let id = try await world.submit("https://two.example/")[0]
    let made = try await world.ask("POST", "/v1/submissions/\(id)/claim", as: "police-tt")
    #expect(made.status == 201 && made.json["holder"] == "police-tt" && made.json["country"] == "TT")
    let refused = try await world.approve(id, as: "police-bb")
    #expect(refused.status == 409 && refused.problem == "claimed-by-another")
    #expect(refused.json["holder"] == "police-tt" && refused.json["until"] == made.json["until"])
    let queue = try await world.get("/v1/reviews/queue", as: "police-bb").json["items"]?.arrayValue
    #expect(queue?.first?["claim"]?["holder"] == "police-tt")
    #expect(try await world.get("/v1/reviews/queue?claim=free", as: "police-bb").json["items"] == [])
    #expect(
      try await world.get("/v1/reviews/queue?claim=mine", as: "police-tt").json["items"]?.arrayValue?.count
        == 1)
    world.clock.pass(1799)
    #expect(try await world.approve(id, as: "police-bb").problem == "claimed-by-another")
    world.clock.pass(1)
    #expect(try await world.approve(id, as: "police-bb").status == 201)
  }

  @Test func `each way a claim can fail has its own refusal`() async throws {
    let world = try await World([("claims", "{ minutes: 5, per_reviewer: 1 }")])
    let ids = try await world.submit("https://a.example/", "https://b.example/")
    func claim(_ id: String, _ person: String) async throws -> String? {
      try await world.ask("POST", "/v1/submissions/\(id)/claim", as: person).problem
    }
    #expect(try await claim(ids[0], "police-jm") == "own-submission")
    #expect(try await claim("sub_99", "police-tt") == "submission-not-found")
    #expect(try await claim("nonsense", "police-tt") == "submission-not-found")
    #expect(try await claim(ids[0], "hotline-is") == "role-required")
    #expect(try await claim(ids[0], "police-tt") == nil)
    #expect(try await claim(ids[1], "police-tt") == "too-many-claims")
    #expect(try await claim(ids[0], "police-bb") == "claimed-by-another")
    let dropped = try await world.ask("DELETE", "/v1/submissions/\(ids[0])/claim", as: "police-tt")
    #expect(dropped.status == 204)
    let again = try await world.ask("DELETE", "/v1/submissions/\(ids[0])/claim", as: "police-tt")
    #expect(again.status == 404 && again.problem == "claim-not-found")
    #expect(try await world.approve(ids[0], as: "police-tt").status == 201)
    #expect(try await claim(ids[0], "police-tt") == "already-reviewed")
    #expect(try await world.approve(ids[0], as: "police-bb").json["state"] == "listed")
    #expect(try await claim(ids[0], "police-gy") == "not-reviewable")
  }

  @Test func `a claim made twice under one key is one claim`() async throws {
    let world = try await World()
    let id = try await world.submit("https://a.example/")[0]
    let path = "/v1/submissions/\(id)/claim"
    let first = try await world.ask("POST", path, as: "police-tt", fields: ["Idempotency-Key": "k"])
    world.clock.pass(60)
    let again = try await world.ask("POST", path, as: "police-tt", fields: ["Idempotency-Key": "k"])
    #expect(again.octets == first.octets && again["Idempotency-Replayed"] == "true")
    let renewed = try await world.ask("POST", path, as: "police-tt")
    #expect(renewed.json["until"] != first.json["until"])
  }

  @Test func `the trail tells of each claim when it was made`() async throws {
    let world = try await World()
    let id = try await world.submit("https://a.example/")[0]
    let begin = world.clock.now()
    for _ in 1...2 {
      #expect(try await world.ask("POST", "/v1/submissions/\(id)/claim", as: "police-tt").status == 201)
      world.clock.pass(1_200)
    }
    let trail = try await world.get("/v1/audit?limit=1000", as: "auditor").json["items"]?.arrayValue ?? []
    let times = trail.filter { $0["action"] == "review-claimed" }.compactMap { $0["at"]?.stringValue }
    #expect(times == [RFC3339.format(begin), RFC3339.format(begin.addingTimeInterval(1_200))])
  }

  @Test(arguments: [false, true])
  func `one person has a submission so many terms in a row, given back in between or not`(givesBack: Bool)
    async throws
  {
    let world = try await World([("claims", "{ minutes: 10, in_a_row: 3 }")])
    let id = try await world.submit("https://a.example/")[0]
    let path = "/v1/submissions/\(id)/claim"
    let begin = world.clock.now()
    func claim(_ person: String = "police-tt") async throws -> Reply {
      let reply = try await world.ask("POST", path, as: person)
      if givesBack, reply.status == 201 {
        #expect(try await world.ask("DELETE", path, as: person).status == 204)
      }
      return reply
    }
    // A little before each end; the last term ends with the row, at 1,800 s.
    for _ in 1...3 {
      #expect(try await claim().status == 201)
      world.clock.pass(599)
    }
    let last = try await claim()
    #expect(last.status == 201)
    #expect(last.json["until"]?.stringValue == RFC3339.format(begin.addingTimeInterval(1_800)))
    world.clock.pass(3)
    let refused = try await claim()
    #expect(refused.status == 409 && refused.problem == "claimed-too-long", "\(refused.text)")
    // Others are free to; and this person is, once a term has passed since.
    let free = givesBack ? 1_797.0 + 600 : 1_800 + 600
    #expect(refused.json["again"]?.stringValue == RFC3339.format(begin.addingTimeInterval(free)))
    world.clock.pass(begin.addingTimeInterval(free - 1).timeIntervalSince(world.clock.now()))
    #expect(try await claim().problem == "claimed-too-long")
    world.clock.pass(1)
    #expect(try await claim().status == 201)
  }

  @Test func `a row ends when somebody else claims, and whoever had it may decide all the same`() async throws
  {
    let world = try await World([("claims", "{ minutes: 10, in_a_row: 1 }")])
    let id = try await world.submit("https://a.example/")[0]
    func claim(_ person: String) async throws -> String? {
      try await world.ask("POST", "/v1/submissions/\(id)/claim", as: person).problem
    }
    #expect(try await claim("police-tt") == nil)
    world.clock.pass(600)
    #expect(try await claim("police-tt") == "claimed-too-long")
    #expect(try await claim("police-bb") == nil)
    world.clock.pass(600)
    #expect(try await claim("police-tt") == nil)
    world.clock.pass(600)
    #expect(try await claim("police-tt") == "claimed-too-long")
    #expect(try await world.approve(id, as: "police-tt").status == 201)
  }

  @Test func `the queue is narrowed by the first reporter's country and by age`() async throws {
    let world = try await World()
    try await world.submit("https://a.example/")
    try await world.submit("https://b.example/", as: "police-gy")
    func count(_ query: String) async throws -> Int? {
      try await world.get("/v1/reviews/queue?\(query)", as: "police-tt").json["items"]?.arrayValue?.count
    }
    let counts = try await [count("country=JM"), count("country=GY"), count("country=BB")]
    #expect(counts == [1, 1, 0])
    #expect(try await count("min_age_hours=1") == 0)
    world.clock.pass(3599)
    #expect(try await count("min_age_hours=1") == 0)
    world.clock.pass(1)
    #expect(try await count("min_age_hours=1") == 2)
    for query in ["country=jm", "country=J", "min_age_hours=-1", "claim=theirs"] {
      let reply = try await world.get("/v1/reviews/queue?\(query)", as: "police-tt")
      #expect(reply.status == 400 && reply.problem == "invalid-parameter", "\(query)")
    }
  }
}
