// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import HTTPMessages
import StrictJSON
import Testing

@Suite struct ReviewTests {
  @Test func `two countries list a name, one does not`() async throws {
    let world = try await World()
    let id = try await world.submit("https://two.example/")[0]
    let first = try await world.approve(id, as: "police-tt")
    #expect(first.status == 201 && first.json["state"] == "open" && first.json["approvals"] == 1)
    #expect(first.json["entry_id"] == nil)
    let second = try await world.approve(id, as: "police-bb")
    #expect(second.status == 201 && second.json["state"] == "listed")
    #expect(second.json["countries"] == ["BB", "TT"])
    #expect(second.json["entry_id"] == "ent_1" && second.json["lease_until"]?.stringValue != nil)
  }

  @Test func `each way around the two countries has its own refusal`() async throws {
    let world = try await World()
    let id = try await world.submit("https://two.example/")[0]
    #expect(try await world.approve(id, as: "police-jm").problem == "own-submission")
    #expect(try await world.approve(id, as: "police-tt").status == 201)
    let again = try await world.approve(id, as: "police-tt")
    #expect(again.status == 409 && again.problem == "already-reviewed")
    let country = try await world.approve(id, as: "police-tt-two")
    #expect(country.status == 409 && country.problem == "country-already-approved")
    #expect(try await world.approve(id, as: "police-bb").status == 201)
    let late = try await world.approve(id, as: "police-gy")
    #expect(late.status == 409 && late.problem == "not-reviewable" && late.json["state"] == "listed")
    #expect(try await world.approve("sub_9", as: "police-gy").problem == "submission-not-found")
    #expect(try await world.approve("nonsense", as: "police-gy").problem == "submission-not-found")
  }

  @Test func `who approved by mistake rejects, and the other country's approval finds it closed`()
    async throws
  {
    let world = try await World()
    let ids = try await world.submit("https://two.example/", "https://three.example/")
    let reason: JSONValue = ["decision": "reject", "reason": "it was the wrong host"]
    #expect(try await world.approve(ids[0], as: "police-tt").status == 201)
    let back = try await world.post("/v1/submissions/\(ids[0])/reviews", reason, as: "police-tt")
    #expect(back.status == 201 && back.json["state"] == "rejected")
    #expect(try await world.approve(ids[0], as: "police-bb").problem == "not-reviewable")
    let reviews = try await world.get("/v1/submissions/\(ids[0])", as: "auditor").json["reviews"]?.arrayValue
    #expect(reviews?.compactMap { $0["decision"]?.stringValue } == ["approve", "reject"])
    // Not once it is listed: that takes a suspension.
    _ = try await world.approve(ids[1], as: "police-tt")
    #expect(try await world.approve(ids[1], as: "police-bb").json["state"] == "listed")
    let late = try await world.post("/v1/submissions/\(ids[1])/reviews", reason, as: "police-tt")
    #expect(late.status == 409 && late.problem == "not-reviewable")
  }

  @Test(arguments: [
    (#"{"decision":"approve"}"#, 422, "criteria-incomplete"),
    (
      #"{"decision":"approve","criteria":{"id":"baseline","version":1,"answers":{"real":true}}}"#, 422,
      "criteria-incomplete"
    ),
    (
      #"{"decision":"approve","criteria":{"id":"baseline","version":1,"answers":{"real":true,"severe":false}}}"#,
      422,
      "criteria-not-met"
    ),
    (
      #"{"decision":"approve","criteria":{"id":"baseline","version":2,"answers":{"real":true,"severe":true}}}"#,
      422,
      "criteria-version-superseded"
    ),
    (#"{"decision":"maybe"}"#, 422, "invalid-field"), (#"{}"#, 422, "invalid-field"),
    (#"[]"#, 422, "invalid-field"),
    (#"{"decision":"reject","why":"x"}"#, 422, "unknown-field"),
    (#"{"decision":"reject""#, 400, "malformed-body"),
    (#"{"decision":"reject","decision":"approve"}"#, 400, "malformed-body"),
    (
      #"{"decision":"approve","scope":".example","criteria":{"id":"baseline","version":1,"answers":{"real":true,"severe":true}}}"#,
      422, "scope-wider-than-registrable"
    ),
    (
      #"{"decision":"approve","scope":"everything","criteria":{"id":"baseline","version":1,"answers":{"real":true,"severe":true}}}"#,
      422, "invalid-field"
    ),
    (
      #"{"decision":"approve","scope":".other.example","criteria":{"id":"baseline","version":1,"answers":{"real":true,"severe":true}}}"#,
      422, "scope-outside-report"
    ),
  ])
  func `a review that is not right is refused`(body: String, status: Int, problem: String) async throws {
    let world = try await World()
    let id = try await world.submit("https://deep.down.example/")[0]
    let reply = try await world.ask(
      "POST", "/v1/submissions/\(id)/reviews", as: "police-tt", body: Array(body.utf8),
      type: "application/json")
    #expect(reply.status == status && reply.problem == problem, "\(reply.text)")
    #expect(try await world.get("/v1/submissions/\(id)", as: "police-jm").json["reviews"] == [])
  }

  @Test func `a rejection closes, a question does not`() async throws {
    let world = try await World()
    let ids = try await world.submit("https://a.example/", "https://b.example/")
    let asked = try await world.post(
      "/v1/submissions/\(ids[0])/reviews", ["decision": "needs-information", "reason": "which page?"],
      as: "police-tt")
    #expect(asked.status == 201 && asked.json["state"] == "open")
    let rejected = try await world.post(
      "/v1/submissions/\(ids[1])/reviews", ["decision": "reject", "reason": "not a child"], as: "police-tt")
    #expect(rejected.status == 201 && rejected.json["state"] == "rejected")
  }

  @Test func `a guarded name is refused, a narrow one needs one host and a third country`() async throws {
    let world = try await World()
    let id = try await world.submit("https://one.shared.example/")[0]
    var wide = World.approval.objectValue ?? [:]
    wide["scope"] = "subtree"
    let refused = try await world.post("/v1/submissions/\(id)/reviews", .object(wide), as: "police-tt")
    #expect(refused.status == 422 && refused.problem == "guarded-name-needs-host-scope")
    var states: [JSONValue?] = []
    for person in ["police-tt", "police-bb", "police-gy"] {
      states.append(try await world.approve(id, as: person).json["state"])
    }
    #expect(states == ["open", "open", "listed"])
  }

  @Test func `the queue is masked unless revealed, and the audit trail knows`() async throws {
    let world = try await World()
    try await world.submit("https://hidden.name.example/page")
    let masked = try await world.get("/v1/reviews/queue?list=worst-of", as: "police-tt")
    let item = try #require(masked.json["items"]?.arrayValue?.first)
    #expect(item["entry"] == ".h••.n••.example" && item["urls"] == nil && !masked.text.contains("hidden"))
    #expect(!(try await world.get("/v1/audit", as: "auditor").text.contains("queue-revealed")))
    let revealed = try await world.get("/v1/reviews/queue?reveal=true", as: "police-tt")
    #expect(revealed.json["items"]?.arrayValue?.first?["urls"] == ["https://hidden.name.example/page"])
    let audit = try await world.get("/v1/audit", as: "auditor")
    #expect(audit.text.contains("queue-revealed") && !audit.text.contains("hidden"))
    #expect(try await world.get("/v1/reviews/queue", as: "police-jm").json["items"] == [])
    #expect(try await world.get("/v1/reviews/queue?list=none", as: "police-tt").problem == "list-not-found")
  }

  @Test func `many reviews are one request, each by itself`() async throws {
    let world = try await World()
    let ids = try await world.submit("https://a.example/", "https://b.example/")
    func bulk(_ ids: [String], as person: String, key: String? = nil) async throws -> Reply {
      let reviews: [JSONValue] = ids.map { id in
        var review = World.approval.objectValue ?? [:]
        review["submission"] = .string(id)
        return .object(review)
      }
      return try await world.post(
        "/v1/reviews", ["reviews": .array(reviews)], as: person,
        fields: key.map { ["Idempotency-Key": $0] } ?? [:])
    }
    let first = try await bulk([ids[0], "sub_99", ids[1]], as: "police-tt", key: "k")
    #expect(first.status == 200)
    let items = try #require(first.json["items"]?.arrayValue)
    #expect(items.map { $0["state"]?.stringValue } == ["open", nil, "open"])
    #expect(items[1]["problem"]?["type"] == "/problems/submission-not-found")
    let replayed = try await bulk([ids[0], "sub_99", ids[1]], as: "police-tt", key: "k")
    #expect(replayed.octets == first.octets && replayed["Idempotency-Replayed"] == "true")
    let second = try await bulk(ids, as: "police-bb")
    #expect(second.json["items"]?.arrayValue?.map { $0["state"]?.stringValue } == ["listed", "listed"])
    let own = try await bulk(ids, as: "police-jm")
    #expect(own.json["items"]?.arrayValue?.first?["problem"]?["type"] == "/problems/not-reviewable")
    #expect(try await bulk(["nonsense"], as: "police-tt").problem == "invalid-field")
    #expect(
      try await bulk(Array(repeating: ids[0], count: 1001), as: "police-tt").problem == "too-many-items")
  }

  @Test func `the criteria in force can be read`() async throws {
    let world = try await World()
    let reply = try await world.get("/v1/criteria?list=worst-of", as: "police-tt")
    #expect(
      reply.json["items"]?.arrayValue?.first?["items"]?.arrayValue?.map { $0["key"] } == ["real", "severe"])
    #expect(try await world.get("/v1/criteria?list=none", as: "police-tt").problem == "list-not-found")
  }
}
