// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import Cryptography
import Foundation
import HTTPMessages
import HTTPServing
import Ingest
import ListService
import Publication
import Records
import RecordsSQL
import RecordsSQLite
import SignedManifests
import StrictJSON
import Testing

/// Walks every route that changes something, and finds each change in the audit trail: who, when, what, by which rule.
@Suite struct AuditWalkTests {
  /// One walk over the routes, in an order that works.
  private struct Walk {
    let world: World
    private(set) var walked: Set<String> = []

    init() async throws {
      world = try await World([("appeals.per_address_an_hour", "1000")])
    }

    /// Takes one route, and expects a line for it: the action, by whom (nil: nobody with an account), and on what.
    @discardableResult
    mutating func take(
      _ operation: String, _ action: String, by person: String?, on subject: String? = nil,
      _ request: (World) async throws -> Reply
    ) async throws -> Reply {
      let before = try await world.records.audit(after: 0, limit: 100_000).count
      let reply = try await request(world)
      #expect((200..<300).contains(reply.status), "\(operation): \(reply.status) \(reply.text)")
      let lines = try await world.records.audit(after: 0, limit: 100_000).dropFirst(before)
      let line = lines.first { $0.action == action && $0.principal?.text == person }
      #expect(line != nil, "\(operation): no \(action) by \(person ?? "nobody") among \(lines.map(\.action))")
      #expect(line?.at == world.clock.now(), "\(operation): when")
      #expect(line?.rule.isEmpty == false, "\(operation): by which rule")
      #expect(line?.subject.isEmpty == false, "\(operation): on what")
      if let subject { #expect(line?.subject == subject, "\(operation)") }
      for line in lines {
        let text = line.subject + " " + line.rule
        #expect(!text.contains(".example"), "\(operation): a name stands where only identifiers may")
      }
      walked.insert(operation)
      return reply
    }
  }

  /// Routes by POST that change nothing here: reading, and the targets ceremony, which wants a service whose targets holders
  /// sign; it keeps its proposal and its metadata as the root's does.
  private static let reading: Set<String> = [
    "appealStatusByForm", "proposeTargets", "signTargets", "publishTargets", "dropTargetsProposal",
  ]

  @Test func `every mutating route leaves its line`() async throws {
    var walk = try await Walk()
    try await people(&walk)
    try await desk(&walk)
    try await releases(&walk)
    try await appeals(&walk)
    try await keys(&walk)
    let known = walk.world.contract.paths.flatMap { path in
      path.operations.members.filter { ["post", "delete", "put", "patch"].contains($0.key) }
        .map { (path.template, $0.value["operationId"]?.stringValue ?? "") }
    }
    for (template, operation) in known where !Self.reading.contains(operation) {
      #expect(walk.walked.contains(operation), "\(template): \(operation) is not walked")
    }
  }

  @Test func `what reviewers, chairs and readers said stands with what they judged, and not in the trail`()
    async throws
  {
    var walk = try await Walk()
    try await people(&walk)
    try await desk(&walk)
    try await releases(&walk)
    // As earlier versions left it.
    let before = Act(by: nil, at: walk.world.clock.now())
    try await walk.world.records.add(.small) { (session: SQLiteRecords.Session) throws(RecordsError) in
      for action in ["review-reject", "second-look-required", "hold-taken"] {
        try session.note(action, "sub_1", "rule", before, reason: "said before")
      }
    }
    for person in ["auditor", "admin-one"] {
      let trail = try await walk.world.get("/v1/audit?limit=1000", as: person).text
      for words in ["which page?", "shared host", "gone", "it hurts", "said before"] {
        #expect(!trail.contains(words), "\(person): \(words)")
      }
      for action in ["review-needs-information", "review-reject", "second-look-required", "hold-taken"] {
        #expect(trail.contains("\"\(action)\""), "\(person): \(action)")
      }
      #expect(trail.contains("looked at") && trail.contains("mistake") && trail.contains("undo"))
    }
  }

  private func people(_ walk: inout Walk) async throws {
    try await walk.take("addAgency", "agency-added", by: "admin-one", on: "police-fj") {
      try await $0.post(
        "/v1/agencies", ["id": "police-fj", "name": "Fiji", "country": "FJ", "kind": "police"],
        as: "admin-one")
    }
    try await walk.take("setAgencyDomains", "agency-domains-set", by: "admin-one", on: "isp-coral") {
      try await $0.post("/v1/agencies/isp-coral/domains", ["domains": ["coral-net.example"]], as: "admin-one")
    }
    try await walk.take("addPrincipal", "principal-added", by: "admin-one", on: "police-fj") {
      try await $0.post(
        "/v1/principals",
        ["id": "police-fj", "name": "Desk", "agency": "police-fj", "roles": ["reviewer"]], as: "admin-one")
    }
    let issued = try await walk.take("addCredential", "credential-added", by: "admin-one") {
      try await $0.post("/v1/credentials", ["principal": "police-fj"], as: "admin-one")
    }
    let credential = try #require(issued.json["id"]?.stringValue)
    try await walk.take("revokeCredential", "credential-revoked", by: "admin-one", on: credential) {
      try await $0.ask("DELETE", "/v1/credentials/\(credential)", as: "admin-one")
    }
    let renewed = try await walk.take("renewCredential", "credential-added", by: "isp-coral") {
      try await $0.post("/v1/credentials/own", ["overlap_hours": 2], as: "isp-coral")
    }
    // The same request ends the credential that asked.
    let previous = try #require(renewed.json["previous"]?["id"]?.stringValue)
    let trail = try await walk.world.records.audit(after: 0, limit: 100_000)
    #expect(
      trail.contains {
        $0.action == "credential-limited" && $0.subject == previous && $0.principal?.text == "isp-coral"
      })
    let desk = try SigningDesk("police-gy", 7)
    try await walk.take("addAgencyKey", "agency-key-added", by: "admin-one", on: "police-gy") {
      try await desk.register(in: $0)
    }
    try await walk.take("publishAgencyRegister", "metadata-saved", by: "admin-one") {
      try await $0.ask("POST", "/v1/agency-register/publication", as: "admin-one")
    }
    let keyid = try desk.keyid
    try await walk.take("endAgencyKey", "agency-key-ended", by: "admin-one", on: "police-gy") {
      try await $0.post("/v1/agency-keys/\(keyid)/end", ["reason": "rotated"], as: "admin-one")
    }
    try await walk.take("putTargets", "metadata-saved", by: "admin-one") {
      try await $0.post(
        "/v1/keys/targets/files", ["files": ["notice.json": "{\"version\":1}"]], as: "admin-one")
    }
    try await walk.take("savePanel", "panel-saved", by: "admin-one", on: "caribbean") {
      try await $0.post(
        "/v1/panels",
        [
          "id": "caribbean", "name": "Caribbean", "list": "worst-of", "chair": "police-gy",
          "members": ["police-gy", "police-bb"],
        ], as: "admin-one")
    }
    try await walk.take("guardNames", "names-guarded", by: "admin-one") {
      try await $0.post(
        "/v1/guard", ["items": [["name": "school.example", "level": "never"]]], as: "admin-one")
    }
    try await walk.take("unguardName", "name-unguarded", by: "admin-one") {
      try await $0.ask("DELETE", "/v1/guard/school.example", as: "admin-one")
    }
  }

  private func desk(_ walk: inout Walk) async throws {
    try await walk.take("submit", "submission-created", by: "police-jm", on: "sub_1") {
      try await $0.post(
        "/v1/submissions",
        ["list": "worst-of", "items": [["url": "https://one.example/"], ["url": "https://two.example/"]]],
        as: "police-jm")
    }
    try await walk.take("claim", "review-claimed", by: "police-tt", on: "sub_1") {
      try await $0.ask("POST", "/v1/submissions/sub_1/claim", as: "police-tt")
    }
    try await walk.take("dropClaim", "claim-dropped", by: "police-tt", on: "sub_1") {
      try await $0.ask("DELETE", "/v1/submissions/sub_1/claim", as: "police-tt")
    }
    try await walk.take("review", "review-needs-information", by: "police-tt", on: "sub_1") {
      try await $0.post(
        "/v1/submissions/sub_1/reviews", ["decision": "needs-information", "reason": "which page?"],
        as: "police-tt")
    }
    try await walk.take("answerQuestion", "question-answered", by: "police-jm", on: "sub_1") {
      try await $0.post("/v1/submissions/sub_1/information", ["text": "the first"], as: "police-jm")
    }
    try await walk.take("reviews", "review-approve", by: "police-tt", on: "sub_1") {
      var first = World.approval.objectValue ?? [:]
      first["submission"] = "sub_1"
      return try await $0.post("/v1/reviews", ["reviews": [.object(first)]], as: "police-tt")
    }
    try await walk.take("review", "entry-listed", by: "police-bb", on: "ent_1") {
      try await $0.approve("sub_1", as: "police-bb")
    }
    try await walk.take("requireSecondLook", "second-look-required", by: "police-gy", on: "sub_2") {
      try await $0.post(
        "/v1/submissions/sub_2/second-look", ["panel": "caribbean", "reason": "shared host"], as: "police-gy")
    }
    try await walk.take("review", "review-reject", by: "police-tt", on: "sub_2") {
      try await $0.post(
        "/v1/submissions/sub_2/reviews", ["decision": "reject", "reason": "gone"], as: "police-tt")
    }
    try await walk.take("removePanel", "panel-removed", by: "admin-one", on: "caribbean") {
      try await $0.ask("DELETE", "/v1/panels/caribbean", as: "admin-one")
    }
    try await walk.take("renew", "entry-renewed", by: "police-bb", on: "ent_1") {
      try await $0.post("/v1/entries/ent_1/renew", [:], as: "police-bb")
    }
  }

  private func releases(_ walk: inout Walk) async throws {
    try await walk.take("publish", "release-published", by: "admin-one", on: "worst-of/1") {
      try await $0.post("/v1/lists/worst-of/releases", [:], as: "admin-one")
    }
    try await walk.take("receipt", "receipt-taken", by: "isp-coral", on: "worst-of/1") {
      try await $0.post("/v1/lists/worst-of/receipts", ["version": 1], as: "isp-coral")
    }
    try await walk.take("hold", "hold-taken", by: "isp-coral", on: "worst-of/1") {
      try await $0.post("/v1/lists/worst-of/holds", ["version": 1, "reason": "it hurts"], as: "isp-coral")
    }
    try await walk.take("liftHolds", "holds-lifted", by: "admin-one", on: "worst-of") {
      try await $0.post("/v1/lists/worst-of/holds/lift", ["reason": "looked at"], as: "admin-one")
    }
    try await walk.take("suspend", "entry-suspended", by: "admin-one", on: "ent_1") {
      try await $0.post("/v1/entries/ent_1/suspend", ["reason": "mistake"], as: "admin-one")
    }
    try await walk.take("revert", "entry-reinstated", by: "admin-one", on: "ent_1") {
      try await $0.post("/v1/lists/worst-of/releases/2/revert", ["reason": "undo"], as: "admin-one")
    }
  }

  private func appeals(_ walk: inout Walk) async throws {
    func file(_ world: World) async throws -> Reply {
      try await world.ask(
        "POST", "/v1/appeals", body: (["name": "one.example", "statement": "mine"] as JSONValue).encoded(),
        type: "application/json")
    }
    let filed = try await walk.take("fileAppeal", "appeal-received", by: nil, file)
    let id = try #require(filed.json["case"]?.stringValue)
    try await walk.take("fileAppealByForm", "appeal-received", by: nil) {
      try await $0.ask(
        "POST", "/appeal", body: Array("name=one.example&statement=mine".utf8),
        type: "application/x-www-form-urlencoded")
    }
    try await walk.take("assignAppeal", "appeal-assigned", by: "admin-one", on: id) {
      try await $0.post("/v1/appeals/\(id)/assignment", ["reviewer": "police-gy"], as: "admin-one")
    }
    try await walk.take("suspendForAppeal", "entry-suspended", by: "police-gy", on: "ent_1") {
      try await $0.ask("POST", "/v1/appeals/\(id)/suspend", as: "police-gy")
    }
    try await walk.take("decideAppeal", "appeal-decided", by: "police-gy", on: id) {
      try await $0.post("/v1/appeals/\(id)/decision", AppealTests.decision("keep"), as: "police-gy")
    }
  }

  private func keys(_ walk: inout Walk) async throws {
    let current = try await walk.world.get("/v1/keys/root", as: "admin-one").json
    var root = try UnverifiedMetadata<Root>(parsing: try #require(current["metadata"]).encoded()).signed
    root.version += 1
    var metadata = try UnverifiedMetadata(root)
    let bare = metadata.encoded
    func propose(_ world: World) async throws -> Reply {
      try await world.ask(
        "POST", "/v1/keys/root/proposals", as: "admin-one", body: bare, type: "application/json")
    }
    try await walk.take("proposeRoot", "root-proposal-saved", by: "admin-one", propose)
    try await walk.take("dropRootProposal", "root-proposal-dropped", by: "admin-one") {
      try await $0.ask("DELETE", "/v1/keys/root/proposal", as: "admin-one")
    }
    _ = try await propose(walk.world)
    let holders = walk.world.holders.prefix(2)
    for holder in holders {
      try metadata.sign(with: holder)
      let signature = try #require(metadata.signatures.first { $0.keyid == holder.keyid })
      let body: JSONValue = ["keyid": .string(signature.keyid), "sig": .string(signature.sig)]
      try await walk.take("signRoot", "root-proposal-saved", by: "admin-one") {
        try await $0.post("/v1/keys/root/proposal/signatures", body, as: "admin-one")
      }
    }
    try await walk.take("publishRoot", "metadata-saved", by: "admin-one") {
      try await $0.post("/v1/keys/root/proposal/publish", [:], as: "admin-one")
    }
  }
}
