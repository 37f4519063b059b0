// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import StrictJSON
import Testing

/// What submitters say on the criteria: shown, kept, and no review.
@Suite struct ReportedAnswersTests {
  private static let answers: JSONValue = [
    "id": "baseline", "version": 1, "answers": ["real": true, "severe": false],
  ]

  @Test func `answers are shown to reviewers, those of a duplicate too, and count for nothing`() async throws
  {
    let world = try await World()
    func submit(_ answers: JSONValue?, _ person: String) async throws -> String {
      var item: JSONObject = ["url": "https://a.example/"]
      item["criteria"] = answers
      let reply = try await world.post(
        "/v1/submissions", ["list": "worst-of", "items": [.object(item)]], as: person)
      #expect(reply.status == 201, "\(reply.text)")
      return try #require(reply.json["items"]?.arrayValue?.first?["id"]?.stringValue)
    }
    let id = try await submit(Self.answers, "police-jm")
    #expect(try await submit(nil, "police-jm") == id)
    #expect(
      try await submit(["id": "baseline", "version": 1, "answers": ["real": true]], "hotline-is") == id)
    let seen = try await world.get("/v1/submissions/\(id)", as: "police-tt").json
    let reports = try #require(seen["reports"]?.arrayValue)
    #expect(
      reports.map { $0["criteria"] ?? .null } == [
        Self.answers, .null, ["id": "baseline", "version": 1, "answers": ["real": true]],
      ])
    #expect(seen["state"] == "open" && seen["reviews"]?.arrayValue?.isEmpty == true)
  }

  @Test func `a sheet has a column for each answer, and an empty cell says nothing`() async throws {
    let world = try await World()
    let sheet = """
      url,Criteria,criteria.real,Criteria.severe
      a.example,baseline/1,yes,
      b.example,baseline/1,TRUE,no
      c.example,,,
      d.example,,yes,
      """
    let reply = try await world.ask(
      "POST", "/v1/submissions?list=worst-of&mode=each", as: "police-jm", body: Array(sheet.utf8),
      type: "text/csv")
    let items = try #require(reply.json["items"]?.arrayValue)
    #expect(items.map { $0["refusal"]?["rule"]?.stringValue ?? "" } == ["", "", "", "invalid-answer"])
    let page =
      try await world.get("/v1/submissions?mine=true", as: "police-jm").json["items"]?.arrayValue ?? []
    #expect(
      page.map { $0["reports"]?.arrayValue?.first?["criteria"]?["answers"] ?? .null } == [
        ["real": true], ["real": true, "severe": false], .null,
      ])
  }

  @Test(arguments: [
    "url,criteria\na.example,baseline/1\n", "url,criteria.real\na.example,yes\n",
    "url,criteria,criteria.\na.example,baseline/1,yes\n",
    "url,criteria,criteria.real,criteria.real\na.example,x,y,z\n",
  ]) func `half of the columns, or one twice, is refused`(sheet: String) async throws {
    let world = try await World()
    let reply = try await world.ask(
      "POST", "/v1/submissions?list=worst-of", as: "police-jm", body: Array(sheet.utf8), type: "text/csv")
    #expect(reply.problem == "malformed-csv-header", "\(reply.text)")
  }
}
