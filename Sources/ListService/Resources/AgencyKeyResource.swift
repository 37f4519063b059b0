// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Cryptography
internal import FoundationEssentials
internal import HTTPMessages
internal import Ingest
internal import Publication
internal import Records
internal import StrictJSON

/// The agencies' signing keys, and the register made of them.
struct AgencyKeyResource: Sendable {
  let context: ServiceContext

  var routes: [Route] {
    [
      Route(
        method: .get, pattern: PathPattern("/v1/agency-keys"), operation: "agencyKeys",
        summary: "The keys that agencies sign approvals with, ended ones too",
        access: .roles([.admin, .auditor, .reviewer, .keyholder]),
        answers: [.init(status: .ok, schema: "AgencyKeyPage", meaning: "all of them")],
        work: Route.later(keys)),
      Route(
        method: .post, pattern: PathPattern("/v1/agency-keys"), operation: "addAgencyKey",
        summary: "Add an agency's key; several may count at once", access: .roles([.admin]),
        content: .init(types: ["application/json"], schema: "AgencyKeyRequest"),
        answers: [.init(status: .created, schema: "AgencyKey", meaning: "on record")],
        problems: [
          .agencyNotFound, .agencyHasNoVote, .alreadyExists, .tooManyAgencyKeys, .invalidField, .unknownField,
          .malformedBody, .idempotencyKeyReused,
        ], work: Route.later(add)),
      Route(
        method: .post, pattern: PathPattern("/v1/agency-keys/{keyid}/end"), operation: "endAgencyKey",
        summary: "End a key from a time on, which may lie in the past", access: .roles([.admin]),
        content: .init(types: ["application/json"], schema: "AgencyKeyEnd"),
        answers: [.init(status: .ok, schema: "AgencyKey", meaning: "with its end")],
        problems: [
          .agencyKeyNotFound, .invalidField, .unknownField, .malformedBody, .embeddedContent,
          .idempotencyKeyReused,
        ], work: Route.later(end)),
      Route(
        method: .get, pattern: PathPattern("/v1/agency-register"), operation: "agencyRegister",
        summary: "What `agencies.json` shall say by what is on record: the octets to sign",
        access: .roles([.admin, .auditor, .keyholder]),
        answers: [.init(status: .ok, schema: "AgencyRegister", meaning: "canonical JSON")],
        problems: [.publishingUnavailable], work: Route.later(register)),
      Route(
        method: .post, pattern: PathPattern("/v1/agency-register/publication"),
        operation: "publishAgencyRegister",
        summary:
          "Sign the register as `agencies.json`, where the service signs the targets; else its holders do",
        access: .roles([.keyholder]),
        answers: [.init(status: .created, schema: "PublishedRegister", meaning: "in force")],
        problems: [.nothingToPublish, .targetsProposalRefused, .proposalConflict, .publishingUnavailable],
        work: Route.later(publish)),
    ]
  }

  private func keys(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    let keys = try await context.stored { (r) throws(RecordsError) in try await r.agencyKeys() }
    return Answers.json(["items": .array(keys.map(Self.render))])
  }

  private func add(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    let body = try BodyMembers(
      try exchange.json(), only: ["agency", "public_key", "valid_from", "valid_until"])
    let octets = try Self.publicOctets(body)
    let from = try body.optionalTime("valid_from") ?? exchange.now
    let until = try body.optionalTime("valid_until")
    guard until.map({ from < $0 }) ?? true else {
      throw body.refusal("valid_until", "a time after valid_from is wanted")
    }
    let agency = try body.parsed("agency", PeopleResource.handle) { AgencyID($0) }
    let key = AgencySigningKey(agency: agency, publicOctets: octets, validFrom: from, validUntil: until)
    guard let key else { throw body.refusal("public_key", Self.wanted) }
    let act = try exchange.act()
    let rendering = Rendering<AgencySigningKey>(.created) { Self.render($0) }
    let answering = try rendering.answering(exchange)
    return rendering.response(
      try await context.stored { (records) throws(RecordsError) in
        try await records.addAgencyKey(key, act: act, answering: answering)
      })
  }

  private func end(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    let keyid = exchange.pathText("keyid")
    let body = try BodyMembers(try exchange.json(), only: ["from", "reason"])
    let reason = try body.remark("reason", maximum: 1000)
    let time = try body.optionalTime("from") ?? exchange.now
    let act = try exchange.act()
    let rendering = Rendering<AgencySigningKey>(.ok) { Self.render($0) }
    let answering = try rendering.answering(exchange)
    return rendering.response(
      try await context.stored { (records) throws(RecordsError) in
        try await records.endAgencyKey(keyid, at: time, reason: reason, act: act, answering: answering)
      })
  }

  private func register(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    let register = try await context.publishing { (publisher) throws(PublicationError) in
      try await publisher.agencyRegister()
    }
    return HTTPResponse(
      status: .ok, fields: ["Content-Type": "application/json", "Cache-Control": "no-store"],
      body: .octets(register.encoded))
  }

  private func publish(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    let act = try exchange.act()
    let rendering = Rendering<AgencyRegister>(.created) {
      [
        "version": .integer($0.version), "sha256": .string(SHA256Digest(hashing: $0.encoded).hex),
      ]
    }
    let answering = try rendering.answering(exchange)
    return rendering.response(
      try await context.proposing(of: .targets) { (publisher) throws(PublicationError) in
        try await publisher.publishAgencyRegister(act: act, answering: answering)
      })
  }

  private static let wanted = "an Ed25519 public key is wanted, as PEM or as 64 hexadecimal digits"

  private static func publicOctets(_ body: BodyMembers) throws(Problem) -> [UInt8] {
    let text = try body.pem("public_key")
    if let octets = Hex.decode(text), octets.count == 32 { return octets }
    guard let octets = (try? PublicKey(pem: text))?.ed25519Octets else {
      throw body.refusal("public_key", wanted)
    }
    return octets
  }

  private static func render(_ key: AgencySigningKey) -> JSONValue {
    [
      "keyid": .string(key.keyid), "agency": .string(key.agency.text),
      "public_key": .string(Hex.encode(key.publicOctets)), "valid_from": Render.time(key.validFrom),
      "valid_until": Render.time(key.validUntil),
    ]
  }
}
