// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Cryptography
internal import HTTPMessages
internal import Ingest
internal import Records
internal import StrictJSON

/// Credentials: tokens issued, certificates pinned, either revoked.
struct CredentialResource: Sendable {
  let context: ServiceContext

  var routes: [Route] {
    [
      Route(
        method: .get, pattern: PathPattern("/v1/credentials"), operation: "credentials",
        summary: "The credentials, without their secrets", access: .roles([.admin, .auditor]),
        answers: [.init(status: .ok, schema: "CredentialPage", meaning: "all of them")],
        work: Route.later(credentials)),
      Route(
        method: .post, pattern: PathPattern("/v1/credentials"), operation: "addCredential",
        summary: "Issue a token, or pin a client certificate's key", access: .roles([.admin]),
        content: .init(types: ["application/json"], schema: "CredentialRequest"),
        answers: [
          .init(
            status: .created, schema: "IssuedCredential",
            meaning: "with the token, this once: a replay omits it")
        ],
        problems: [
          .principalNotFound, .alreadyExists, .invalidField, .unknownField, .malformedBody,
          .idempotencyKeyReused,
        ], work: Route.later(add)),
      Route(
        method: .delete, pattern: PathPattern("/v1/credentials/{credential}"), operation: "revokeCredential",
        summary: "Revoke a credential", access: .roles([.admin]),
        answers: [.init(status: .ok, schema: "Credential", meaning: "revoked")],
        problems: [.credentialNotFound, .idempotencyKeyReused], work: Route.later(revoke)),
    ]
  }

  private func credentials(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    let people = try await context.stored { (records) throws(RecordsError) in try await records.people() }
    return Answers.json(["items": .array(people.credentials.map(Render.credential))])
  }

  private func add(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    let body = try BodyMembers(try exchange.json(), only: ["principal", "certificate", "expires_at"])
    let principal = try body.parsed("principal", PeopleResource.handle) { PrincipalID($0) }
    let expiry = try body.optionalTime("expires_at")
    if let expiry, expiry <= exchange.now { throw body.refusal("expires_at", "a time to come is wanted") }
    let token: BearerToken? = body.has("certificate") ? nil : BearerToken()
    let proof: Credential.Proof =
      if let token { .token(digest: token.digest) } else { .certificate(keyDigest: try Self.pin(body)) }
    let act = try exchange.act()
    // What is kept under an idempotency key never holds the secret.
    let rendering = Rendering<Credential>(.created) { Render.credential($0) }
    let answering = try rendering.answering(exchange)
    let credential = NewCredential(principal: principal, proof: proof, expiresAt: expiry)
    let recorded = try await context.stored { (records) throws(RecordsError) in
      try await records.addCredential(credential, act: act, answering: answering)
    }
    try await context.refreshPeople()
    guard let token, let outcome = recorded.outcome, var object = Render.credential(outcome).objectValue
    else {
      return rendering.response(recorded)
    }
    object["token"] = .string(token.text)
    return Answers.json(.object(object), status: .created)
  }

  private static func pin(_ body: BodyMembers) throws(Problem) -> [UInt8] {
    let pem = try body.pem("certificate")
    do throws(KeyError) { return try CertificateSPKI.digest(ofPEM: pem).octets } catch {
      throw body.refusal("certificate", "a certificate in PEM is wanted")
    }
  }

  private func revoke(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    guard let id = CredentialID(exchange.pathText("credential")) else { throw Problem(.credentialNotFound) }
    let act = try exchange.act()
    let rendering = Rendering<Credential>(.ok) { Render.credential($0) }
    let answering = try rendering.answering(exchange)
    let recorded = try await context.stored { (records) throws(RecordsError) in
      try await records.revokeCredential(id, act: act, answering: answering)
    }
    try await context.refreshPeople()
    return rendering.response(recorded)
  }
}
