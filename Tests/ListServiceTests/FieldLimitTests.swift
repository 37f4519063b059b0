// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Cryptography
import HTTPMessages
import HTTPServing
import Ingest
import ListService
import StrictJSON
import Testing

/// The rule table, eighth part: lengths and counts whose edge is judged by the next rule, and what a text may hold, through the API.
@Suite struct FieldLimitTests {
  typealias Row = LimitTableTests.Row

  private static func signing(_ world: World) async throws {
    #expect(try await SigningDesk("police-tt", 1).register(in: world).status == 201)
  }
  private static func end(_ reason: JSONValue, _ world: World) async throws -> Reply {
    let keyid = try SigningDesk("police-tt", 1).keyid
    return try await world.post("/v1/agency-keys/\(keyid)/end", ["reason": reason], as: "admin-one")
  }

  private static func appealed(_ world: World) async throws {
    try await world.list("https://bad.example/")
    let filed = try await AppealTests().file("bad.example", world)
    let given = try await AppealTests().act(
      "assignment", filed, ["reviewer": "police-gy"], as: "admin-one", world)
    #expect(given.status == 200, "\(given.text)")
  }
  private static func decide(_ answer: JSONValue, _ reason: JSONValue, _ world: World) async throws -> Reply {
    let files = try await world.get("/v1/appeals", as: "auditor").json["items"]?.arrayValue
    let id = try #require(files?.first?["case"]?.stringValue)
    return try await world.post(
      "/v1/appeals/\(id)/decision", ["decision": "keep", "answer": answer, "reason": reason], as: "police-gy")
  }

  private static func appeal(_ name: String, _ world: World, from address: String = "192.0.2.1") async throws
    -> Reply
  {
    try await AppealTests().file(name, world, from: address)
  }

  private static func person(_ body: JSONObject, _ world: World) async throws -> Reply {
    var whole: JSONObject = ["id": "new-one", "name": "n", "agency": "police-jm", "roles": ["submitter"]]
    for (key, value) in body.members { whole[key] = value }
    return try await world.post("/v1/principals", .object(whole), as: "admin-one")
  }
  private static func agency(_ body: JSONObject, _ world: World) async throws -> Reply {
    var whole: JSONObject = ["id": "unit-one", "name": "n", "country": "JM", "kind": "police"]
    for (key, value) in body.members { whole[key] = value }
    return try await world.post("/v1/agencies", .object(whole), as: "admin-one")
  }

  private static func word(_ count: Int) -> JSONValue { .string(String(repeating: "a", count: count)) }

  static let rows: [Row] = [
    Row(
      name: "reason of a key's end", most: 1000, problem: .invalidField, before: signing,
      ask: { try await end(LimitTableTests.words($1), $0) }),
    Row(
      name: "answer of an appeal's decision", most: Appeal.maximumStatement, problem: .invalidField,
      before: appealed, ask: { try await decide(LimitTableTests.words($1), "checked", $0) }),
    Row(
      name: "reason of an appeal's decision", most: 1000, problem: .invalidField, before: appealed,
      ask: { try await decide("We looked again.", LimitTableTests.words($1), $0) }),
    Row(
      name: "reason of a revert", most: 1000, problem: .invalidField,
      before: { try await $0.list("https://bad.example/") },
      ask: {
        try await $0.post(
          "/v1/lists/worst-of/releases/1/revert", ["reason": LimitTableTests.words($1)], as: "admin-one")
      }),
    Row(
      name: "reason of a lift", most: 1000, problem: .invalidField,
      ask: {
        try await $0.post(
          "/v1/lists/worst-of/holds/lift", ["reason": LimitTableTests.words($1)], as: "admin-one")
      }),
    Row(
      name: "address of an appeal", most: 2048, problem: .invalidField,
      ask: {
        try await appeal("https://bad.example/" + String(repeating: "a/", count: $1 / 2).prefix($1 - 20), $0)
      }),
    Row(
      name: "handle of a principal", most: 64, problem: .invalidField,
      ask: { try await person(["id": word($1)], $0) }),
    Row(
      name: "handle of an agency", most: 64, problem: .invalidField,
      ask: { try await agency(["id": word($1)], $0) }),
    Row(
      name: "handle of a panel", most: 64, problem: .invalidField,
      ask: {
        var body = PanelTests.panel.objectValue ?? [:]
        body["id"] = word($1)
        return try await $0.post("/v1/panels", .object(body), as: "admin-one")
      }),
    Row(
      name: "domains of a new agency", most: Agency.mostDomains, problem: .tooManyItems,
      ask: { try await agency(["domains": .array((0..<$1).map { .string("d\($0).example") })], $0) }),
    Row(
      name: "roles of a principal", most: Role.allCases.count, problem: .tooManyItems,
      ask: { try await person(["roles": .array(Array(repeating: "submitter", count: $1))], $0) }),
    Row(
      name: "hours of overlap", most: 168, problem: .invalidField,
      ask: {
        try await $0.post("/v1/credentials/own", ["overlap_hours": .integer(Int64($1))], as: "isp-coral")
      }),
    Row(
      name: "octets of PEM", most: 32_768, problem: .invalidField,
      ask: { (world, count) in
        // What stands before the key is a remark.
        let key = try SigningDesk("police-tt", 1).key.publicKey.pem
        let remark = String(repeating: "#", count: count - key.utf8.count - 1) + "\n"
        return try await world.post(
          "/v1/agency-keys", ["agency": "police-tt", "public_key": .string(remark + key)], as: "admin-one")
      }),
    Row(
      name: "case reference of all items", most: 128, problem: .malformedRequest,
      ask: {
        try await send("a.example\n", $0, "list=worst-of&case_reference=" + String(repeating: "c", count: $1))
      }),
    Row(
      name: "columns of answers", most: 64, problem: .malformedCSVHeader,
      ask: {
        let columns = (["real"] + (1..<$1).map { "k\($0)" }).map { "criteria.\($0)" }
        let sheet = "url,criteria,\(columns.joined(separator: ","))\na.example,baseline/1,yes\n"
        return try await send(sheet, $0, type: "text/csv")
      }),
  ]

  private static func send(
    _ text: String, _ world: World, _ query: String = "list=worst-of", type: String = "text/plain",
    fields: HTTPFields = [:]
  ) async throws -> Reply {
    try await world.ask(
      "POST", "/v1/submissions?\(query)", as: "police-jm", body: Array(text.utf8), type: type, fields: fields)
  }

  @Test(arguments: rows) func `a limit is reached and not passed`(row: Row) async throws {
    try await row.judge()
  }

  @Test(arguments: ["a--b", "-a", "a-", "A", "a_b", "a.b", "ä", ""])
  func `a handle is lower-case letters, digits and single hyphens`(id: String) async throws {
    let world = try await World()
    #expect(try await Self.person(["id": .string(id)], world).problem == "invalid-field")
    #expect(try await Self.agency(["id": .string(id)], world).problem == "invalid-field")
    #expect(try await Self.person(["id": "a-b-9"], world).status == 201)
  }

  @Test(arguments: ["\u{202E}x", "x\u{7}", "- !", "data:image/png;base64,iVBORw0KGgoAAAANSUhEUg"])
  func `what is told of a decision and of a key's end says something, and carries nothing`(text: String)
    async throws
  {
    let world = try await World()
    try await Self.signing(world)
    try await Self.appealed(world)
    let problem = text.hasPrefix("data:") ? "embedded-content" : "invalid-field"
    let ended = try await Self.end(.string(text), world)
    #expect(ended.problem == problem && ended.json["pointer"] == "/reason", "\(ended.text)")
    let answered = try await Self.decide(.string(text), "checked", world)
    #expect(answered.problem == problem && answered.json["pointer"] == "/answer", "\(answered.text)")
    let reasoned = try await Self.decide("We looked again.", .string(text), world)
    #expect(reasoned.problem == problem && reasoned.json["pointer"] == "/reason", "\(reasoned.text)")
    #expect(try await Self.end("rotated", world).status == 200)
    #expect(try await Self.decide("We looked again.", "checked", world).status == 200)
  }

  @Test func `an idempotency key is one, and not empty`() async throws {
    let world = try await World()
    var twice: HTTPFields = ["Idempotency-Key": "a"]
    twice.append("Idempotency-Key", "b")
    let empty: HTTPFields = ["Idempotency-Key": ""]
    for fields in [twice, empty] {
      #expect(try await Self.send("a.example\n", world, fields: fields).problem == "invalid-field")
    }
    #expect(try await Self.send("a.example\n", world, fields: ["Idempotency-Key": "a"]).status == 201)
  }

  @Test func `a list is named twice only if it is the same`() async throws {
    let world = try await World()
    let body = #"{"list":"worst-of","items":[{"url":"a.example"}]}"#
    #expect(try await Self.send(body, world, type: "application/json").status == 201)
    let other = try await Self.send(body, world, "list=best-of", type: "application/json")
    #expect(other.problem == "invalid-parameter" && other.json["parameter"] == "list")
  }
}

extension LimitTableTests.Row {
  /// Reaches the limit, and passes it by one, each in a service of its own.
  func judge() async throws {
    let world = try await World()
    try await before(world)
    let broken = try await ask(world, most + 1)
    #expect(broken.problem == problem.rawValue, "\(name): \(broken.status) \(broken.text)")
    let fresh = try await World()
    try await before(fresh)
    let kept = try await ask(fresh, most)
    #expect((200..<300).contains(kept.status), "\(name): \(kept.text)")
  }
}
