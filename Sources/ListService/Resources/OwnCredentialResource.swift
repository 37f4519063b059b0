// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Cryptography
internal import FoundationEssentials
internal import HTTPMessages
internal import Ingest
internal import Records
internal import StrictJSON

/// One's own credentials: looked at, and renewed before they end. The new one is proven by the old, which goes on for a while.
struct OwnCredentialResource: Sendable {
  let context: ServiceContext

  /// The most credentials in force that one principal renews to.
  static let maximumInForce = 8

  var routes: [Route] {
    [
      Route(
        method: .get, pattern: PathPattern("/v1/credentials/own"), operation: "ownCredentials",
        summary: "Who you are, the credential that says so, and your others in force", access: .signedIn,
        answers: [.init(status: .ok, schema: "OwnCredentials", meaning: "yours")], work: Route.later(own)),
      Route(
        method: .post, pattern: PathPattern("/v1/credentials/own"), operation: "renewCredential",
        summary:
          "A new token, or a certificate for a new key; the credential that asks ends after an overlap",
        access: .signedIn, content: .init(types: ["application/json"], schema: "RenewalRequest"),
        answers: [
          .init(
            status: .created, schema: "RenewedCredential",
            meaning: "with the token, or the certificate where the service issues them, this once")
        ],
        problems: [
          .renewalRefused, .alreadyExists, .invalidField, .unknownField, .malformedBody,
          .idempotencyKeyReused,
        ], work: Route.later(renew)),
    ]
  }

  private func own(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    let holder = try holder(exchange)
    return Answers.json([
      "principal": .string(holder.principal.id.text), "name": .string(holder.principal.name),
      "agency": .string(holder.principal.agency.text), "country": .string(holder.principal.country.text),
      "roles": .array(holder.principal.roles.map(\.rawValue).sorted().map { .string($0) }),
      "current": .string(holder.credential.id.text),
      "items": .array(try await inForce(holder.principal, at: exchange.now).map(Render.credential)),
    ])
  }

  private func renew(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    let settings = context.configuration.renewal
    let holder = try holder(exchange)
    let body = try BodyMembers(try exchange.json(), only: ["request", "overlap_hours"])
    let hours = Int64(settings.overlapHours)
    let overlap = body.has("overlap_hours") ? try body.integer("overlap_hours", in: 0...hours) : hours
    guard settings.isAllowed else {
      throw Problem(.renewalRefused, "This service renews nothing: ask an administrator for a credential.")
    }
    if case .token = holder.credential.proof, body.has("request") {
      throw body.refusal("request", "a token renews a token; a certificate a certificate")
    }
    if case .certificate = holder.credential.proof, !body.has("request") {
      throw body.refusal("request", "a certificate is renewed with a certificate request in PEM")
    }
    guard try await inForce(holder.principal, at: exchange.now).count < Self.maximumInForce else {
      throw Problem(
        .renewalRefused, "You have \(Self.maximumInForce) credentials in force: wait for one to end.")
    }
    let end = exchange.now.addingTimeInterval(TimeInterval(overlap) * 3_600)
    return try await issue(exchange, holder, body, oldEnds: end)
  }

  private func issue(
    _ exchange: Exchange, _ holder: CredentialSnapshot.Holder, _ body: BodyMembers, oldEnds: Date
  ) async throws(Problem) -> HTTPResponse {
    let settings = context.configuration.renewal
    let request: CertificateRequest? = body.has("request") ? try Self.request(body) : nil
    let token: BearerToken? = request == nil ? BearerToken() : nil
    let days = request == nil ? settings.tokenDays : settings.certificateDays
    let until = exchange.now.addingTimeInterval(TimeInterval(days) * 86_400)
    let proof: Credential.Proof
    var secret: [(String, JSONValue)] = []
    if let request {
      proof = .certificate(keyDigest: request.keyDigest.octets)
      secret = [
        (
          "certificate",
          try certificate(request, holder.principal, exchange.now, until).map { .string($0) } ?? .null
        )
      ]
    } else if let token {
      proof = .token(digest: token.digest)
      secret = [("token", .string(token.text))]
    } else {
      throw Problem(.internalError)
    }
    let act = try exchange.act()
    let rendering = Rendering<Credential>(.created) { Render.credential($0) }
    let answering = try rendering.answering(exchange)
    let new = NewCredential(principal: holder.principal.id, proof: proof, expiresAt: until)
    let recorded = try await context.stored { (records) throws(RecordsError) in
      try await records.addCredential(new, act: act, answering: answering)
    }
    guard let outcome = recorded.outcome, var object = Render.credential(outcome).objectValue else {
      try await context.refreshPeople()
      return rendering.response(recorded)
    }
    let old = try await context.stored { (records) throws(RecordsError) in
      try await records.limitCredential(holder.credential.id, until: oldEnds, act: act)
    }
    try await context.refreshPeople()
    for (name, value) in secret { object[name] = value }
    object["previous"] = Render.credential(old)
    return Answers.json(.object(object), status: .created)
  }

  /// The certificate, where the service issues them; nil where another authority does.
  private func certificate(
    _ request: CertificateRequest, _ principal: Principal, _ now: Date, _ until: Date
  ) throws(Problem) -> String? {
    guard let issuer = context.issuer else { return nil }
    do throws(KeyError) {
      // A clock that is a little behind shall not find it not valid yet.
      return try issuer.issue(
        request, name: principal.id.text, from: now.addingTimeInterval(-300), until: until)
    } catch { throw Problem(.internalError) }
  }

  private static func request(_ body: BodyMembers) throws(Problem) -> CertificateRequest {
    let pem = try body.pem("request")
    do throws(KeyError) { return try CertificateRequest(pem: pem) } catch {
      throw body.refusal(
        "request", "a certificate request in PEM, signed by its own Ed25519, P-256 or RSA key, is wanted")
    }
  }

  private func holder(_ exchange: Exchange) throws(Problem) -> CredentialSnapshot.Holder {
    guard let holder = try context.gatekeeper.holder(of: exchange.request, now: exchange.now) else {
      throw Problem(.credentialRequired)
    }
    return holder
  }

  private func inForce(_ principal: Principal, at now: Date) async throws(Problem) -> [Credential] {
    let people = try await context.stored { (records) throws(RecordsError) in try await records.people() }
    return people.credentials.filter { $0.principal == principal.id && $0.isValid(at: now) }
  }
}
