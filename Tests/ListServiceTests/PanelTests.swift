// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import HTTPMessages
import StrictJSON
import Testing

@Suite struct PanelTests {
  static let panel: JSONValue = [
    "id": "caribbean", "name": "Caribbean", "list": "worst-of", "chair": "police-bb",
    "members": ["police-gy"],
  ]

  @Test func `a chair asks for a second look, and the panel's member lists`() async throws {
    let world = try await World()
    let saved = try await world.post("/v1/panels", Self.panel, as: "admin-one")
    #expect(saved.status == 201 && saved.json["members"] == ["police-bb", "police-gy"])
    let id = try await world.submit("https://two.example/")[0]
    let path = "/v1/submissions/\(id)/second-look"
    let look: JSONValue = ["panel": "caribbean", "reason": "it changed hands"]
    let made = try await world.post(path, look, as: "police-bb")
    #expect(made.status == 201 && made.json["chair"] == "police-bb")
    #expect(try await world.approve(id, as: "police-tt").json["second_look"]?["panel"] == "caribbean")
    #expect(try await world.approve(id, as: "police-bb").json["state"] == "open")
    let item = try await world.get("/v1/reviews/queue", as: "police-gy").json["items"]?.arrayValue?.first
    #expect(item?["second_look"]?["chair"] == "police-bb" && item?["second_look"]?["reason"] == .null)
    let seen = try await world.get("/v1/reviews/queue?reveal=true", as: "police-gy").json["items"]
    #expect(seen?.arrayValue?.first?["second_look"]?["reason"] == "it changed hands")
    #expect(
      try await world.get("/v1/submissions/\(id)", as: "police-bb").json["second_look"]?["reason"]
        == "it changed hands")
    #expect(try await world.ask("DELETE", "/v1/panels/caribbean", as: "admin-one").problem == "panel-in-use")
    let last = try await world.approve(id, as: "police-gy")
    #expect(last.json["state"] == "listed" && last.json["second_look"] == nil)
    #expect(last.json["countries"] == ["BB", "GY", "TT"])
    #expect(try await world.ask("DELETE", "/v1/panels/caribbean", as: "admin-one").status == 204)
  }

  @Test func `each way a panel can fail has its own refusal`() async throws {
    let world = try await World()
    func save(_ changes: JSONObject, as person: String = "admin-one") async throws -> String? {
      var body = Self.panel.objectValue ?? [:]
      for (key, value) in changes.members { body[key] = value }
      return try await world.post("/v1/panels", .object(body), as: person).problem
    }
    #expect(try await save([:], as: "police-bb") == "role-required")
    #expect(try await save(["members": []]) == "invalid-field", "a chair alone is no panel")
    #expect(try await save(["members": [1]]) == "invalid-field")
    #expect(try await save(["list": "none"]) == "list-not-found")
    #expect(try await save(["chair": "nobody"]) == "principal-not-found")
    #expect(try await save(["members": ["hotline-is"]]) == "panel-member-not-reviewer")
    #expect(try await save(["members": .array((0...100).map { .string("p\($0)") })]) == "too-many-items")
    #expect(try await save([:]) == nil)
    #expect(
      try await world.get("/v1/panels", as: "auditor").json["items"]?.arrayValue?.first?["chair"]
        == "police-bb")
    #expect(try await world.ask("DELETE", "/v1/panels/none", as: "admin-one").problem == "panel-not-found")
    let id = try await world.submit("https://two.example/")[0]
    func look(_ panel: String, _ person: String, on id: String, reason: String = "x") async throws -> String?
    {
      try await world.post(
        "/v1/submissions/\(id)/second-look", ["panel": .string(panel), "reason": .string(reason)], as: person
      ).problem
    }
    #expect(try await look("none", "police-bb", on: id) == "panel-not-found")
    #expect(try await look("caribbean", "police-gy", on: id) == "panel-chair-required")
    #expect(try await look("caribbean", "police-bb", on: "sub_99") == "submission-not-found")
    let content = String(repeating: "data:image/png;base64,iVBORw0KGgo", count: 4)
    #expect(try await look("caribbean", "police-bb", on: id, reason: content) == "embedded-content")
    #expect(try await look("caribbean", "police-bb", on: id) == nil)
    #expect(try await look("caribbean", "police-bb", on: id) == "second-look-already-required")
    try await world.post(
      "/v1/submissions/\(id)/reviews", ["decision": "reject", "reason": "gone"], as: "police-tt")
    #expect(try await look("caribbean", "police-bb", on: id) == "not-reviewable")
  }

  @Test func `a question goes to the reporter and the answer to the reviewers, masked`() async throws {
    let world = try await World()
    let id = try await world.submit("https://asked.example/")[0]
    let path = "/v1/submissions/\(id)/information"
    #expect(try await world.post(path, ["text": "x"], as: "police-jm").problem == "no-open-question")
    let question: JSONValue = ["decision": "needs-information", "reason": "which page?"]
    #expect(try await world.post("/v1/submissions/\(id)/reviews", question, as: "police-tt").status == 201)
    let asked = try await world.get("/v1/submissions?mine=true&asked=true", as: "police-jm")
    #expect(asked.json["items"]?.arrayValue?.map { $0["id"] } == [.string(id)])
    #expect(try await world.post(path, ["text": "x"], as: "police-gy").problem == "submission-not-found")
    #expect(try await world.post(path, ["text": "x"], as: "admin-one").problem == "role-required")
    func sent(_ length: Int) async throws -> Reply {
      try await world.post(
        path, ["text": .string(String(repeating: "a ", count: length / 2))], as: "police-jm")
    }
    #expect(try await sent(1002).problem == "invalid-field")
    let file: JSONValue = ["text": .string("data:text/html;base64," + String(repeating: "QUJD", count: 60))]
    #expect(try await world.post(path, file, as: "police-jm").problem == "embedded-content")
    #expect(try await sent(1000).status == 201)
    #expect(try await sent(10).problem == "no-open-question")
    #expect(try await world.get("/v1/submissions?asked=true", as: "police-jm").json["items"] == [])
    func row(_ query: String) async throws -> JSONValue? {
      try await world.get("/v1/reviews/queue\(query)", as: "police-tt").json["items"]?.arrayValue?.first
    }
    let masked = try await row("")
    #expect(masked?["open_question"] == false && masked?["information"]?.arrayValue?.count == 1)
    #expect(masked?["information"]?.arrayValue?.first?["text"] == nil)
    #expect(try await row("?reveal=true")?["information"]?.arrayValue?.first?["text"] != nil)
    let own = try await world.get("/v1/submissions/\(id)", as: "police-jm")
    #expect(own.json["open_question"] == false && own.json["information"]?.arrayValue?.count == 1)
    #expect(try await world.approve(id, as: "police-tt").status == 201, "who asked may decide")
  }
}
