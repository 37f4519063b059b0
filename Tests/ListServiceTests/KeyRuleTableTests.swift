// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Foundation
import HTTPMessages
import HTTPServing
import ListService
import RecordsSQLite
import SignedManifests
import StrictJSON
import Testing

/// The rule table, seventh part: the root, the targets, and what keeps the service from answering, through the API.
@Suite struct KeyRuleTableTests {
  typealias Row = DeskRuleTableTests.Row

  private static let root = "/v1/keys/root/proposal"
  private static let targets = "/v1/keys/targets/proposal"

  private static func send(_ octets: [UInt8], _ path: String, _ world: World) async throws -> Reply {
    try await world.ask("POST", path, as: "admin-one", body: octets, type: "application/json")
  }

  /// The root after the one in force, unsigned, or one further on.
  private static func nextRoot(_ world: World, by step: Int64 = 1) async throws -> [UInt8] {
    let current = try await world.get("/v1/keys/root", as: "admin-one").json
    var root = try UnverifiedMetadata<Root>(parsing: try #require(current["metadata"]).encoded()).signed
    root.version += step
    return try UnverifiedMetadata(root).encoded
  }
  private static func proposeRoot(_ world: World) async throws {
    let proposed = try await send(nextRoot(world), root + "s", world)
    #expect(proposed.status == 201, "\(proposed.text)")
  }
  private static func proposeTargets(_ version: Int64, _ world: World, signers: Int = 0) async throws -> Reply
  {
    try await send(world.targets(version, signers: signers), targets + "s", world)
  }

  static let proposals: [Row] = [
    Row(
      problem: .noRootProposal, before: proposeRoot,
      keeps: { try await $0.ask("DELETE", root, as: "admin-one") },
      breaks: { try await $0.ask("DELETE", root, as: "admin-one") }),
    Row(
      problem: .rootProposalRefused, keeps: { try await send(nextRoot($0), root + "s", $0) },
      breaks: { try await send(nextRoot($0, by: 2), root + "s", $0) }),
    Row(
      problem: .noTargetsProposal, make: .holdersSignTargets,
      before: {
        let proposed = try await proposeTargets(2, $0)
        #expect(proposed.status == 201, "\(proposed.text)")
      },
      keeps: { try await $0.ask("DELETE", targets, as: "admin-one") },
      breaks: { try await $0.ask("DELETE", targets, as: "admin-one") }),
    Row(
      problem: .targetsProposalRefused, make: .holdersSignTargets, keeps: { try await proposeTargets(2, $0) },
      breaks: { try await proposeTargets(3, $0) }),
    // Two of three holders sign.
    Row(
      problem: .targetsProposalRefused, make: .holdersSignTargets,
      keeps: {
        #expect(try await proposeTargets(2, $0, signers: 2).status == 201)
        return try await send([], targets + "/publish", $0)
      },
      breaks: {
        #expect(try await proposeTargets(3, $0, signers: 1).status == 201)
        return try await send([], targets + "/publish", $0)
      }),
  ]

  // MARK: What keeps the service from answering

  static let faults: [Row] = [
    Row(
      problem: .publishingUnavailable, keeps: { try await $0.get("/v1/keys/root", as: "admin-one") },
      breaks: { _ in
        try await World(make: .withoutRoot).get("/v1/keys/root", as: "admin-one")
      }),
    Row(
      problem: .internalError,
      before: { try await $0.submit("https://bad.example/") },
      keeps: { try await $0.approve("sub_1", as: "police-tt") },
      breaks: { _ in
        let world = try await World(make: .withoutCriteria)
        try await world.submit("https://bad.example/")
        return try await world.approve("sub_1", as: "police-tt")
      }),
    Row(
      problem: .storeUnavailable, keeps: { try await $0.get("/v1/audit", as: "auditor") },
      breaks: {
        await $0.records.close()
        return try await $0.get("/v1/audit", as: "auditor")
      }),
    Row(
      problem: .uploadsFull, settings: [("submissions.spool_mebibytes", "1")],
      keeps: { try await upload(1 << 20, $0) }, breaks: { try await upload(1 << 20 + 1, $0) }),
  ]

  /// So many octets, announced.
  private static func upload(_ count: Int, _ world: World) async throws -> Reply {
    let line = Array("https://bad.example/\n".utf8)
    let comment = [UInt8](repeating: UInt8(ascii: "#"), count: 1_000) + [0x0A]
    var body = line
    while body.count + comment.count <= count { body += comment }
    body += [UInt8](repeating: UInt8(ascii: "#"), count: count - body.count)
    return try await world.ask(
      "POST", "/v1/submissions?list=worst-of", as: "police-jm", body: body, type: "text/plain",
      fields: ["Content-Length": String(count)])
  }

  @Test(arguments: proposals + faults) func `key holders keep the rule and break it`(row: Row) async throws {
    try await row.judge()
  }

  /// Everybody's answer, asked at the same moment; again while nobody was too late.
  private static func race(
    _ ask: @escaping @Sendable (Int) async throws -> Reply
  ) async throws -> [Reply] {
    var replies: [Reply] = []
    for _ in 1...40 {
      replies = try await withThrowingTaskGroup(of: Reply.self) { group in
        for number in 0..<24 { group.addTask { try await ask(number) } }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      if replies.contains(where: { $0.status == 409 }) { break }
    }
    return replies
  }

  @Test(arguments: [false, true])
  func `of many who propose at once some are told that the proposal changed, and to look again`(
    isOfTargets: Bool
  ) async throws {
    let world = try await World(
      [("desk.changes_per_minute", "100000")], make: isOfTargets ? .holdersSignTargets : .usual)
    let octets =
      isOfTargets ? try world.targets(2, signers: 0) : try await Self.nextRoot(world)
    let path = (isOfTargets ? Self.targets : Self.root) + "s"
    let replies = try await Self.race { _ in try await Self.send(octets, path, world) }
    let late = try #require(replies.first { $0.status == 409 })
    #expect(late.problem == "proposal-conflict" && late["Retry-After"] == "1", "\(late.text)")
    #expect(replies.allSatisfy { $0.status == 201 || $0.problem == "proposal-conflict" })
    #expect(try await Self.send(octets, path, world).status == 201, "alone it is taken")
  }

  @Test func `of many processes that take entries off at once some are told that the list changed`()
    async throws
  {
    let world = try await World([("desk.changes_per_minute", "100000")])
    let count = 16
    try await world.list((1...count).map { "https://bad-\($0).example/" })
    var processes: [ServiceResponder] = []
    for _ in 1...count { processes.append(try await world.another()) }
    // A release is gated in its own process: only others are quicker.
    let replies = try await withThrowingTaskGroup(of: Reply.self) { group in
      for (index, process) in processes.enumerated() {
        group.addTask {
          try await world.ask(
            "POST", "/v1/entries/ent_\(index + 1)/suspend", as: "admin-one",
            body: (["reason": "at once"] as JSONValue).encoded(), type: "application/json", of: process)
        }
      }
      return try await group.reduce(into: [Reply]()) { $0.append($1) }
    }
    let late = try #require(replies.first { $0.status == 409 })
    #expect(late.problem == "release-conflict" && late["Retry-After"] == "1", "\(late.text)")
    #expect(replies.allSatisfy { $0.status == 200 || $0.problem == "release-conflict" })
  }
}
