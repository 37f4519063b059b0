// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import HTTPMessages
import HTTPServing
import Ingest
import ListService
import StrictJSON
import Testing

/// The rule table, ninth part: edges at which another rule speaks, so that keeping the one is not yet to be taken, through the API.
@Suite struct EdgeTests {
  private static func letters(_ count: Int, _ letter: String = "a") -> String {
    String(repeating: letter, count: count)
  }

  /// What becomes of one item: the rule that it breaks, or its outcome; of a body that is not read, the problem.
  private static func outcome(_ item: JSONObject, _ world: World) async throws -> String {
    try await outcome(
      (["items": [.object(item)]] as JSONValue).encoded(), "application/json", world)
  }
  private static func outcome(_ body: [UInt8], _ type: String, _ world: World) async throws -> String {
    let reply = try await world.ask(
      "POST", "/v1/submissions?list=worst-of&mode=each", as: "police-jm", body: body, type: type)
    let result = reply.json["items"]?.arrayValue?.first
    return result?["refusal"]?["rule"]?.stringValue ?? result?["outcome"]?.stringValue ?? reply.problem ?? ""
  }

  private static func answering(_ keys: [String]) -> JSONObject {
    let answers = JSONObject(keys.map { ($0, JSONValue.bool(true)) })
    return ["url": "a.example", "criteria": ["id": "baseline", "version": 1, "answers": .object(answers)]]
  }

  // MARK: Items

  @Test func `a field is as long as it may be, and one longer is told so before it is looked at`()
    async throws
  {
    let world = try await World()
    func rules(_ field: String, _ length: Int) async throws -> [String] {
      var rules: [String] = []
      for count in [length, length + 1] {
        rules.append(
          try await Self.outcome(["url": "a.example", field: .string(Self.letters(count))], world))
      }
      return rules
    }
    #expect(try await rules("seen_at", 32) == ["invalid-time", "field-too-long"])
    #expect(try await rules("scope", 256) == ["invalid-scope", "field-too-long"])
    #expect(try await rules("url", 4096) == ["embedded-content", "field-too-long"])
  }

  @Test func `a report answers as many criteria as may be, by keys as long as may be, and no more`()
    async throws
  {
    let world = try await World()
    func rule(_ keys: [String]) async throws -> String { try await Self.outcome(Self.answering(keys), world) }
    #expect(try await rule((1...64).map { "k\($0)" }) == "unknown-criterion")
    #expect(try await rule((1...65).map { "k\($0)" }) == "invalid-answer")
    #expect(try await rule([Self.letters(64)]) == "unknown-criterion")
    #expect(try await rule([Self.letters(65)]) == "invalid-answer")
    #expect(try await rule(["real"]) == "created")
  }

  @Test func `a submission is as deep as it may be, and one deeper is no JSON that is read`() async throws {
    let world = try await World()
    // The object, its items, the item, and what stands in a field.
    func rule(_ levels: Int) async throws -> String {
      let field = Self.letters(levels - 3, "[") + Self.letters(levels - 3, "]")
      return try await Self.outcome(
        Array(#"{"items":[{"url":"a.example","note":\#(field)}]}"#.utf8), "application/json", world)
    }
    #expect(try await rule(8) == "wrong-type")
    #expect(try await rule(9) == "malformed-json")
  }

  @Test(arguments: [
    ("text/csv", "url,note\n", "a.example,\"", "\"\n"),
    ("application/json", #"{"items":["#, #"{"url":"a.example","note":""#, #""}"#),
  ]) func `an item of the most octets is judged by its fields, and one octet more refuses the body`(
    type: String, head: String, start: String, end: String
  ) async throws {
    let world = try await World()
    func rule(_ octets: Int) async throws -> String {
      let note = Self.letters(octets - start.utf8.count - end.utf8.count)
      let rest = type == "text/csv" ? "" : "]}"
      return try await Self.outcome(Array((head + start + note + end + rest).utf8), type, world)
    }
    #expect(try await rule(SubmissionBody.itemOctets) == "field-too-long")
    #expect(try await rule(SubmissionBody.itemOctets + 1) == "item-too-long")
  }

  @Test(arguments: [
    ("alt.co.uk", "a.example"), ("myexample.org", "example.org"), ("notexample.com", "www.example.com"),
    ("lan.co.tt", "a.test"), ("local.github.io", "a.invalid"),
  ]) func `outside of an exercise reserved names are nobody's site`(kept: String, broken: String) async throws
  {
    let world = try await World(make: .withoutReservedNames)
    #expect(try await Self.outcome(["url": .string(kept)], world) == "created")
    #expect(try await Self.outcome(["url": .string(broken)], world) == "special-use")
  }

  @Test func `what is listed already joins its entry, which the answer names`() async throws {
    let world = try await World()
    try await world.list("https://bad.example/")
    let reply = try await world.post(
      "/v1/submissions",
      ["list": "worst-of", "items": [["url": "https://bad.example/x"], ["url": "b.example"]]],
      as: "police-gy")
    let items = reply.json["items"]?.arrayValue
    #expect(items?.map { $0["outcome"] } == ["joined", "created"], "\(reply.text)")
    #expect(items?.first?["entry_id"] == "ent_1" && items?.last?["entry_id"] == nil)
  }

  // MARK: Queries

  @Test(arguments: [
    ("/v1/entries?name=", 254, "auditor"), ("/v1/reviews/queue?list=", 64, "police-tt"),
    ("/v1/reviews/queue?country=", 2, "police-tt"),
    ("/v1/submissions/sub_1/approval-text?scope=", 254, "police-tt"),
    ("/v1/submissions/sub_1/approval-text?decided_at=", 20, "police-tt"),
    ("/v1/submissions?list=worst-of&case_reference=", 255, "police-jm"),
  ]) func `a query's text is as long as may be, and one longer is told so`(
    target: String, most: Int, person: String
  ) async throws {
    let world = try await World()
    try await world.submit("https://bad.example/")
    func detail(_ count: Int) async throws -> String? {
      let method = target.hasPrefix("/v1/submissions?") ? "POST" : "GET"
      let reply = try await world.ask(
        method, target + Self.letters(count), as: person,
        body: method == "POST" ? Array("b.example\n".utf8) : [], type: method == "POST" ? "text/plain" : nil)
      return reply.json["detail"]?.stringValue
    }
    let wanted = "1 to \(most) octets are wanted"
    #expect(try await detail(most)?.contains(wanted) != true)
    for count in [0, most + 1] { #expect(try await detail(count)?.contains(wanted) == true, "\(count)") }
  }

  @Test func `a page holds one item at least`() async throws {
    let world = try await World()
    #expect(try await world.get("/v1/reviews/queue?limit=1", as: "police-tt").status == 200)
    #expect(try await world.get("/v1/reviews/queue?limit=0", as: "police-tt").problem == "invalid-parameter")
  }

  // MARK: Reviews

  private static func review(
    _ answers: [String], id: String = "baseline", version: Int64 = 1, _ world: World
  ) async throws -> String? {
    let given = JSONObject(answers.map { ($0, JSONValue.bool(true)) })
    let criteria: JSONValue = ["id": .string(id), "version": .integer(version), "answers": .object(given)]
    return try await world.post(
      "/v1/submissions/sub_1/reviews", ["decision": "approve", "criteria": criteria], as: "police-tt"
    ).problem
  }

  @Test func `a review answers each criterion and no other, as many as may be`() async throws {
    let world = try await World()
    try await world.submit("https://bad.example/")
    let both = ["real", "severe"]
    #expect(try await Self.review(both + ["old"], world) == "criteria-incomplete")
    #expect(try await Self.review(both + (3...64).map { "k\($0)" }, world) == "criteria-incomplete")
    #expect(try await Self.review(both + (3...65).map { "k\($0)" }, world) == "invalid-field")
    #expect(try await Self.review(both, id: Self.letters(64), world) == "criteria-version-superseded")
    #expect(try await Self.review(both, id: Self.letters(65), world) == "invalid-field")
    #expect(try await Self.review(both, version: 1_000_000, world) == "criteria-version-superseded")
    #expect(try await Self.review(both, version: 1_000_001, world) == "invalid-field")
    #expect(try await Self.review(both, version: 0, world) == "criteria-version-superseded")
    #expect(try await Self.review(both, version: -1, world) == "invalid-field")
    #expect(try await Self.review(both, world) == nil)
  }

  @Test func `a list may ask for three countries, and two are not enough then`() async throws {
    let world = try await World([("lists.worst-of.countries", "3")])
    try await world.submit("https://bad.example/")
    for (person, state) in [("police-tt", "open"), ("police-bb", "open"), ("police-gy", "listed")] {
      #expect(try await world.approve("sub_1", as: person).json["state"] == .string(state), "\(person)")
    }
  }

  @Test func `the reviews of one request are of one list`() async throws {
    let world = try await World([("lists.other.title", "Other")])
    try await world.submit("https://bad.example/", "https://worse.example/")
    let elsewhere = try await world.post(
      "/v1/submissions", ["list": "other", "items": [["url": "bad.example"]]], as: "police-jm")
    #expect(elsewhere.json["items"]?.arrayValue?.first?["id"] == "sub_3", "\(elsewhere.text)")
    func review(_ ids: String...) async throws -> Reply {
      let reviews: [JSONValue] = ids.map {
        ["submission": .string($0), "decision": "reject", "reason": "gone"]
      }
      return try await world.post("/v1/reviews", ["reviews": .array(reviews)], as: "police-tt")
    }
    let mixed = try await review("sub_1", "sub_3")
    #expect(mixed.problem == "invalid-field" && mixed.json["pointer"] == "/reviews", "\(mixed.text)")
    #expect(
      try await review("sub_1", "sub_2").json["items"]?.arrayValue?.allSatisfy { $0["state"] == "rejected" }
        == true)
  }

  // MARK: Guards

  @Test func `a refusal names five of the guarded names that it would hit, and counts the rest`() async throws
  {
    let world = try await World()
    func refusal(_ names: Int) async throws -> String {
      let items: [JSONValue] = (1...names).map { ["name": .string("m\($0).bad.example"), "level": "never"] }
      #expect(try await world.post("/v1/guard", ["items": .array(items)], as: "admin-one").status == 201)
      let reply = try await world.post(
        "/v1/submissions?mode=each", ["list": "worst-of", "items": [["url": "https://bad.example/"]]],
        as: "police-jm")
      return reply.json["items"]?.arrayValue?.first?["refusal"]?["detail"]?.stringValue ?? ""
    }
    let five = try await refusal(5)
    #expect(five.contains("m5.bad.example") && !five.contains("more"), "\(five)")
    let six = try await refusal(6)
    #expect(!six.contains("m6.bad.example") && six.contains("and 1 more"), "\(six)")
  }

  @Test func `a guard's answer names a hundred of the entries that stay listed, and counts them all`()
    async throws
  {
    let world = try await World([("desk.changes_per_minute", "10000")])
    func told(_ count: Int) async throws -> JSONValue? {
      try await world.post(
        "/v1/guard", ["items": [["name": "bad.example", "level": "never"]]], as: "admin-one"
      )
      .json["still_listed"]
    }
    try await world.list((1...100).map { "https://n\($0).bad.example/" })
    let all = try await told(100)
    #expect(all?["count"] == 100 && all?["entries"]?.arrayValue?.count == 100)
    #expect(try await world.ask("DELETE", "/v1/guard/bad.example", as: "admin-one").status == 204)
    try await world.list("https://n101.bad.example/")
    let most = try await told(101)
    #expect(most?["count"] == 101 && most?["entries"]?.arrayValue?.count == 100)
  }

  @Test func `where the zones are anchored is our own, and nobody lists it`() async throws {
    let world = try await World([("lists.worst-of.rpz_zone", "rpz.reef.example")])
    #expect(try await Self.outcome(["url": "https://x.rpz.reef.example/"], world) == "guarded-name")
    #expect(try await Self.outcome(["url": "https://x.reef.example/"], world) == "created")
  }
}
