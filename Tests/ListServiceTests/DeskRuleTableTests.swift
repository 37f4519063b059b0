// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Foundation
import HTTPMessages
import HTTPServing
import Ingest
import ListService
import StrictJSON
import Testing

/// The rule table, second part: each rule of bodies, reviews, signatures, leases and appeals that has a problem type, kept at its
/// edge and broken one past it, through the API.
@Suite struct DeskRuleTableTests {
  /// A rule: what has to stand before, then a request that keeps it and one that breaks it.
  struct Row: Sendable, CustomTestStringConvertible {
    typealias Ask = @Sendable (World) async throws -> Reply
    let problem: ProblemKind
    var settings: [(String, String)] = []
    var make = World.Make.usual
    var before: @Sendable (World) async throws -> Void = { _ in }
    let keeps: Ask
    let breaks: Ask
    var testDescription: String { problem.rawValue }

    /// Keeps the rule, and breaks it.
    func judge() async throws {
      let world = try await World(settings, make: make)
      try await before(world)
      let kept = try await keeps(world)
      #expect((200..<300).contains(kept.status), "\(problem.rawValue): \(kept.text)")
      let broken = try await breaks(world)
      #expect(broken.problem == problem.rawValue, "\(broken.status) \(broken.text)")
      #expect(broken.status == problem.description.status.code)
    }
  }

  private static func csv(_ text: String, _ world: World, _ query: String = "list=worst-of") async throws
    -> Reply
  {
    try await send(Array(text.utf8), "text/csv", query, world)
  }

  private static func send(
    _ octets: [UInt8], _ type: String, _ query: String, _ world: World, fields: HTTPFields = [:],
    as person: String = "police-jm"
  ) async throws -> Reply {
    try await world.ask(
      "POST", "/v1/submissions?\(query)", as: person, body: octets, type: type, fields: fields)
  }

  private static func text(
    _ lines: String, _ world: World, key: String? = nil, as person: String = "police-jm"
  )
    async throws -> Reply
  {
    var fields: HTTPFields = [:]
    fields["Idempotency-Key"] = key
    return try await send(Array(lines.utf8), "text/plain", "list=worst-of", world, fields: fields, as: person)
  }

  private static func review(_ id: String, _ body: JSONValue, as person: String, _ world: World) async throws
    -> Reply
  {
    try await world.post("/v1/submissions/\(id)/reviews", body, as: person)
  }

  private static func approval(
    _ answers: JSONValue = ["real": true, "severe": true], version: Int64 = 1, scope: String? = nil
  )
    -> JSONValue
  {
    var review: JSONObject = [
      "decision": "approve",
      "criteria": ["id": "baseline", "version": .integer(version), "answers": answers],
    ]
    review["scope"] = scope.map { .string($0) }
    return .object(review)
  }

  private static func guarding(_ name: String, _ level: String, _ world: World) async throws {
    let items: JSONValue = ["items": [["name": .string(name), "level": .string(level)]]]
    let guarded = try await world.post("/v1/guard", items, as: "admin-one")
    #expect(guarded.status == 201, "\(guarded.text)")
  }

  private static func one(_ world: World) async throws { try await world.submit("https://a.bad.example/") }

  private static func appeal(_ world: World, _ statement: String = "mine", from address: String = "192.0.2.9")
    async throws -> Reply
  {
    let body: JSONValue = ["name": "a.bad.example", "statement": .string(statement)]
    return try await world.ask(
      "POST", "/v1/appeals", body: body.encoded(), type: "application/json",
      from: ConnectionFacts(peerAddress: address, isLoopback: false, tls: true))
  }

  // MARK: Submissions

  static let submissions: [Row] = [
    Row(
      problem: .tooManyItems, settings: [("submissions.items_per_request", "2")],
      keeps: { try await text("a.example\nb.example\n", $0) },
      breaks: { try await text("a.example\nb.example\nc.example\n", $0) }),
    Row(
      problem: .itemTooLong,
      keeps: { try await text("a.example\n#" + String(repeating: "x", count: 65_535), $0) },
      breaks: { try await text("a.example\n#" + String(repeating: "x", count: 65_536), $0) }),
    Row(
      problem: .emptySubmission, keeps: { try await text("a.example\n", $0) },
      breaks: { try await text("# nothing\n\n", $0) }),
    Row(
      problem: .invalidUTF8, keeps: { try await text("b\u{FC}cher.example\n", $0) },
      breaks: { try await send([0x62, 0xFC, 0x0A], "text/plain", "list=worst-of", $0) }),
    Row(
      problem: .malformedCSVHeader, keeps: { try await csv("url,note\na.example,x\n", $0) },
      breaks: { try await csv("url,picture\na.example,x\n", $0) }),
    Row(
      problem: .unterminatedQuote, keeps: { try await csv("url\n\"a.example\"\n", $0) },
      breaks: { try await csv("url\n\"a.example\n", $0) }),
    Row(
      problem: .malformedJSON,
      keeps: {
        try await send(
          Array(#"{"items":[{"url":"a.example"}]}"#.utf8), "application/json", "list=worst-of", $0)
      },
      breaks: {
        try await send(
          Array(#"{"items":[{"url":"a.example"}]"#.utf8), "application/json", "list=worst-of", $0)
      }),
    Row(
      problem: .malformedRequest,
      keeps: {
        try await send(
          Array(#"{"items":[{"url":"a.example"}]}"#.utf8), "application/json", "list=worst-of", $0)
      },
      breaks: {
        try await send(Array(#"{"items":{"url":"a.example"}}"#.utf8), "application/json", "list=worst-of", $0)
      }),
    Row(
      problem: .unsupportedMediaType, keeps: { try await text("a.example\n", $0) },
      breaks: { try await send(Array("a.example\n".utf8), "text/html", "list=worst-of", $0) }),
    Row(
      problem: .missingParameter, keeps: { try await text("a.example\n", $0) },
      breaks: { try await send(Array("a.example\n".utf8), "text/plain", "mode=each", $0) }),
    Row(
      problem: .submissionRefused, keeps: { try await text("a.example\nb.example\n", $0) },
      breaks: { try await text("a.example\n192.0.2.7\n", $0) }),
    Row(
      problem: .idempotencyKeyReused, before: { _ = try await text("a.example\n", $0, key: "k") },
      keeps: { try await text("a.example\n", $0, key: "k") },
      breaks: { try await text("b.example\n", $0, key: "k") }),
    Row(
      problem: .rateLimited, settings: [("submissions.requests_per_minute", "2")],
      before: { _ = try await text("a.example\n", $0) }, keeps: { try await text("b.example\n", $0) },
      breaks: { try await text("c.example\n", $0) }),
    Row(
      problem: .roleRequired, before: one, keeps: { try await text("a.example\n", $0, as: "hotline-is") },
      breaks: { try await review("sub_1", approval(), as: "hotline-is", $0) }),
    Row(
      problem: .agencyHasNoVote,
      keeps: {
        try await $0.post(
          "/v1/principals", ["id": "new-one", "name": "n", "agency": "hotline-is", "roles": ["submitter"]],
          as: "admin-one")
      },
      breaks: {
        try await $0.post(
          "/v1/principals",
          ["id": "new-two", "name": "n", "agency": "hotline-is", "roles": ["submitter", "reviewer"]],
          as: "admin-one")
      }),
  ]

  // MARK: Reviews

  static let reviews: [Row] = [
    Row(
      problem: .ownSubmission, before: one,
      keeps: { try await review("sub_1", approval(), as: "police-tt", $0) },
      breaks: { try await review("sub_1", approval(), as: "police-jm", $0) }),
    Row(
      problem: .alreadyReviewed, before: one,
      keeps: { try await review("sub_1", approval(), as: "police-tt", $0) },
      breaks: { try await review("sub_1", approval(), as: "police-tt", $0) }),
    Row(
      problem: .countryAlreadyApproved, before: one,
      keeps: { try await review("sub_1", approval(), as: "police-tt", $0) },
      breaks: { try await review("sub_1", approval(), as: "police-tt-two", $0) }),
    Row(
      problem: .notReviewable,
      before: {
        try await one($0)
        _ = try await review("sub_1", approval(), as: "police-tt", $0)
      }, keeps: { try await review("sub_1", approval(), as: "police-bb", $0) },
      breaks: { try await review("sub_1", approval(), as: "police-gy", $0) }),
    Row(
      problem: .criteriaNotMet, before: one,
      keeps: { try await review("sub_1", approval(), as: "police-tt", $0) },
      breaks: { try await review("sub_1", approval(["real": true, "severe": false]), as: "police-bb", $0) }),
    Row(
      problem: .criteriaIncomplete, before: one,
      keeps: { try await review("sub_1", approval(), as: "police-tt", $0) },
      breaks: { try await review("sub_1", approval(["real": true]), as: "police-bb", $0) }),
    Row(
      problem: .criteriaVersionSuperseded, before: one,
      keeps: { try await review("sub_1", approval(), as: "police-tt", $0) },
      breaks: { try await review("sub_1", approval(version: 2), as: "police-bb", $0) }),
    Row(
      problem: .scopeWiderThanRegistrable, before: one,
      keeps: { try await review("sub_1", approval(scope: ".bad.example"), as: "police-tt", $0) },
      breaks: { try await review("sub_1", approval(scope: ".example"), as: "police-bb", $0) }),
    Row(
      problem: .scopeOutsideReport, before: one,
      keeps: { try await review("sub_1", approval(scope: "a.bad.example"), as: "police-tt", $0) },
      breaks: { try await review("sub_1", approval(scope: "b.bad.example"), as: "police-bb", $0) }),
    Row(
      problem: .scopeCoversPublicSuffix,
      before: { try await $0.submit("https://www.quay.harbour.example/") },
      keeps: { try await review("sub_1", approval(scope: ".quay.harbour.example"), as: "police-tt", $0) },
      breaks: { try await review("sub_1", approval(scope: "registrable"), as: "police-bb", $0) }),
    Row(
      problem: .guardedName,
      before: {
        try await one($0)
        let items: JSONValue = ["items": [["name": "b.bad.example", "level": "never"]]]
        _ = try await $0.post("/v1/guard", items, as: "admin-one")
      }, keeps: { try await review("sub_1", approval(), as: "police-tt", $0) },
      breaks: { try await review("sub_1", approval(scope: "registrable"), as: "police-bb", $0) }),
    Row(
      problem: .guardedNameNeedsHostScope,
      before: {
        try await one($0)
        let items: JSONValue = ["items": [["name": "bad.example", "level": "narrow"]]]
        _ = try await $0.post("/v1/guard", items, as: "admin-one")
      }, keeps: { try await review("sub_1", approval(scope: "host"), as: "police-tt", $0) },
      breaks: { try await review("sub_1", approval(), as: "police-bb", $0) }),
    Row(
      problem: .claimedByAnother,
      before: {
        try await one($0)
        _ = try await $0.submit("https://other.example/")
        for id in ["sub_1", "sub_2"] {
          _ = try await $0.ask("POST", "/v1/submissions/\(id)/claim", as: "police-gy")
        }
        $0.clock.pass(30 * 60 - 1)
      },
      keeps: {
        let held = try await review("sub_1", approval(), as: "police-tt", $0)
        #expect(held.problem == "claimed-by-another", "a second before its end")
        $0.clock.pass(1)
        return try await review("sub_1", approval(), as: "police-tt", $0)
      },
      breaks: {
        _ = try await $0.ask("POST", "/v1/submissions/sub_2/claim", as: "police-gy")
        return try await review("sub_2", approval(), as: "police-tt", $0)
      }),
    Row(
      problem: .tooManyClaims, settings: [("claims.per_reviewer", "1")],
      before: {
        try await one($0)
        _ = try await $0.submit("https://other.example/")
      }, keeps: { try await $0.ask("POST", "/v1/submissions/sub_1/claim", as: "police-tt") },
      breaks: { try await $0.ask("POST", "/v1/submissions/sub_2/claim", as: "police-tt") }),
    Row(
      problem: .reasonRequired, before: one,
      keeps: {
        try await review("sub_1", ["decision": "needs-information", "reason": "p4"], as: "police-gy", $0)
      },
      breaks: { try await review("sub_1", ["decision": "reject", "reason": " 4 "], as: "police-tt", $0) }),
    Row(
      problem: .embeddedContent, before: one,
      keeps: {
        try await review(
          "sub_1", ["decision": "needs-information", "reason": "which page?"], as: "police-tt", $0)
      },
      breaks: {
        try await review(
          "sub_1", ["decision": "reject", "reason": "data:image/png;base64,iVBORw0KGgoAAAANSUhEUg"],
          as: "police-tt", $0)
      }),
  ]

  // MARK: Leases and appeals

  static let afterwards: [Row] = [
    Row(
      problem: .leaseRefused, before: { _ = try await $0.list("https://a.bad.example/") },
      keeps: {
        $0.clock.pass(90 * 86_400 - 1)
        return try await $0.post("/v1/entries/ent_1/renew", ["days": 90], as: "police-gy")
      },
      breaks: {
        $0.clock.pass(90 * 86_400)
        return try await $0.post("/v1/entries/ent_1/renew", [:], as: "police-gy")
      }),
    Row(
      problem: .invalidField, settings: [("lists.worst-of.lease_days", "30")],
      before: { _ = try await $0.list("https://a.bad.example/") },
      keeps: { try await $0.post("/v1/entries/ent_1/renew", ["days": 30], as: "police-gy") },
      breaks: { try await $0.post("/v1/entries/ent_1/renew", ["days": 31], as: "police-gy") }),
    Row(
      problem: .ownSubmission, before: { _ = try await $0.list("https://a.bad.example/") },
      keeps: { try await $0.post("/v1/entries/ent_1/renew", [:], as: "police-tt") },
      breaks: { try await $0.post("/v1/entries/ent_1/renew", [:], as: "police-jm") }),
    Row(
      problem: .guardedName, before: { _ = try await $0.list("https://a.bad.example/") },
      keeps: {
        try await guarding("b.bad.example", "never", $0)
        return try await $0.post("/v1/entries/ent_1/renew", [:], as: "police-gy")
      },
      breaks: {
        try await guarding("b.a.bad.example", "never", $0)
        return try await $0.post("/v1/entries/ent_1/renew", [:], as: "police-gy")
      }),
    Row(
      problem: .guardedNameNeedsHostScope, before: { _ = try await $0.list("https://a.bad.example/") },
      keeps: {
        try await guarding("b.bad.example", "narrow", $0)
        return try await $0.post("/v1/entries/ent_1/renew", [:], as: "police-gy")
      },
      breaks: {
        try await guarding("bad.example", "narrow", $0)
        return try await $0.post("/v1/entries/ent_1/renew", [:], as: "police-gy")
      }),
    Row(
      problem: .guardedNameNeedsAnotherCountry,
      before: {
        try await one($0)
        for person in ["police-tt", "police-bb"] {
          _ = try await review("sub_1", approval(scope: "host"), as: person, $0)
        }
        try await guarding("bad.example", "narrow", $0)
      }, keeps: { try await $0.post("/v1/entries/ent_1/renew", [:], as: "police-gy") },
      breaks: { try await $0.post("/v1/entries/ent_1/renew", [:], as: "police-tt") }),
    Row(
      problem: .wrongEntryState, before: { _ = try await $0.list("https://a.bad.example/") },
      keeps: { try await $0.post("/v1/entries/ent_1/suspend", ["reason": "x"], as: "admin-one") },
      breaks: { try await $0.post("/v1/entries/ent_1/renew", [:], as: "police-gy") }),
    Row(
      problem: .invalidField, keeps: { try await appeal($0, String(repeating: "x ", count: 2000)) },
      breaks: { try await appeal($0, String(repeating: "x ", count: 2000) + "x") }),
    Row(
      problem: .rateLimited, settings: [("appeals.per_address_an_hour", "2")],
      before: { _ = try await appeal($0) }, keeps: { try await appeal($0) }, breaks: { try await appeal($0) }),
    Row(
      problem: .appealCountryInvolved,
      before: { _ = try await $0.list("https://a.bad.example/") },
      keeps: {
        let id = try await appeal($0).json["case"]?.stringValue ?? ""
        return try await $0.post("/v1/appeals/\(id)/assignment", ["reviewer": "police-gy"], as: "admin-one")
      },
      breaks: {
        let id = try await appeal($0).json["case"]?.stringValue ?? ""
        return try await $0.post("/v1/appeals/\(id)/assignment", ["reviewer": "police-jm"], as: "admin-one")
      }),
    Row(
      problem: .appealAssigneeNotReviewer,
      before: { _ = try await $0.list("https://a.bad.example/") },
      keeps: {
        let id = try await appeal($0).json["case"]?.stringValue ?? ""
        return try await $0.post("/v1/appeals/\(id)/assignment", ["reviewer": "police-gy"], as: "admin-one")
      },
      breaks: {
        let id = try await appeal($0).json["case"]?.stringValue ?? ""
        return try await $0.post("/v1/appeals/\(id)/assignment", ["reviewer": "isp-coral"], as: "admin-one")
      }),
  ]

  @Test(arguments: submissions + reviews + afterwards)
  func `a rule is kept at its edge and broken one past it`(row: Row) async throws {
    try await row.judge()
  }
}
