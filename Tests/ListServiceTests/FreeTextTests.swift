// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import StrictJSON
import Testing

/// No text that comes in and is shown to others steers a terminal or says another thing than it shows.
@Suite struct FreeTextTests {
  struct Place: Sendable, CustomTestStringConvertible {
    let path: String
    let person: String?
    let field: String
    var rest: JSONObject = [:]
    var testDescription: String { "\(path) \(field)" }
  }

  static let places: [Place] = [
    Place(path: "/v1/appeals", person: nil, field: "statement", rest: ["name": "a.example"]),
    Place(
      path: "/v1/appeals", person: nil, field: "contact", rest: ["name": "a.example", "statement": "mine"]),
    Place(path: "/v1/appeals", person: nil, field: "name", rest: ["statement": "mine"]),
    Place(
      path: "/v1/submissions/sub_1/reviews", person: "police-tt", field: "reason",
      rest: ["decision": "reject"]),
    Place(path: "/v1/submissions/sub_1/information", person: "police-jm", field: "text"),
    Place(
      path: "/v1/submissions/sub_1/second-look", person: "police-tt", field: "reason",
      rest: ["panel": "first"]),
    Place(path: "/v1/entries/ent_1/suspend", person: "admin-one", field: "reason"),
    Place(path: "/v1/lists/worst-of/releases/1/revert", person: "admin-one", field: "reason"),
    Place(path: "/v1/lists/worst-of/holds", person: "isp-coral", field: "reason", rest: ["version": 1]),
    Place(path: "/v1/lists/worst-of/holds/lift", person: "admin-one", field: "reason"),
    Place(
      path: "/v1/agencies", person: "admin-one", field: "name",
      rest: ["id": "new-one", "country": "JM", "kind": "police"]),
    Place(
      path: "/v1/principals", person: "admin-one", field: "name",
      rest: ["id": "new-one", "agency": "police-jm", "roles": ["submitter"]]),
    Place(
      path: "/v1/panels", person: "admin-one", field: "name",
      rest: ["id": "new-one", "list": "worst-of", "chair": "police-jm", "members": ["police-jm"]]),
  ]

  // C0, DEL, C1 (which begins a sequence on terminals), overrides and isolates of direction, zero width, soft hyphen, tags.
  @Test(
    arguments: places,
    [
      "\u{7}", "\u{7F}", "\u{85}", "\u{9B}", "\u{202E}", "\u{2066}", "\u{200B}", "\u{FEFF}", "\u{AD}",
      "\u{E0041}",
    ])
  func `a character that steers or hides is refused in words`(place: Place, character: String) async throws {
    let world = try await Self.world.value
    var body = place.rest
    body[place.field] = .string("in words \(character)and more")
    let reply = try await world.post(place.path, .object(body), as: place.person)
    #expect(reply.problem == "invalid-field", "\(reply.text)")
    #expect(reply.json["pointer"]?.stringValue == "/" + place.field)
    #expect(reply.json["detail"]?.stringValue?.contains("at 10") == true)
    #expect(!reply.text.unicodeScalars.contains { character.unicodeScalars.contains($0) })
  }

  @Test(arguments: ["\u{202E}", "\u{9B}", "\u{200B}"])
  func `a guard's reason and the appeal form too`(character: String) async throws {
    let world = try await Self.world.value
    let item: JSONValue = ["name": "a.example", "level": "never", "reason": .string("ours \(character)x")]
    #expect(try await world.post("/v1/guard", ["items": [item]], as: "admin-one").problem == "invalid-field")
    let coded = character.utf8.map { "%" + String($0, radix: 16, uppercase: true) }.joined()
    let form = try await world.ask(
      "POST", "/appeal", body: Array("name=a.example&statement=mine+\(coded)x".utf8),
      type: "application/x-www-form-urlencoded")
    #expect(form.status == 422 || form.status == 400, "\(form.text)")
  }

  @Test func `other scripts, joiners and lines where they belong are taken`() async throws {
    let world = try await Self.world.value
    let statement =
      "c\u{2019}est \u{E0} moi \u{1F469}\u{200D}\u{1F4BB}\n\u{645}\u{6CC}\u{200C}\u{62E}\u{648}\u{627}\u{647}\u{645}"
    let reply = try await world.post(
      "/v1/appeals", ["name": "a.example", "statement": .string(statement)], as: nil)
    #expect(reply.status == 201, "\(reply.text)")
  }

  private static let world = Task {
    let world = try await World([
      ("appeals.per_address_an_hour", "100000"), ("appeals.an_hour", "100000"),
    ])
    try await world.submit("https://bad.example/")
    try await world.list("https://other.example/")
    return world
  }
}
