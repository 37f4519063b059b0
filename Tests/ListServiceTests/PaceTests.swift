// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import HTTPMessages
import HTTPServing
import Ingest
import ListService
import StrictJSON
import Testing

/// The rule table, tenth part: how often and how many, unless configured otherwise, through the API.
@Suite struct PaceTests {
  private static func tell(_ what: String, _ world: World, as person: String = "isp-coral") async throws
    -> Reply
  {
    let body: JSONValue = what == "receipts" ? ["version": 0] : ["version": 0, "reason": "it hurts"]
    return try await world.post("/v1/lists/worst-of/\(what)", body, as: person)
  }

  @Test func `a reader may tell so much a minute, receipts and holds together, and changes are apart`()
    async throws
  {
    let world = try await World([("desk.receipts_per_minute", "3"), ("desk.changes_per_minute", "1")])
    let other: JSONValue = ["id": "isp-reef", "name": "n", "agency": "isp-coral", "roles": ["reader"]]
    #expect(try await world.post("/v1/principals", other, as: "admin-one").status == 201)
    for what in ["receipts", "holds", "receipts"] { #expect(try await Self.tell(what, world).status == 201) }
    for what in ["receipts", "holds"] {
      let refused = try await Self.tell(what, world)
      #expect(refused.status == 429 && refused.problem == "rate-limited" && refused["Retry-After"] == "20")
    }
    // Changes have a pace of their own, and so have others.
    #expect(try await world.post("/v1/credentials/own", [:], as: "isp-coral").status == 201)
    world.clock.pass(20)
    #expect(try await Self.tell("holds", world).status == 201)
    #expect(try await Self.tell("receipts", world).status == 429)
    let metrics = try await world.get("/metrics", as: "watcher").text
    #expect(metrics.contains("cordon_rate_limited_total{limit=\"receipts\"} 3\n"))
  }

  @Test(arguments: ["receipts", "holds"])
  func `unless configured otherwise a reader tells six hundred times a minute`(what: String) async throws {
    let world = try await World()
    for _ in 1...599 {
      _ = try await world.post("/v1/lists/worst-of/receipts", ["version": 9], as: "isp-coral")
    }
    #expect(try await Self.tell(what, world).status == 201)
    #expect(try await Self.tell(what, world).problem == "rate-limited")
  }

  @Test func `unless configured otherwise a submitter sends six hundred times a minute`() async throws {
    let world = try await World()
    func send() async throws -> Reply {
      try await world.ask(
        "POST", "/v1/submissions?list=worst-of", as: "police-jm", body: Array("a.example\n".utf8),
        type: "text/plain")
    }
    for _ in 1...600 { #expect(try await send().status == 201) }
    #expect(try await send().problem == "rate-limited")
  }

  @Test func `unless configured otherwise a reviewer holds fifty claims`() async throws {
    let world = try await World()
    let ids = try await world.submit(urls: (1...51).map { "https://n\($0).example/" })
    for id in ids.prefix(50) {
      #expect(try await world.ask("POST", "/v1/submissions/\(id)/claim", as: "police-tt").status == 201)
    }
    let refused = try await world.ask("POST", "/v1/submissions/\(ids[50])/claim", as: "police-tt")
    #expect(refused.problem == "too-many-claims" && refused.json["limit"] == 50)
  }

  @Test func `unless configured otherwise a reviewer has a submission four terms of half an hour in a row`()
    async throws
  {
    let world = try await World()
    try await world.submit("https://a.example/")
    func claim() async throws -> Reply {
      try await world.ask("POST", "/v1/submissions/sub_1/claim", as: "police-tt")
    }
    for _ in 1...4 {
      #expect(try await claim().status == 201)
      world.clock.pass(1_800)
    }
    #expect(try await claim().problem == "claimed-too-long")
    world.clock.pass(1_799)
    #expect(try await claim().problem == "claimed-too-long")
    world.clock.pass(1)
    #expect(try await claim().status == 201)
  }

  private static func appeal(_ address: String, _ world: World) async throws -> String? {
    try await AppealTests().file("free.example", world, from: address).problem
  }

  @Test
  func `unless configured otherwise an address files ten appeals an hour, and all together six hundred`()
    async throws
  {
    let world = try await World()
    for _ in 1...10 { #expect(try await Self.appeal("192.0.2.1", world) == nil) }
    #expect(try await Self.appeal("192.0.2.1", world) == "rate-limited")
    for number in 1...590 {
      #expect(try await Self.appeal("2001:db8:0:\(String(number, radix: 16))::1", world) == nil)
    }
    #expect(try await Self.appeal("192.0.2.2", world) == "rate-limited")
  }

  @Test func `one person's part of the room for uploads is full to the octet`() async throws {
    let world = try await World([
      ("submissions.spool_mebibytes", "8"), ("submissions.body_octets", "1048576"),
    ])
    func appetite(_ announced: Int, _ person: String = "police-tt") throws -> ContentAppetite? {
      let head = HTTPRequest(
        method: .post, path: "/v1/submissions", query: "list=worst-of",
        fields: [
          "Authorization": "Bearer \(World.token(person))", "Content-Type": "text/csv",
          "Content-Length": String(announced),
        ], connection: ConnectionFacts(peerAddress: "192.0.2.1", isLoopback: false, tls: true))
      return world.responder.receiver(for: head)?.appetite
    }
    // A quarter.
    #expect(try appetite(2 << 20) == .hungry)
    #expect(try appetite(2 << 20 + 1) == .sated)
    #expect(try appetite(2 << 20, "police-jm") == .hungry)
  }

  @Test func `an answer is kept seven days under its key, and forgotten a second later`() async throws {
    let world = try await World()
    func send() async throws -> Bool {
      let reply = try await world.ask(
        "POST", "/v1/submissions?list=worst-of", as: "police-jm", body: Array("a.example\n".utf8),
        type: "text/plain", fields: ["Idempotency-Key": "once"])
      #expect(reply.status == 201)
      return reply["Idempotency-Replayed"] == "true"
    }
    #expect(try await !send())
    world.clock.pass(Double(ServiceResponder.answersKeptDays) * 86_400)
    #expect(await world.responder.forgetAnswers() == 0)
    #expect(try await send())
    world.clock.pass(1)
    #expect(await world.responder.forgetAnswers() == 1)
    #expect(try await !send())
  }

  @Test func `each route takes as much content as its requests need`() async throws {
    let world = try await World()
    let named = [
      "/v1/submissions": 32 << 20, "/v1/guard": 8 << 20, "/v1/reviews": 4 << 20,
      "/v1/keys/root/proposals": 1 << 20, "/v1/keys/targets/proposals": 16 << 20,
      "/v1/keys/targets/files": 16 << 20,
    ]
    for (template, operations) in world.contract.paths where operations["post"] != nil {
      let path = template.replacing(#/\{[^}]+\}/#, with: "1")
      func limit(_ person: String?) -> Int {
        var fields: HTTPFields = [:]
        if let person { fields["Authorization"] = "Bearer \(World.token(person))" }
        return world.responder.bodyLimit(
          for: HTTPRequest(
            method: .post, path: path, fields: fields,
            connection: ConnectionFacts(peerAddress: "192.0.2.1", isLoopback: false, tls: true)))
      }
      // Who may ask there may send as much, anybody else little; what is put aside is dropped of them.
      let limits = Set(World.people.map { limit($0.id) })
      #expect(limits.max() == named[template] ?? 65_536, "\(template)")
      #expect(template == "/v1/submissions" || limits.contains(65_536), "\(template)")
      #expect(limit(nil) == 65_536, "\(template)")
    }
  }
}
