// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import HTTPMessages
import StrictJSON
import Testing

/// Where an `Idempotency-Key` is described it counts, and where it does not count it is not taken in silence.
@Suite struct IdempotencyKeyTests {
  private static let key: HTTPFields = ["Idempotency-Key": "once"]

  @Test func `the description has the key where answers are kept, and nowhere else`() async throws {
    let world = try await World()
    let paths = try #require(try await world.get("/openapi.json").json["paths"]?.objectValue)
    var without: Set<String> = []
    for (_, item) in paths.members {
      for (method, operation) in item.objectValue?.members ?? [] {
        let names = operation["parameters"]?.arrayValue?.compactMap { $0["name"]?.stringValue } ?? []
        let has = names.contains("Idempotency-Key")
        #expect(!has || method != "get")
        if method != "get", !has, let name = operation["operationId"]?.stringValue { without.insert(name) }
      }
    }
    #expect(without == ["fileAppeal", "fileAppealByForm", "appealStatusByForm", "suspendForAppeal"])
  }

  @Test func `who shows no credential has no key: one is refused, and two appeals are two`() async throws {
    let world = try await World()
    let appeal: JSONValue = ["name": "a.example", "statement": "mine"]
    let refused = try await world.post("/v1/appeals", appeal, as: nil, fields: Self.key)
    #expect(refused.problem == "invalid-field" && refused.text.contains("Idempotency-Key"))
    #expect(try await world.get("/v1/appeals", as: "auditor").json["items"] == [])
    var cases: Set<String> = []
    for _ in 1...2 {
      let filed = try await world.post("/v1/appeals", appeal, as: nil)
      #expect(filed.status == 201)
      cases.insert(filed.json["case"]?.stringValue ?? "")
    }
    #expect(cases.count == 2)
    let form = try await world.ask(
      "POST", "/appeal", body: Array("name=a.example&statement=mine".utf8),
      type: "application/x-www-form-urlencoded", fields: Self.key)
    #expect(form.status == refused.status)
    #expect(try await world.get("/v1/appeals", as: "auditor").json["items"]?.arrayValue?.count == 2)
  }

  @Test func `publishing the register of agencies under a key gives the first answer again`() async throws {
    let world = try await World()
    let path = "/v1/agency-register/publication"
    let first = try await world.ask("POST", path, as: "admin-one", fields: Self.key)
    #expect(first.status == 201 && first["Idempotency-Replayed"] == nil, "\(first.text)")
    let again = try await world.ask("POST", path, as: "admin-one", fields: Self.key)
    #expect(again.status == 201 && again["Idempotency-Replayed"] == "true" && again.octets == first.octets)
    #expect(try await world.ask("POST", path, as: "admin-one").problem == "nothing-to-publish")
  }
}
