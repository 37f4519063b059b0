// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Cryptography
import Foundation
import HTTPMessages
import Ingest
import ListService
import Records
import RecordsSQL
import RecordsSQLite
import StrictJSON
import Testing

@Suite struct SecrecyTests {
  @Test(arguments: [
    "/v1", "/v1/lists/worst-of", "/v1/lists/none", "/v1/entries/ent_1", "/v1/entries/ent_9",
    "/v1/entries?name=listed.example", "/v1/entries?name=absent.example", "/v1/nonsense", "/v1/%zz",
    "/repository/metadata/timestamp.json", "/repository/metadata/none.json", "/repository", "/log/checkpoint",
  ])
  func `without a credential everything beneath looks alike`(target: String) async throws {
    let world = try await World()
    try await world.list("https://listed.example/")
    let usual = try await world.get("/v1/lists")
    for method in ["GET", "POST", "DELETE", "PATCH"] {
      let reply = try await world.ask(method, target)
      #expect(reply.response == usual.response)
      #expect(reply.status == 401 && reply.problem == "credential-required")
    }
  }

  @Test func `a wrong, an expired and a revoked token are refused`() async throws {
    let world = try await World()
    let wrong = try await world.get("/v1/lists", fields: ["Authorization": "Bearer nobody"])
    #expect(wrong.status == 401 && wrong.problem == "credential-invalid")
    for line in ["Basic eDp5", "Bearer", "Bearer ", "bearer\ttoken"] {
      #expect(
        try await world.get("/v1/lists", fields: ["Authorization": line]).problem == "credential-invalid")
    }
    let issued = try await world.post(
      "/v1/credentials", ["principal": "isp-coral", "expires_at": .string("2026-11-19T12:00:00Z")],
      as: "admin-one")
    #expect(issued.status == 201, "\(issued.text)")
    let token = try #require(issued.json["token"]?.stringValue)
    #expect(token.hasPrefix("cordon_") && token.utf8.count == 50)
    let fields: HTTPFields = ["Authorization": "Bearer \(token)"]
    #expect(try await world.get("/v1/lists", fields: fields).status == 200)
    world.clock.pass(365 * 86_400)
    let expired = try await world.get("/v1/lists", fields: fields)
    #expect(expired.status == 401 && expired.problem == "credential-expired")
    world.clock.pass(-365 * 86_400)
    let id = try #require(issued.json["id"]?.stringValue)
    #expect(try await world.ask("DELETE", "/v1/credentials/\(id)", as: "admin-one").status == 200)
    #expect(try await world.get("/v1/lists", fields: fields).problem == "credential-invalid")
  }

  @Test func `a change of credentials ends what may be answered again, a mere refresh does not`() async throws
  {
    let world = try await World()
    let before = world.responder.epoch
    #expect(await world.responder.refresh())
    #expect(world.responder.epoch == before)
    let issued = try await world.post("/v1/credentials", ["principal": "isp-coral"], as: "admin-one")
    let given = world.responder.epoch
    #expect(given != before)
    let id = try #require(issued.json["id"]?.stringValue)
    #expect(try await world.ask("DELETE", "/v1/credentials/\(id)", as: "admin-one").status == 200)
    #expect(world.responder.epoch != given)
  }

  @Test func `a pinned client certificate lets in, another does not`() async throws {
    let world = try await World()
    let pin = randomOctets(32)
    _ = try await world.records.addCredential(
      NewCredential(principal: try #require(PrincipalID("isp-coral")), proof: .certificate(keyDigest: pin)),
      act: Act(by: nil, at: World.start), answering: nil)
    #expect(await world.responder.refresh())
    func status(_ pin: [UInt8]) async throws -> Int {
      let facts = ConnectionFacts(
        peerAddress: "192.0.2.1", isLoopback: false, tls: true, clientCertificateSPKI: pin)
      return try await world.ask("GET", "/v1/lists", from: facts).status
    }
    #expect(try await status(pin) == 200)
    #expect(try await status(randomOctets(32)) == 401)
  }

  @Test func `roles are kept apart, and a reader learns nothing of an entry`() async throws {
    let world = try await World()
    try await world.list("https://listed.example/")
    let answers = [
      try await world.get("/v1/entries?name=listed.example", as: "isp-coral"),
      try await world.get("/v1/entries?name=absent.example", as: "isp-coral"),
    ]
    #expect(answers[0].response == answers[1].response)
    #expect(answers[0].status == 403 && answers[0].problem == "role-required")
    #expect(try await world.post("/v1/lists/worst-of/releases", [:], as: "police-jm").status == 403)
    #expect(try await world.get("/v1/lists/worst-of/latest/entries.txt", as: "police-jm").status == 403)
    #expect(try await world.get("/v1/reviews/queue", as: "hotline-is").status == 403)
    #expect(try await world.get("/v1/audit", as: "isp-coral").status == 403)
  }

  @Test func `the log has one line a request, and no name, token or query in it`() async throws {
    let world = try await World()
    try await world.list("https://listed.example/")
    try await world.get("/v1/entries?name=asked.example", as: "admin-one")
    try await world.get("/v1/in-the-path.example")
    try await world.ask("DELETE", "/v1/guard/guarded.example", as: "admin-one")
    let before = world.log.all.count
    try await world.get("/v1/lists/worst-of", as: "isp-coral")
    #expect(world.log.all.count == before + 1)
    let last = try #require(world.log.all.last)
    #expect(last.contains("GET /v1/lists/{list} 200 ") && last.hasSuffix("ms isp-coral"))
    for word in ["example", "token", "?"] { #expect(!world.log.all.contains { $0.contains(word) }) }
  }
}
