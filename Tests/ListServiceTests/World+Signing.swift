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
import RecordsSQLite
import SignedManifests
import StrictJSON
import Testing

/// An agency's desk with its signing key, made of a number.
struct SigningDesk {
  let person: String
  let agency: String
  let key: PrivateKey

  init(_ person: String, agency: String? = nil, _ number: UInt8) throws {
    self.person = person
    self.agency = agency ?? person
    key = try PrivateKey(ed25519Seed: [UInt8](repeating: number, count: 32))
  }

  var keyid: String {
    get throws { AgencySigningKey.keyid(of: try #require(key.publicKey.ed25519Octets)) }
  }

  /// Puts the key on record.
  @discardableResult
  func register(in world: World, from: String? = nil, until: String? = nil) async throws -> Reply {
    var body: JSONObject = ["agency": .string(agency), "public_key": .string(key.publicKey.pem)]
    body["valid_from"] = from.map { .string($0) }
    body["valid_until"] = until.map { .string($0) }
    return try await world.post("/v1/agency-keys", .object(body), as: "admin-one")
  }

  /// Signs the text that a route gives.
  func signature(_ path: String, in world: World, by other: SigningDesk? = nil, naming keyid: String? = nil)
    async throws -> JSONValue
  {
    let text = try await world.get(path, as: person)
    #expect(text.status == 200, "\(text.text)")
    let octets = Array(try #require(text.json["text"]?.stringValue).utf8)
    var signature: JSONObject = [
      "sig": .string(SignedApproval.base64(try (other ?? self).key.sign(octets))),
      "decided_at": text.json["decided_at"] ?? .null,
    ]
    signature["keyid"] = keyid.map { .string($0) }
    return .object(signature)
  }

  static func review(_ signature: JSONValue?, scope: String? = nil) -> JSONValue {
    var review = World.approval.objectValue ?? [:]
    review["signature"] = signature
    review["scope"] = scope.map { .string($0) }
    return .object(review)
  }

  /// Approves with a signature.
  @discardableResult
  func approve(_ submission: String, in world: World) async throws -> Reply {
    let signature = try await signature("/v1/submissions/\(submission)/approval-text", in: world)
    return try await world.post(
      "/v1/submissions/\(submission)/reviews", Self.review(signature), as: person)
  }
}

extension World {
  /// A time so many seconds after the start, as the API writes it.
  static func time(_ seconds: Double) -> String { RFC3339.format(start.addingTimeInterval(seconds)) }
}
