// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import HTTPMessages
import HTTPServing
import Ingest
import ListService
import StrictJSON
import Testing

/// The rule table, third part: each number that a request may reach, reached and passed by one, through the API.
@Suite struct LimitTableTests {
  /// A limit: what has to stand before, and a request that is so large.
  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    let most: Int
    let problem: ProblemKind
    var before: @Sendable (World) async throws -> Void = { _ in }
    let ask: @Sendable (World, Int) async throws -> Reply
    var testDescription: String { name }
  }

  /// Words of so many octets.
  static func words(_ count: Int) -> JSONValue {
    .string(String(String(repeating: "to be ", count: count / 6 + 1).prefix(count - 1)) + "x")
  }

  private static func question(_ world: World) async throws {
    try await world.submit("https://asked.example/")
    _ = try await world.post(
      "/v1/submissions/sub_1/reviews", ["decision": "needs-information", "reason": "which?"], as: "police-tt")
  }

  private static func appeal(_ world: World, _ body: JSONValue) async throws -> Reply {
    try await world.ask(
      "POST", "/v1/appeals", body: body.encoded(), type: "application/json",
      from: ConnectionFacts(peerAddress: "192.0.2.9", isLoopback: false, tls: true))
  }

  private static func listed(_ world: World) async throws { try await world.list("https://bad.example/") }

  private static func panelled(_ world: World) async throws {
    try await world.submit("https://bad.example/")
    _ = try await world.post("/v1/panels", PanelTests.panel, as: "admin-one")
  }

  /// The chair among them.
  private static func panel(_ world: World, _ members: Int) async throws -> Reply {
    let others = (1..<members).map { "officer-\($0)" }
    for person in others {
      _ = try await world.post(
        "/v1/principals",
        ["id": .string(person), "name": "n", "agency": "police-bb", "roles": ["reviewer"]], as: "admin-one")
    }
    return try await world.post(
      "/v1/panels",
      [
        "id": "many", "name": "n", "list": "worst-of", "chair": "police-bb",
        "members": .array((others + ["police-bb"]).map { .string($0) }),
      ], as: "admin-one")
  }

  static let texts: [Row] = [
    Row(
      name: "reason of a rejection", most: 1000, problem: .invalidField,
      before: { try await $0.submit("https://bad.example/") },
      ask: {
        try await $0.post(
          "/v1/submissions/sub_1/reviews", ["decision": "reject", "reason": words($1)], as: "police-tt")
      }),
    Row(
      name: "answer to a question", most: Information.maximumOctets, problem: .invalidField, before: question,
      ask: { try await $0.post("/v1/submissions/sub_1/information", ["text": words($1)], as: "police-jm") }),
    Row(
      name: "reason of a second look", most: 1000, problem: .invalidField, before: panelled,
      ask: {
        try await $0.post(
          "/v1/submissions/sub_1/second-look", ["panel": "caribbean", "reason": words($1)], as: "police-bb")
      }),
    Row(
      name: "reason of a suspension", most: 1000, problem: .invalidField, before: listed,
      ask: { try await $0.post("/v1/entries/ent_1/suspend", ["reason": words($1)], as: "admin-one") }),
    Row(
      name: "reason of a hold", most: 1000, problem: .invalidField, before: listed,
      ask: {
        try await $0.post(
          "/v1/lists/worst-of/holds", ["version": 1, "reason": words($1)], as: "isp-coral")
      }),
    Row(
      name: "reason of a guard", most: 255, problem: .invalidField,
      ask: {
        try await $0.post(
          "/v1/guard", ["items": [["name": "a.example", "level": "never", "reason": words($1)]]],
          as: "admin-one")
      }),
    Row(
      name: "name of an agency", most: 255, problem: .invalidField,
      ask: {
        try await $0.post(
          "/v1/agencies", ["id": "unit-one", "name": words($1), "country": "JM", "kind": "police"],
          as: "admin-one")
      }),
    Row(
      name: "name of a principal", most: 255, problem: .invalidField,
      ask: {
        try await $0.post(
          "/v1/principals",
          ["id": "new-one", "name": words($1), "agency": "police-jm", "roles": ["reviewer"]],
          as: "admin-one")
      }),
    Row(
      name: "name of a panel", most: 255, problem: .invalidField,
      ask: {
        var body = PanelTests.panel.objectValue ?? [:]
        body["name"] = words($1)
        return try await $0.post("/v1/panels", .object(body), as: "admin-one")
      }),
    Row(
      name: "statement of an appeal", most: Appeal.maximumStatement, problem: .invalidField,
      ask: { try await appeal($0, ["name": "a.example", "statement": words($1)]) }),
    Row(
      name: "contact of an appeal", most: Appeal.maximumContact, problem: .invalidField,
      ask: { try await appeal($0, ["name": "a.example", "statement": "mine", "contact": words($1)]) }),
    Row(
      name: "idempotency key", most: 255, problem: .invalidField,
      ask: {
        var fields: HTTPFields = [:]
        fields["Idempotency-Key"] = String(repeating: "k", count: $1)
        return try await $0.ask(
          "POST", "/v1/submissions?list=worst-of", as: "police-jm", body: Array("a.example\n".utf8),
          type: "text/plain", fields: fields)
      }),
  ]

  static let counts: [Row] = [
    Row(
      name: "reviews a request", most: 1000, problem: .tooManyItems,
      ask: {
        let review: JSONValue = ["submission": "sub_9", "decision": "reject", "reason": "gone"]
        return try await $0.post(
          "/v1/reviews", ["reviews": .array(Array(repeating: review, count: $1))], as: "police-tt")
      }),
    Row(name: "members of a panel", most: Panel.size.upperBound, problem: .tooManyItems, ask: panel),
    Row(
      name: "keys of an agency", most: AgencySigningKey.maximumPerAgency, problem: .tooManyAgencyKeys,
      ask: { (world, count) in
        var last: Reply?
        for number in 1...count {
          last = try await SigningDesk("police-tt", UInt8(number)).register(in: world)
        }
        return try #require(last)
      }),
    Row(
      name: "domains of an agency", most: Agency.mostDomains, problem: .tooManyItems,
      ask: {
        try await $0.post(
          "/v1/agencies/isp-coral/domains",
          ["domains": .array((0..<$1).map { .string("d\($0).example") })], as: "admin-one")
      }),
    Row(
      name: "hours of age in the queue", most: 87_600, problem: .invalidParameter,
      ask: { try await $0.get("/v1/reviews/queue?min_age_hours=\($1)", as: "police-tt") }),
    Row(
      name: "days until a lease ends", most: 365, problem: .invalidParameter,
      ask: { try await $0.get("/v1/reviews/due?within_days=\($1)", as: "police-tt") }),
    Row(
      name: "items a page", most: 1000, problem: .invalidParameter,
      ask: { try await $0.get("/v1/reviews/queue?limit=\($1)", as: "police-tt") }),
  ]

  @Test(arguments: texts + counts) func `a limit is reached and not passed`(row: Row) async throws {
    try await row.judge()
  }

  @Test func `one request guards 100,000 names, and one more is refused before any is looked at`()
    async throws
  {
    let world = try await World()
    func guarding(_ count: Int) async throws -> Reply {
      let items = "{\"items\":[" + Array(repeating: "{}", count: count).joined(separator: ",") + "]}"
      return try await world.ask(
        "POST", "/v1/guard", as: "admin-one", body: Array(items.utf8), type: "application/json")
    }
    #expect(try await guarding(100_001).problem == "too-many-items")
    let taken = try await guarding(100_000)
    #expect(taken.problem == "invalid-field" && taken.json["pointer"] == "/items/0/name", "\(taken.text)")
  }

  @Test func `a panel is two at least, the chair with another`() async throws {
    let world = try await World()
    #expect(try await Self.panel(world, 1).problem == "invalid-field")
    #expect(try await Self.panel(world, 2).status == 201)
  }
}
