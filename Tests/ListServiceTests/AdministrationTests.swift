// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Foundation
import RecordsSQLite
import Publication
import HTTPMessages
import HTTPServing
import ListService
import StrictJSON
import Testing

@Suite struct AdministrationTests {
  @Test func `agencies, principals and credentials are added, and let in at once`() async throws {
    let world = try await World()
    let agency: JSONValue = ["id": "police-mt", "name": "Malta", "country": "MT", "kind": "police"]
    #expect(try await world.post("/v1/agencies", agency, as: "admin-one").status == 201)
    #expect(try await world.post("/v1/agencies", agency, as: "admin-one").problem == "already-exists")
    let person: JSONValue = [
      "id": "officer-mt", "name": "Officer", "agency": "police-mt", "roles": ["submitter"],
    ]
    let added = try await world.post("/v1/principals", person, as: "admin-one")
    #expect(added.status == 201 && added.json["country"] == "MT")
    let issued = try await world.post("/v1/credentials", ["principal": "officer-mt"], as: "admin-one")
    let token = try #require(issued.json["token"]?.stringValue)
    let fields: HTTPFields = ["Authorization": "Bearer \(token)"]
    #expect(try await world.get("/v1/submissions", fields: fields).status == 200)
    let listed = try await world.get("/v1/credentials", as: "auditor")
    #expect(listed.status == 200 && !listed.text.contains(token))
    #expect(try await world.get("/v1/agencies", as: "auditor").text.contains("police-mt"))
    #expect(try await world.get("/v1/principals", as: "auditor").text.contains("officer-mt"))
  }

  @Test func `a token is told once, and kept nowhere`() async throws {
    let world = try await World()
    let key: HTTPFields = ["Idempotency-Key": "c"]
    let first = try await world.post(
      "/v1/credentials", ["principal": "isp-coral"], as: "admin-one", fields: key)
    let second = try await world.post(
      "/v1/credentials", ["principal": "isp-coral"], as: "admin-one", fields: key)
    #expect(
      first.json["token"] != nil && second.json["token"] == nil && second.json["id"] == first.json["id"])
    #expect(second["Idempotency-Replayed"] == "true")
  }

  @Test(arguments: [
    ("/v1/agencies", #"{"id":"X","name":"x","country":"MT","kind":"police"}"#, "invalid-field"),
    ("/v1/agencies", #"{"id":"x","name":"x","country":"ZZ","kind":"police"}"#, "invalid-field"),
    ("/v1/agencies", #"{"id":"x","name":"x","country":"MT","kind":"bank"}"#, "invalid-field"),
    ("/v1/agencies", #"{"id":"x","name":"x","country":"MT","kind":"police","more":1}"#, "unknown-field"),
    ("/v1/principals", #"{"id":"x","name":"x","agency":"none","roles":[]}"#, "agency-not-found"),
    ("/v1/principals", #"{"id":"x","name":"x","agency":"police-jm","roles":["king"]}"#, "invalid-field"),
    ("/v1/credentials", #"{"principal":"none"}"#, "principal-not-found"),
    ("/v1/credentials", #"{"principal":"isp-coral","certificate":"x"}"#, "invalid-field"),
    ("/v1/credentials", #"{"principal":"isp-coral","expires_at":"2001-01-01T00:00:00Z"}"#, "invalid-field"),
    ("/v1/credentials", #"{"principal":"isp-coral","expires_at":"soon"}"#, "invalid-field"),
    ("/v1/guard", #"{"items":[{"name":"Bad Name","level":"never"}]}"#, "invalid-field"),
    ("/v1/guard", #"{"items":[{"name":"good.example","level":"often"}]}"#, "invalid-field"),
    ("/v1/lists/worst-of/receipts", #"{"version":9}"#, "role-required"),
  ])
  func `what is not right is refused`(path: String, body: String, problem: String) async throws {
    let world = try await World()
    let reply = try await world.ask(
      "POST", path, as: "admin-one", body: Array(body.utf8), type: "application/json")
    #expect(reply.problem == problem, "\(reply.text)")
  }

  @Test func `a guarded name counts from the next submission on`() async throws {
    let world = try await World()
    let item: JSONValue = ["name": "hospital.example", "level": "never", "reason": "a hospital"]
    let added = try await world.post("/v1/guard", ["items": [item]], as: "admin-one")
    #expect(added.status == 201 && added.json["guarded"] == 1)
    let submission: JSONValue = ["list": "worst-of", "items": [["url": "https://www.hospital.example/"]]]
    #expect(
      try await world.post("/v1/submissions", submission, as: "police-jm").problem == "submission-refused")
    #expect(try await world.get("/v1/guard", as: "auditor").json["items"] == [item])
    #expect(try await world.ask("DELETE", "/v1/guard/hospital.example", as: "admin-one").status == 204)
    #expect(
      try await world.ask("DELETE", "/v1/guard/hospital.example", as: "admin-one").problem == "not-found")
    #expect(try await world.post("/v1/submissions", submission, as: "police-jm").status == 201)
  }

  @Test func `readers say what they run and what hurts, and coverage shows it`() async throws {
    let world = try await World()
    try await world.list("https://a.example/")
    let path = "/v1/lists/worst-of"
    let receipt = try await world.post(
      path + "/receipts", ["version": 1, "applied_at": "2026-11-18T12:00:00Z", "overrides": false],
      as: "isp-coral")
    #expect(receipt.status == 201)
    #expect(
      try await world.post(path + "/receipts", ["version": 2], as: "isp-coral").problem == "version-ahead")
    #expect(
      try await world.post(path + "/receipts", ["version": "1"], as: "isp-coral").problem == "invalid-field")
    try await world.list("https://b.example/")
    let coverage = try await world.get("/v1/coverage", as: "auditor").json["items"]?.arrayValue?.first
    #expect(coverage?["reader"] == "isp-coral" && coverage?["version"] == 1 && coverage?["behind"] == 1)
    let hold = try await world.post(
      path + "/holds", ["version": 2, "reason": "customers call"], as: "isp-coral")
    #expect(hold.status == 201)
    #expect(try await world.get(path + "/holds", as: "admin-one").text.contains("customers call"))
  }

  @Test func `the audit trail names what was done, page by page, and no name`() async throws {
    let world = try await World()
    try await world.list("https://listed.example/")
    let page = try await world.get("/v1/audit?limit=3", as: "auditor")
    let next = try #require(page.json["next"]?.integerValue)
    let rest = try await world.get("/v1/audit?after=\(next)&limit=1000", as: "auditor")
    #expect(page.json["items"]?.arrayValue?.count == 3 && rest.json["next"] == .null)
    #expect(!rest.text.contains("listed.example") && rest.text.contains("\"principal\":\"police-bb\""))
  }

  @Test func `what the engine answers by itself is counted by no route, what the service answers once`()
    async throws
  {
    let world = try await World()
    let facts = ConnectionFacts(peerAddress: "192.0.2.1", isLoopback: false, tls: true)
    for (method, isOurs) in [(HTTPMethod.post, true), (.post, true), (nil, true), (.get, false)]
      as [(HTTPMethod?, Bool)]
    {
      world.responder.note(
        AccessRecord(
          method: method, path: "/secret", status: .serviceUnavailable, octets: 10,
          duration: .milliseconds(1),
          connection: facts, isOurs: isOurs))
    }
    let metrics = try await world.get("/metrics", as: "watcher").text
    #expect(metrics.contains("cordon_http_responses_total{method=\"POST\",route=\"-\",status=\"503\"} 2\n"))
    #expect(metrics.contains("cordon_http_responses_total{method=\"-\",route=\"-\",status=\"503\"} 1\n"))
    #expect(!metrics.contains("{method=\"GET\",route=\"-\",status=\"503\"}"))
    #expect(!metrics.contains("secret"))
  }

  @Test func `metrics are for this machine and for who has the role`() async throws {
    let world = try await World()
    try await world.list("https://listed.example/")
    let here = ConnectionFacts(peerAddress: "127.0.0.1", isLoopback: true, tls: true)
    let local = try await world.ask("GET", "/metrics", from: here)
    #expect(local.status == 200 && local.text.contains("cordon_list_version{list=\"worst-of\"} 1\n"))
    #expect(
      local.text.contains("route=\"/v1/submissions\",status=\"201\"} 1\n") && !local.text.contains("listed"))
    #expect(try await world.get("/metrics").problem == "credential-required")
    #expect(try await world.get("/metrics", as: "isp-coral").problem == "role-required")
    #expect(try await world.get("/metrics", as: "watcher").status == 200)
  }

  @Test func `the service is not ready when its metadata is about to expire, or the store is gone`()
    async throws
  {
    let world = try await World()
    #expect(try await world.get("/healthz").status == 200)
    #expect(try await world.get("/readyz").status == 200)
    world.clock.pass(23 * 3600)
    let late = try await world.get("/readyz")
    #expect(late.status == 503 && late.json["reason"] == "metadata-near-expiry")
    try await world.publisher.tick()
    #expect(try await world.get("/readyz").status == 200)
    await world.records.close()
    #expect(try await world.get("/readyz").json["reason"] == "store-unavailable")
    #expect(try await world.get("/healthz").status == 200)
    let refused = try await world.get("/v1/audit", as: "auditor")
    #expect(refused.status == 503 && refused.problem == "store-unavailable" && refused["Retry-After"] == "5")
  }

  @Test func `a name is unguarded once under a key, which serves no other request`() async throws {
    let world = try await World()
    let key: HTTPFields = ["Idempotency-Key": "g"]
    let item: JSONValue = ["name": "hospital.example", "level": "never", "reason": "a hospital"]
    for isFirst in [true, false] {
      #expect(try await world.post("/v1/guard", ["items": [item]], as: "admin-one").status == 201)
      let dropped = try await world.ask(
        "DELETE", "/v1/guard/hospital.example", as: "admin-one", fields: key)
      #expect(dropped.status == 204 && dropped.octets.isEmpty && dropped["Content-Type"] == nil)
      #expect(dropped["Idempotency-Replayed"] == (isFirst ? nil : "true"))
      // Guarded again, the name stays guarded: the key belongs to the first request.
      let guarded = try await world.get("/v1/guard", as: "auditor").json["items"]?.arrayValue
      #expect(guarded == (isFirst ? [] : [item]))
    }
    let other = try await world.ask("DELETE", "/v1/guard/school.example", as: "admin-one", fields: key)
    #expect(other.status == 422 && other.problem == "idempotency-key-reused")
  }

  @Test func `readiness names each role that needs attention, from a second past its threshold on`()
    async throws
  {
    let world = try await World()
    let fresh = try await world.get("/readyz").json
    #expect(fresh["status"] == "ok" && fresh["alarms"]?.arrayValue?.isEmpty == true)
    world.clock.pass(43_200 + 60)
    #expect(try await world.get("/readyz").json["status"] == "ok")
    world.clock.pass(1)
    let overdue = try await world.get("/readyz")
    #expect(overdue.status == 200 && overdue.json["status"] == "alarm")
    let alarm = try #require(overdue.json["alarms"]?.arrayValue?.first)
    #expect(alarm["role"] == "timestamp" && alarm["cause"] == "signing-overdue")
    #expect(alarm["seconds_left"] == .integer(43_139))
    #expect(alarm["expires_at"] == .string(RFC3339.format(World.start.addingTimeInterval(86_400))))
    try await world.publisher.tick()
    #expect(try await world.get("/readyz").json["status"] == "ok")
  }

  @Test func `readiness tells of the root thirty days ahead and fails once it is about to expire`()
    async throws
  {
    let world = try await World()
    world.clock.pass(335 * 86_400)
    try await world.publisher.tick()
    #expect(try await world.get("/readyz").json["status"] == "ok")
    world.clock.pass(1)
    let due = try await world.get("/readyz")
    #expect(due.status == 200 && due.json["alarms"]?.arrayValue?.first?["cause"] == "renewal-due")
    #expect(due.json["alarms"]?.arrayValue?.first?["role"] == "root")
    world.clock.pass(30 * 86_400)
    let gone = try await world.get("/readyz")
    #expect(gone.status == 503 && gone.json["reason"] == "metadata-near-expiry")
    #expect(gone.json["alarms"]?.arrayValue?.compactMap { $0["cause"] }.contains("expired") == true)
  }
}
