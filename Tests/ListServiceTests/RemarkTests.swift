// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import ListService
import StrictJSON
import Testing

/// What people write for people, wherever they do: it says something, and carries no file.
@Suite struct RemarkTests {
  static let places: [(path: String, field: String, person: String, others: JSONObject)] = [
    ("/v1/entries/ent_1/suspend", "reason", "admin-one", [:]),
    ("/v1/lists/worst-of/holds", "reason", "isp-coral", ["version": 1]),
    ("/v1/lists/worst-of/holds/lift", "reason", "admin-one", [:]),
    ("/v1/lists/worst-of/releases/1/revert", "reason", "admin-one", [:]),
    ("/v1/appeals", "statement", "police-gy", ["name": "bad.example"]),
    ("/v1/submissions/sub_2/second-look", "reason", "police-gy", ["panel": "none"]),
    ("/v1/agencies", "name", "admin-one", ["id": "unit-one", "country": "JM", "kind": "police"]),
    ("/v1/principals", "name", "admin-one", ["id": "new-one", "agency": "unit-jm", "roles": ["submitter"]]),
    (
      "/v1/panels", "name", "admin-one",
      ["id": "east", "list": "worst-of", "chair": "police-gy", "members": ["police-gy", "police-bb"]]
    ),
  ]

  @Test(arguments: places)
  func `a file is refused by name, and blanks and marks alone are no words`(
    path: String, field: String, person: String, others: JSONObject
  ) async throws {
    let world = try await World()
    try await world.list("https://bad.example/")
    _ = try await world.submit("https://open.example/")
    func problem(_ text: String) async throws -> String? {
      var body = others
      body[field] = .string(text)
      return try await world.post(path, .object(body), as: person).problem
    }
    #expect(try await problem("iVBORw0KGgoAAAANSUhEUgAAAAEAAAAB") == "embedded-content")
    #expect(try await problem("FF D8 FF E0 00 10 4A 46 49 46 00 01 01 00 00 01") == "embedded-content")
    for text in ["", "  ", "-- ?!", "\u{3000}"] {
      #expect(try await problem(text) == "invalid-field", "\(text)")
    }
    let last = try await problem("x")
    #expect(last != "invalid-field" && last != "embedded-content")
  }

  @Test func `the reason of a guard carries no file`() async throws {
    let world = try await World()
    func guarding(_ reason: String) async throws -> Reply {
      try await world.post(
        "/v1/guard", ["items": [["name": "a.example", "level": "never", "reason": .string(reason)]]],
        as: "admin-one")
    }
    let refused = try await guarding("iVBORw0KGgoAAAANSUhEUgAAAAEAAAAB")
    #expect(refused.problem == "embedded-content" && refused.json["pointer"] == "/items/0/reason")
    #expect(try await guarding("the civil registry").status == 201)
  }
}
