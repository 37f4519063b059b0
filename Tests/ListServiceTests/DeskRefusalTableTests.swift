// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import HTTPMessages
import HTTPServing
import ListService
import StrictJSON
import Testing

/// The rule table, fifth part: claims, panels, questions, appeals and releases, through the API.
@Suite struct DeskRefusalTableTests {
  typealias Row = DeskRuleTableTests.Row

  private static func one(_ world: World) async throws { try await world.submit("https://a.bad.example/") }
  private static func listed(_ world: World) async throws { try await world.list("https://bad.example/") }

  private static func claim(_ person: String, _ world: World) async throws -> Reply {
    try await world.ask("POST", "/v1/submissions/sub_1/claim", as: person)
  }
  private static func giveBack(_ world: World) async throws -> Reply {
    try await world.ask("DELETE", "/v1/submissions/sub_1/claim", as: "police-tt")
  }

  // MARK: Claims, panels, questions

  private static func panel(_ world: World, _ changes: JSONObject = [:]) async throws -> Reply {
    var body = PanelTests.panel.objectValue ?? [:]
    for (key, value) in changes.members { body[key] = value }
    return try await world.post("/v1/panels", .object(body), as: "admin-one")
  }
  private static func panelled(_ world: World) async throws {
    try await one(world)
    _ = try await panel(world)
  }
  private static func look(_ panel: String, _ person: String, _ world: World) async throws -> Reply {
    try await world.post(
      "/v1/submissions/sub_1/second-look", ["panel": .string(panel), "reason": "it changed hands"], as: person
    )
  }
  private static func removePanel(_ id: String, _ world: World) async throws -> Reply {
    try await world.ask("DELETE", "/v1/panels/\(id)", as: "admin-one")
  }
  private static func answer(_ world: World) async throws -> Reply {
    try await world.post("/v1/submissions/sub_1/information", ["text": "the first page"], as: "police-jm")
  }

  static let desk: [Row] = [
    Row(
      problem: .claimedTooLong, settings: [("claims", "{ minutes: 10, in_a_row: 2 }")], before: one,
      keeps: {
        _ = try await claim("police-tt", $0)
        $0.clock.pass(599)
        return try await claim("police-tt", $0)
      },
      breaks: {
        $0.clock.pass(601)
        return try await claim("police-tt", $0)
      }),
    Row(
      problem: .claimNotFound,
      before: {
        try await one($0)
        _ = try await claim("police-tt", $0)
      }, keeps: { try await giveBack($0) }, breaks: { try await giveBack($0) }),
    Row(
      problem: .panelNotFound, before: panelled, keeps: { try await removePanel("caribbean", $0) },
      breaks: { try await removePanel("caribbean", $0) }),
    Row(
      problem: .panelChairRequired, before: panelled, keeps: { try await look("caribbean", "police-bb", $0) },
      breaks: { try await look("caribbean", "police-gy", $0) }),
    Row(
      problem: .panelMemberNotReviewer, keeps: { try await panel($0, ["members": ["police-gy"]]) },
      breaks: { try await panel($0, ["members": ["police-gy", "hotline-is"]]) }),
    Row(
      problem: .panelInUse,
      before: {
        try await panelled($0)
        _ = try await panel($0, ["id": "idle"])
        _ = try await look("caribbean", "police-bb", $0)
      }, keeps: { try await removePanel("idle", $0) }, breaks: { try await removePanel("caribbean", $0) }),
    Row(
      problem: .secondLookAlreadyRequired, before: panelled,
      keeps: { try await look("caribbean", "police-bb", $0) },
      breaks: { try await look("caribbean", "police-bb", $0) }),
    Row(
      problem: .noOpenQuestion,
      before: {
        try await one($0)
        _ = try await $0.post(
          "/v1/submissions/sub_1/reviews", ["decision": "needs-information", "reason": "which page?"],
          as: "police-tt")
      }, keeps: { try await answer($0) }, breaks: { try await answer($0) }),
    // What is asked of a submission that is decided.
    Row(
      problem: .notReviewable, before: one,
      keeps: { try await $0.get("/v1/submissions/sub_1/approval-text", as: "police-tt") },
      breaks: {
        try await reject($0)
        return try await $0.get("/v1/submissions/sub_1/approval-text", as: "police-tt")
      }),
    Row(
      problem: .notReviewable,
      before: {
        try await one($0)
        try await ask("police-gy", $0)
      }, keeps: { try await answer($0) },
      breaks: {
        try await ask("police-bb", $0)
        try await reject($0)
        return try await answer($0)
      }),
    Row(
      problem: .scopeOutsideReport, before: one,
      keeps: { try await $0.get("/v1/submissions/sub_1/approval-text?scope=host", as: "police-tt") },
      breaks: {
        try await $0.get("/v1/submissions/sub_1/approval-text?scope=.b.bad.example", as: "police-tt")
      }),
    Row(
      problem: .scopeCoversPublicSuffix,
      before: { try await $0.submit("https://www.quay.harbour.example/") },
      keeps: {
        try await $0.get("/v1/submissions/sub_1/approval-text?scope=.quay.harbour.example", as: "police-tt")
      },
      breaks: { try await $0.get("/v1/submissions/sub_1/approval-text?scope=registrable", as: "police-tt") }),
    Row(
      problem: .notReviewable, before: one, keeps: { try await claim("police-tt", $0) },
      breaks: {
        try await reject($0)
        return try await claim("police-tt", $0)
      }),
    Row(
      problem: .notReviewable, before: panelled, keeps: { try await look("caribbean", "police-bb", $0) },
      breaks: {
        try await reject($0)
        return try await look("caribbean", "police-bb", $0)
      }),
  ]

  private static func ask(_ person: String, _ world: World) async throws {
    let asked = try await world.post(
      "/v1/submissions/sub_1/reviews", ["decision": "needs-information", "reason": "which page?"], as: person)
    #expect(asked.status == 201, "\(asked.text)")
  }

  private static func reject(_ world: World) async throws {
    let rejected = try await world.post(
      "/v1/submissions/sub_1/reviews", ["decision": "reject", "reason": "gone"], as: "police-tt")
    #expect(rejected.status == 201, "\(rejected.text)")
  }

  // MARK: Appeals

  /// Files an appeal, and gives it to an officer whose country had no part in what is listed.
  private static func filed(_ name: String, _ world: World) async throws -> String {
    let body: JSONValue = ["name": .string(name), "statement": "it is my shop"]
    let filed = try await world.ask(
      "POST", "/v1/appeals", body: body.encoded(), type: "application/json",
      from: ConnectionFacts(peerAddress: "192.0.2.9", isLoopback: false, tls: true))
    let id = try #require(filed.json["case"]?.stringValue)
    let given = try await world.post(
      "/v1/appeals/\(id)/assignment", ["reviewer": "police-gy"], as: "admin-one")
    #expect(given.status == 200, "\(given.text)")
    return id
  }
  private static func decide(_ id: String, _ word: String, as person: String = "police-gy", _ world: World)
    async throws -> Reply
  {
    try await world.post("/v1/appeals/\(id)/decision", AppealTests.decision(word), as: person)
  }

  static let appeals: [Row] = [
    Row(
      problem: .appealNotFound, before: listed,
      keeps: { try await decide(filed("bad.example", $0), "keep", $0) },
      breaks: { try await decide("0000-0000-0000", "keep", $0) }),
    Row(
      problem: .appealNotAssignedToYou, before: listed,
      keeps: { try await decide(filed("bad.example", $0), "keep", $0) },
      breaks: { try await decide(filed("bad.example", $0), "keep", as: "police-bb", $0) }),
    Row(
      problem: .appealNameListed, before: listed,
      keeps: { try await decide(filed("free.example", $0), "not-listed", $0) },
      breaks: { try await decide(filed("bad.example", $0), "not-listed", $0) }),
    Row(
      problem: .appealNothingListed, before: listed,
      keeps: { try await decide(filed("bad.example", $0), "remove", $0) },
      breaks: { try await decide(filed("free.example", $0), "remove", $0) }),
  ]

  @Test func `an appeal is decided once`() async throws {
    let world = try await World()
    try await Self.listed(world)
    let id = try await Self.filed("bad.example", world)
    #expect(try await Self.decide(id, "keep", world).status == 200)
    let again = try await Self.decide(id, "keep", world)
    #expect(again.status == 409 && again.problem == "appeal-already-decided")
  }

  // MARK: Releases

  private static func publish(_ world: World) async throws -> Reply {
    try await world.post("/v1/lists/worst-of/releases", [:], as: "admin-one")
  }
  private static func revert(_ world: World) async throws -> Reply {
    try await world.post("/v1/lists/worst-of/releases/1/revert", ["reason": "wrong"], as: "admin-one")
  }

  static let releases: [Row] = [
    Row(
      problem: .nothingToPublish,
      before: {
        try await one($0)
        for person in ["police-tt", "police-bb"] { _ = try await $0.approve("sub_1", as: person) }
      }, keeps: { try await publish($0) }, breaks: { try await publish($0) }),
    Row(
      problem: .nothingToRevert, before: listed, keeps: { try await revert($0) },
      breaks: { try await revert($0) }),
  ]

  @Test(arguments: desk + appeals + releases) func `the desk keeps the rule and breaks it`(row: Row)
    async throws
  {
    try await row.judge()
  }
}
