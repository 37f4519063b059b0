// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import HTTPMessages
import ListService
import StrictJSON
import Testing

/// The rule table, sixth part: what a signature has to keep, to the second, through the API.
@Suite struct SignatureRuleTableTests {
  typealias Row = DeskRuleTableTests.Row

  private static let text = "/v1/submissions/sub_1/approval-text"
  /// What the reports are about is reported at the start; this much later the decisions are made.
  private static let later = 7_200.0

  private static func desk(_ person: String, _ number: UInt8) throws -> SigningDesk {
    try SigningDesk(person, number)
  }
  private static func tt() throws -> SigningDesk { try desk("police-tt", 1) }
  private static func bb() throws -> SigningDesk { try desk("police-bb", 2) }

  /// Keys of both, a report, and time that passed.
  private static func ready(_ world: World) async throws {
    for one in [try tt(), try bb()] { #expect(try await one.register(in: world).status == 201) }
    try await world.submit("https://bad.example/")
    world.clock.pass(later)
  }

  /// Approves with a signature of a time.
  private static func approve(
    _ one: SigningDesk, at seconds: Double = later, by other: SigningDesk? = nil, naming keyid: String? = nil,
    _ world: World
  ) async throws -> Reply {
    let signature = try await one.signature(
      text + "?decided_at=\(World.time(seconds))", in: world, by: other, naming: keyid)
    return try await world.post(
      "/v1/submissions/sub_1/reviews", SigningDesk.review(signature), as: one.person)
  }

  /// A desk whose key counts for a while.
  private static func between(_ from: Double?, _ until: Double?, _ world: World) async throws -> SigningDesk {
    let gy = try desk("police-gy", 3)
    let registered = try await gy.register(
      in: world, from: from.map { World.time($0) }, until: until.map { World.time($0) })
    #expect(registered.status == 201, "\(registered.text)")
    return gy
  }

  static let rows: [Row] = [
    Row(
      problem: .signatureRequired, settings: [("lists.worst-of.signed_approvals", "required")], before: ready,
      keeps: { try await approve(tt(), $0) }, breaks: { try await $0.approve("sub_1", as: "police-bb") }),
    // An hour back.
    Row(
      problem: .signatureTimeOutOfRange, before: ready,
      keeps: { try await approve(tt(), at: later - 3_600, $0) },
      breaks: { try await approve(bb(), at: later - 3_601, $0) }),
    // Five minutes ahead.
    Row(
      problem: .signatureTimeOutOfRange, before: ready,
      keeps: { try await approve(tt(), at: later + 300, $0) },
      breaks: { try await approve(bb(), at: later + 301, $0) }),
    // As configured.
    Row(
      problem: .signatureTimeOutOfRange, settings: [("lists.worst-of.signature_age_minutes", "1")],
      before: ready, keeps: { try await approve(tt(), at: later - 60, $0) },
      breaks: { try await approve(bb(), at: later - 61, $0) }),
    Row(
      problem: .signatureTimeOutOfRange, settings: [("lists.worst-of.signature_ahead_minutes", "0")],
      before: ready, keeps: { try await approve(tt(), at: later, $0) },
      breaks: { try await approve(bb(), at: later + 1, $0) }),
    // Not before it was reported.
    Row(
      problem: .signatureTimeOutOfRange, settings: [("lists.worst-of.signature_age_minutes", "10080")],
      before: ready, keeps: { try await approve(tt(), at: 0, $0) },
      breaks: { try await approve(bb(), at: -1, $0) }),
    Row(
      problem: .signatureKeyUnknown, before: ready,
      keeps: { try await approve(tt(), naming: try tt().keyid, $0) },
      breaks: { try await approve(bb(), naming: try desk("police-bb", 9).keyid, $0) }),
    Row(
      problem: .signatureKeyOfAnotherAgency, before: ready,
      keeps: { try await approve(tt(), naming: try tt().keyid, $0) },
      breaks: { try await approve(bb(), by: tt(), naming: try tt().keyid, $0) }),
    Row(
      problem: .signatureKeyNotYetValid, before: ready,
      keeps: { try await approve(between(later, nil, $0), at: later, $0) },
      breaks: { _ in try await early() }),
    Row(
      problem: .signatureKeyEnded, before: ready,
      keeps: { try await approve(between(0, later + 1, $0), $0) },
      breaks: { _ in try await ended() }),
    Row(
      problem: .signatureInvalid, before: ready, keeps: { try await approve(tt(), by: tt(), $0) },
      breaks: { try await approve(bb(), by: tt(), $0) }),
    Row(
      problem: .agencyKeyNotFound, before: ready, keeps: { try await end(tt().keyid, $0) },
      breaks: { try await end(String(repeating: "0", count: 64), $0) }),
  ]

  private static func early() async throws -> Reply {
    let world = try await World()
    try await ready(world)
    return try await approve(between(later, nil, world), at: later - 1, world)
  }

  private static func ended() async throws -> Reply {
    let world = try await World()
    try await ready(world)
    return try await approve(between(0, later, world), at: later - 1, world)
  }

  private static func end(_ keyid: String, _ world: World) async throws -> Reply {
    try await world.post("/v1/agency-keys/\(keyid)/end", ["reason": "rotated"], as: "admin-one")
  }

  @Test(arguments: rows) func `a signature keeps the rule at its edge and breaks it one past`(row: Row)
    async throws
  {
    try await row.judge()
  }

  @Test func `a signature is in form, and a decision's alone that approves`() async throws {
    let world = try await World()
    try await Self.ready(world)
    let whole = try await Self.tt().signature(Self.text, in: world).objectValue ?? [:]
    func refused(_ change: (inout JSONObject) -> Void) async throws -> String? {
      var signature = whole
      change(&signature)
      let reply = try await world.post(
        "/v1/submissions/sub_1/reviews", SigningDesk.review(.object(signature)), as: "police-tt")
      return reply.problem.map { "\($0) \(reply.json["pointer"]?.stringValue ?? "")" }
    }
    #expect(
      try await refused { $0["keyid"] = .string(String(repeating: "0", count: 65)) }
        == "invalid-field /signature/keyid")
    #expect(
      try await refused { $0["keyid"] = .string(String(repeating: "0", count: 64)) }
        == "signature-key-unknown ")
    #expect(try await refused { $0["decided_at"] = nil } == "invalid-field /signature/decided_at")
    let sig = whole["sig"]?.stringValue ?? ""
    #expect(sig.utf8.count == 88)
    for wrong in [String(sig.dropLast()), sig + "=", String(sig.dropLast(4))] {
      #expect(try await refused { $0["sig"] = .string(wrong) } == "invalid-field /signature/sig")
    }
    #expect(try await refused { _ in } == nil)
  }
}
