// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import HTTPMessages
import ListService
import StrictJSON
import Testing

/// The rule table, fourth part: what any request has to keep, and what has to be there, through the API.
@Suite struct RequestRuleTableTests {
  typealias Row = DeskRuleTableTests.Row

  private static let entries = "/v1/lists/worst-of/latest/entries.txt"
  private static func listed(_ world: World) async throws { try await world.list("https://bad.example/") }
  private static func reader(_ target: String, _ fields: HTTPFields = [:], _ world: World) async throws
    -> Reply
  {
    try await world.get(target, as: "isp-coral", fields: fields)
  }

  /// Objects in objects, so many.
  static func deep(_ levels: Int) -> [UInt8] {
    Array(
      (String(repeating: "{\"id\":", count: levels - 1) + "{}" + String(repeating: "}", count: levels - 1))
        .utf8)
  }

  // MARK: How it is asked

  static let forms: [Row] = [
    Row(
      problem: .unknownField,
      keeps: { try await $0.post("/v1/credentials", ["principal": "isp-coral"], as: "admin-one") },
      breaks: {
        try await $0.post("/v1/credentials", ["principal": "isp-coral", "for": "ever"], as: "admin-one")
      }),
    Row(
      problem: .malformedBody,
      keeps: { try await $0.post("/v1/credentials", ["principal": "isp-coral"], as: "admin-one") },
      breaks: {
        try await $0.ask(
          "POST", "/v1/credentials", as: "admin-one", body: Array(#"{"principal":"isp-coral""#.utf8),
          type: "application/json")
      }),
    Row(
      problem: .unknownParameter, keeps: { try await reader("/v1/lists/worst-of/changes?since=0", [:], $0) },
      breaks: { try await reader("/v1/lists/worst-of/changes?since=0&until=1", [:], $0) }),
    Row(
      problem: .duplicateParameter,
      keeps: { try await reader("/v1/lists/worst-of/changes?since=0", [:], $0) },
      breaks: { try await reader("/v1/lists/worst-of/changes?since=0&since=0", [:], $0) }),
    Row(
      problem: .invalidPath, keeps: { try await reader("/v1/lists/worst%2Dof", [:], $0) },
      breaks: { try await reader("/v1/lists/worst%2of", [:], $0) }),
    Row(
      problem: .invalidPath, keeps: { try await reader("/v1/criteria?list=worst%2Dof", [:], $0) },
      breaks: { try await reader("/v1/criteria?list=worst%2", [:], $0) }),
    Row(
      problem: .methodNotAllowed, keeps: { try await reader("/v1/lists", [:], $0) },
      breaks: { try await $0.ask("DELETE", "/v1/lists", as: "isp-coral") }),
    Row(
      problem: .notAcceptable, before: listed,
      keeps: { try await reader("/v1/lists/worst-of/changes?since=0", ["Accept": "text/*"], $0) },
      breaks: { try await reader("/v1/lists/worst-of/changes?since=0", ["Accept": "image/*"], $0) }),
    Row(
      problem: .preconditionFailed, before: listed,
      keeps: { try await reader(entries, ["If-Match": "*"], $0) },
      breaks: { try await reader(entries, ["If-Match": "\"0\""], $0) }),
    // `.bad.example` and a line feed are 13 octets.
    Row(
      problem: .rangeNotSatisfiable, before: listed,
      keeps: { try await reader(entries, ["Range": "bytes=12-"], $0) },
      breaks: { try await reader(entries, ["Range": "bytes=13-"], $0) }),
  ]

  // MARK: Who asks

  static let callers: [Row] = [
    Row(
      problem: .credentialRequired, keeps: { try await reader("/v1/lists", [:], $0) },
      breaks: { try await $0.get("/v1/lists") }),
    Row(
      problem: .credentialInvalid, keeps: { try await reader("/v1/lists", [:], $0) },
      breaks: { try await $0.get("/v1/lists", fields: ["Authorization": "Bearer token-of-isp-corals"]) }),
    Row(
      problem: .credentialExpired,
      keeps: {
        let renewed = try await $0.post("/v1/credentials/own", ["overlap_hours": 1], as: "isp-coral")
        #expect(renewed.status == 201, "\(renewed.text)")
        $0.clock.pass(3_599)
        return try await reader("/v1/lists", [:], $0)
      },
      breaks: {
        $0.clock.pass(1)
        return try await reader("/v1/lists", [:], $0)
      }),
    Row(
      problem: .renewalRefused,
      before: {
        for _ in 1...6 { _ = try await $0.post("/v1/credentials/own", [:], as: "isp-coral") }
      }, keeps: { try await $0.post("/v1/credentials/own", [:], as: "isp-coral") },
      breaks: { try await $0.post("/v1/credentials/own", [:], as: "isp-coral") }),
  ]

  // MARK: What is there

  static let things: [Row] = [
    Row(
      problem: .notFound, keeps: { try await $0.get("/problems/not-found") },
      breaks: { try await $0.get("/problems/not-there") }),
    Row(
      problem: .listNotFound, keeps: { try await reader("/v1/lists/worst-of", [:], $0) },
      breaks: { try await reader("/v1/lists/best-of", [:], $0) }),
    Row(
      problem: .versionNotFound, before: listed,
      keeps: { try await reader("/v1/lists/worst-of/versions/1/entries.txt", [:], $0) },
      breaks: { try await reader("/v1/lists/worst-of/versions/2/entries.txt", [:], $0) }),
    Row(
      problem: .versionAhead, before: listed,
      keeps: { try await reader("/v1/lists/worst-of/changes?since=1", [:], $0) },
      breaks: { try await reader("/v1/lists/worst-of/changes?since=2", [:], $0) }),
    Row(
      problem: .versionAhead, before: listed,
      keeps: { try await $0.post("/v1/lists/worst-of/receipts", ["version": 1], as: "isp-coral") },
      breaks: { try await $0.post("/v1/lists/worst-of/receipts", ["version": 2], as: "isp-coral") }),
    Row(
      problem: .formatNotFound, before: listed, keeps: { try await reader(entries, [:], $0) },
      breaks: { try await reader("/v1/lists/worst-of/latest/entries.doc", [:], $0) }),
    Row(
      problem: .historyGone, settings: [("lists.worst-of.kept_releases", "1")],
      before: {
        for name in ["a", "b", "c"] { try await $0.list("https://\(name).example/") }
      }, keeps: { try await reader("/v1/lists/worst-of/changes?since=2", [:], $0) },
      breaks: { try await reader("/v1/lists/worst-of/changes?since=1", [:], $0) }),
    Row(
      problem: .submissionNotFound, before: { try await $0.submit("https://bad.example/") },
      keeps: { try await $0.get("/v1/submissions/sub_1", as: "police-jm") },
      breaks: { try await $0.get("/v1/submissions/sub_2", as: "police-jm") }),
    Row(
      problem: .entryNotFound, before: listed,
      keeps: { try await $0.get("/v1/entries/ent_1", as: "auditor") },
      breaks: { try await $0.get("/v1/entries/ent_2", as: "auditor") }),
    Row(
      problem: .agencyNotFound,
      keeps: { try await $0.post("/v1/agencies/isp-coral/domains", ["domains": []], as: "admin-one") },
      breaks: { try await $0.post("/v1/agencies/isp-cora/domains", ["domains": []], as: "admin-one") }),
    Row(
      problem: .principalNotFound,
      keeps: { try await $0.post("/v1/credentials", ["principal": "isp-coral"], as: "admin-one") },
      breaks: { try await $0.post("/v1/credentials", ["principal": "isp-cora"], as: "admin-one") }),
    Row(
      problem: .credentialNotFound,
      keeps: {
        let issued = try await $0.post("/v1/credentials", ["principal": "isp-coral"], as: "admin-one")
        let id = try #require(issued.json["id"]?.stringValue)
        return try await $0.ask("DELETE", "/v1/credentials/\(id)", as: "admin-one")
      }, breaks: { try await $0.ask("DELETE", "/v1/credentials/cred_99", as: "admin-one") }),
    Row(
      problem: .alreadyExists, keeps: { try await agency("police-mt", $0) },
      breaks: { try await agency("police-mt", $0) }),
    Row(
      problem: .ownDomainPublicSuffix,
      keeps: {
        try await $0.post("/v1/agencies/isp-coral/domains", ["domains": ["coral.co.uk"]], as: "admin-one")
      },
      breaks: { try await $0.post("/v1/agencies/isp-coral/domains", ["domains": ["co.uk"]], as: "admin-one") }
    ),
  ]

  private static func agency(_ id: String, _ world: World) async throws -> Reply {
    try await world.post(
      "/v1/agencies", ["id": .string(id), "name": "Malta", "country": "MT", "kind": "police"], as: "admin-one"
    )
  }

  @Test(arguments: forms + callers + things) func `a request keeps the rule and breaks it`(row: Row)
    async throws
  {
    try await row.judge()
  }

  @Test func `a body is as deep as it may be, and one deeper is not read`() async throws {
    let world = try await World()
    func ask(_ levels: Int) async throws -> Reply {
      try await world.ask(
        "POST", "/v1/agencies", as: "admin-one", body: Self.deep(levels), type: "application/json")
    }
    // Read, and then no handle where one is wanted.
    let kept = try await ask(64)
    #expect(kept.problem == "invalid-field" && kept.json["pointer"] == "/id", "\(kept.text)")
    let broken = try await ask(65)
    #expect(broken.status == 400 && broken.problem == "malformed-body", "\(broken.text)")
    #expect(broken.json["line"] == 1 && broken.json["column"] != nil)
  }

  @Test func `a path that cannot be read is told as such to who has a credential, and to nobody else`()
    async throws
  {
    let world = try await World()
    for path in ["/v1/%zz", "/v1/lists/a%2Fb", "/repository/%", "/nonsense%4"] {
      #expect(try await world.get(path).problem == "credential-required", "\(path)")
      let wrong = try await world.get(path, fields: ["Authorization": "Bearer nobody"])
      #expect(wrong.problem == "credential-invalid", "\(path)")
      let known = try await world.get(path, as: "isp-coral")
      #expect(known.status == 400 && known.problem == "invalid-path", "\(path): \(known.text)")
    }
  }
}
