// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import HTTPMessages
import StrictJSON
import Testing

@Suite struct SubmissionTests {
  private static let target = "/v1/submissions?list=worst-of"

  @Test func `JSON, text and CSV say the same`() async throws {
    let world = try await World()
    let json = try await world.post(
      "/v1/submissions",
      ["list": "worst-of", "items": [["url": "hxxps://one[.]example/x", "case_reference": "A"]]],
      as: "police-jm")
    let text = try await world.ask(
      "POST", Self.target + "&case_reference=A", as: "police-jm",
      body: Array("# mine\n\nhttps://two.example/x\n".utf8),
      type: "text/plain; charset=utf-8")
    let csv = try await world.ask(
      "POST", Self.target, as: "police-jm",
      body: Array("url,case_reference\nhttps://three.example/x,A\n".utf8),
      type: "text/csv")
    #expect([json.status, text.status, csv.status] == [201, 201, 201])
    let items = [json, text, csv].compactMap { $0.json["items"]?.arrayValue?.first }
    #expect(items.compactMap { $0["line"]?.integerValue } == [1, 3, 2])
    #expect(
      items.compactMap { $0["entry"]?.stringValue } == [".one.example", ".two.example", ".three.example"])
    #expect(items.first?["understood"] == "https://one.example/x")
  }

  @Test func `one refused item refuses a batch, and nothing is stored`() async throws {
    let world = try await World()
    let lines = Array("https://good.example/\nhttp://192.0.2.7/\n".utf8)
    let reply = try await world.ask("POST", Self.target, as: "police-jm", body: lines, type: "text/plain")
    #expect(reply.status == 422 && reply.problem == "submission-refused")
    let items = try #require(reply.json["items"]?.arrayValue)
    #expect(items.count == 1 && items[0]["line"] == 2 && items[0]["refusal"]?["rule"] == "ip-address")
    #expect(items[0]["refusal"]?["column"] == 8)
    #expect(try await world.get("/v1/submissions", as: "police-jm").json["items"] == [])
    let each = try await world.ask(
      "POST", Self.target + "&mode=each", as: "police-jm", body: lines, type: "text/plain")
    #expect(each.status == 201 && each.json["accepted"] == 1 && each.json["refused"] == 1)
    #expect(
      each.json["items"]?.arrayValue?.compactMap { $0["outcome"]?.stringValue } == ["created", "refused"])
  }

  @Test func `more items than are stored at once are answered in their order, those refused among them`()
    async throws
  {
    let world = try await World()
    let count = 5 * 1_000 + 50
    let lines = (1...count).map { $0 % 7 == 0 ? "http://192.0.2.7/" : "https://n\($0 % 1_500).example/" }
    let reply = try await world.ask(
      "POST", Self.target + "&mode=each", as: "police-jm", body: Array(lines.joined(separator: "\n").utf8),
      type: "text/plain")
    let items = try #require(reply.json["items"]?.arrayValue)
    #expect(items.compactMap { $0["line"]?.integerValue } == (1...Int64(count)).map { $0 })
    let outcomes = items.compactMap { $0["outcome"]?.stringValue }
    #expect(outcomes.indices.allSatisfy { (outcomes[$0] == "refused") == (($0 + 1) % 7 == 0) })
    #expect(reply.json["refused"]?.integerValue == Int64(count / 7))
    #expect(reply.json["accepted"]?.integerValue == Int64(count - count / 7))
    #expect(reply.json["joined"]?.integerValue == Int64(outcomes.count { $0 == "joined" }))
    #expect(
      items.indices.allSatisfy {
        outcomes[$0] == "refused" || items[$0]["understood"]?.stringValue == lines[$0]
      })
  }

  @Test func `a batch in which nothing is good is refused in any mode`() async throws {
    let world = try await World()
    let reply = try await world.ask(
      "POST", Self.target + "&mode=each", as: "police-jm", body: Array("https://www.bank.example/\n".utf8),
      type: "text/plain")
    #expect(reply.status == 422 && reply.problem == "submission-refused")
    #expect(reply.json["items"]?.arrayValue?.first?["refusal"]?["rule"] == "guarded-name")
  }

  @Test func `a second report joins the first`() async throws {
    let world = try await World()
    let first = try await world.submit("https://twice.example/a")
    let reply = try await world.post(
      "/v1/submissions", ["list": "worst-of", "items": [["url": "https://www.twice.example/b"]]],
      as: "police-gy")
    #expect(reply.json["joined"] == 1)
    #expect(reply.json["items"]?.arrayValue?.first?["id"]?.stringValue == first.first)
    let seen = try await world.get("/v1/submissions/\(first[0])", as: "police-jm")
    #expect(seen.json["reports"]?.arrayValue?.count == 2)
  }

  @Test(arguments: [
    ("{", 400, "malformed-json"), (#"{"items":[{"url":"https://x.example/"}]}"#, 400, "missing-parameter"),
    (#"{"list":"none","items":[{"url":"https://x.example/"}]}"#, 404, "list-not-found"),
    (#"{"list":"worst-of","items":[]}"#, 422, "empty-submission"),
    (#"{"list":"worst-of","items":[{"url":"https://x.example/"}],"file":"x"}"#, 422, "malformed-request"),
    (#"{"list":"worst-of","items":[{"url":"https://x.example/","image":"x"}]}"#, 422, "submission-refused"),
  ])
  func `a body that is not right is refused`(body: String, status: Int, problem: String) async throws {
    let world = try await World()
    let reply = try await world.ask(
      "POST", "/v1/submissions", as: "police-jm", body: Array(body.utf8), type: "application/json")
    #expect(reply.status == status && reply.problem == problem, "\(reply.text)")
  }

  @Test func `too many items and a broken CSV are refused`() async throws {
    let world = try await World([("submissions.items_per_request", "2")])
    func send(_ text: String, _ type: String) async throws -> Reply {
      try await world.ask("POST", Self.target, as: "police-jm", body: Array(text.utf8), type: type)
    }
    let many = try await send("https://a.example/\nhttps://b.example/\nhttps://c.example/\n", "text/plain")
    #expect(many.status == 413 && many.problem == "too-many-items")
    #expect(try await send("address\nhttps://a.example/\n", "text/csv").problem == "malformed-csv-header")
    #expect(try await send("url\n\"https://a.example/\n", "text/csv").problem == "unterminated-quote")
  }

  @Test func `a submitter sees their own reports only, a reviewer all of them, masked`() async throws {
    let world = try await World()
    let mine = try await world.submit("https://reported.example/", as: "police-jm")
    #expect(try await world.get("/v1/submissions", as: "police-jm").text.contains("reported"))
    #expect(try await world.get("/v1/submissions", as: "hotline-is").json["items"] == [])
    #expect(
      try await world.get("/v1/submissions/\(mine[0])", as: "hotline-is").problem == "submission-not-found")
    let masked = try await world.get("/v1/submissions", as: "police-tt")
    #expect(masked.json["items"]?.arrayValue?.count == 1 && !masked.text.contains("reported"))
    #expect(try await world.get("/v1/submissions?mine=true", as: "police-tt").json["items"] == [])
    let revealed = try await world.get("/v1/submissions/\(mine[0])?reveal=true", as: "police-tt")
    #expect(revealed.text.contains("https://reported.example/"))
    #expect(try await world.get("/v1/audit", as: "auditor").text.contains("submission-revealed"))
    #expect(try await world.get("/v1/submissions/sub_99", as: "police-tt").status == 404)
    #expect(try await world.get("/v1/submissions/nonsense", as: "police-tt").status == 404)
  }

  @Test func `pages follow one another without a gap`() async throws {
    let world = try await World()
    try await world.submit("https://a.example/", "https://b.example/", "https://c.example/")
    let first = try await world.get("/v1/submissions?limit=2", as: "police-jm").json
    let next = try #require(first["next"]?.integerValue)
    let second = try await world.get("/v1/submissions?limit=2&after=\(next)", as: "police-jm").json
    #expect(second["items"]?.arrayValue?.count == 1 && second["next"] == .null)
  }

  @Test func `too many requests in a minute are refused, until time has passed`() async throws {
    let world = try await World([("submissions.requests_per_minute", "2")])
    try await world.submit("https://a.example/")
    try await world.submit("https://b.example/")
    let item: JSONValue = ["list": "worst-of", "items": [["url": "https://c.example/"]]]
    let refused = try await world.post("/v1/submissions", item, as: "police-jm")
    #expect(refused.status == 429 && refused.problem == "rate-limited" && refused["Retry-After"] == "30")
    #expect(try await world.post("/v1/submissions", item, as: "police-gy").status == 201)
    world.clock.pass(30)
    #expect(try await world.post("/v1/submissions", item, as: "police-jm").status == 201)
  }

  @Test func `an idempotency key repeats the answer, and refuses another request`() async throws {
    let world = try await World()
    let body: JSONValue = ["list": "worst-of", "items": [["url": "https://once.example/"]]]
    let key: HTTPFields = ["Idempotency-Key": "k1"]
    let first = try await world.post("/v1/submissions", body, as: "police-jm", fields: key)
    let second = try await world.post("/v1/submissions", body, as: "police-jm", fields: key)
    #expect(first.status == 201 && second.status == 201 && first.octets == second.octets)
    #expect(first["Idempotency-Replayed"] == nil && second["Idempotency-Replayed"] == "true")
    let other: JSONValue = ["list": "worst-of", "items": [["url": "https://other.example/"]]]
    let refused = try await world.post("/v1/submissions", other, as: "police-jm", fields: key)
    #expect(refused.status == 422 && refused.problem == "idempotency-key-reused")
    #expect(try await world.post("/v1/submissions", other, as: "police-gy", fields: key).status == 201)
    let long: HTTPFields = ["Idempotency-Key": String(repeating: "k", count: 256)]
    #expect(
      try await world.post("/v1/submissions", other, as: "police-gy", fields: long).problem == "invalid-field"
    )
  }
}
