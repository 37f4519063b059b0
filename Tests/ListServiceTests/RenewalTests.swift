// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Cryptography
import Foundation
import HTTPMessages
import StrictJSON
import Testing

@Suite struct RenewalTests {
  private static let path = "/v1/credentials/own"

  private func fields(_ token: String) -> HTTPFields { ["Authorization": "Bearer \(token)"] }

  @Test func `a token is renewed by itself, both count for the overlap, then the new one alone`() async throws
  {
    let world = try await World()
    let answer = try await world.post(Self.path, ["overlap_hours": 2], as: "isp-coral")
    #expect(answer.status == 201, "\(answer.text)")
    let token = try #require(answer.json["token"]?.stringValue)
    #expect(answer.json["previous"]?["expires_at"] != .null)
    let own = try await world.get(Self.path, fields: fields(token))
    #expect(own.json["principal"] == "isp-coral" && own.json["items"]?.arrayValue?.count == 2)
    #expect(own.json["current"] == answer.json["id"])
    #expect(try await world.get("/v1/lists", as: "isp-coral").status == 200)
    world.clock.pass(2 * 3_600)
    #expect(try await world.get("/v1/lists", as: "isp-coral").problem == "credential-expired")
    #expect(try await world.get("/v1/lists", fields: fields(token)).status == 200)
    #expect(try await world.get(Self.path, fields: fields(token)).json["items"]?.arrayValue?.count == 1)
  }

  @Test func `a renewal is asked for in form, and not without end`() async throws {
    let world = try await World()
    let pem = try CertificateRequest.pem(for: PrivateKey.generate(.ecdsaP256), name: "x")
    for body: JSONValue in [
      ["overlap_hours": -1], ["overlap_hours": 169], ["request": .string(pem)], ["x": 1],
    ] {
      #expect([400, 422].contains(try await world.post(Self.path, body, as: "isp-coral").status))
    }
    for _ in 2...8 { #expect(try await world.post(Self.path, [:], as: "isp-coral").status == 201) }
    #expect(try await world.post(Self.path, [:], as: "isp-coral").problem == "renewal-refused")
    #expect(try await world.post(Self.path, [:], as: "auditor").status == 201)
  }

  @Test func `who has no credential has none to renew, and the configuration may forbid it`() async throws {
    let world = try await World([("credentials.renewal", "false")])
    #expect(try await world.post(Self.path, [:], as: "isp-coral").problem == "renewal-refused")
    #expect(try await world.get(Self.path).problem == "credential-required")
  }

  @Test func `the end that a credential has is never moved further off`() async throws {
    let world = try await World()
    let first = try await world.post(Self.path, ["overlap_hours": 1], as: "isp-coral")
    let second = try await world.post(Self.path, ["overlap_hours": 100], as: "isp-coral")
    #expect(first.json["previous"]?["expires_at"] == second.json["previous"]?["expires_at"])
  }
}
