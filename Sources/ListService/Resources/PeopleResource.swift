// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import HTTPMessages
internal import Ingest
internal import Names
internal import Records
internal import StrictJSON

/// Agencies and principals.
struct PeopleResource: Sendable {
  let context: ServiceContext

  var routes: [Route] {
    [
      Route(
        method: .get, pattern: PathPattern("/v1/agencies"), operation: "agencies", summary: "The agencies",
        access: .roles([.admin, .auditor]),
        answers: [.init(status: .ok, schema: "AgencyPage", meaning: "all of them")],
        work: Route.later(agencies)),
      Route(
        method: .post, pattern: PathPattern("/v1/agencies"), operation: "addAgency", summary: "Add an agency",
        access: .roles([.admin]), content: .init(types: ["application/json"], schema: "AgencyRequest"),
        answers: [.init(status: .created, schema: "Agency", meaning: "added")],
        problems: [
          .alreadyExists, .ownDomainPublicSuffix, .invalidField, .unknownField, .malformedBody,
          .embeddedContent, .tooManyItems, .idempotencyKeyReused,
        ],
        work: Route.later(addAgency)),
      Route(
        method: .post, pattern: PathPattern("/v1/agencies/{agency}/domains"), operation: "setAgencyDomains",
        summary: "Replace the domains that an agency calls its own, never blocked",
        access: .roles([.admin]), content: .init(types: ["application/json"], schema: "DomainsRequest"),
        answers: [.init(status: .ok, schema: "DomainsResult", meaning: "guarded from now on")],
        problems: [
          .agencyNotFound, .ownDomainPublicSuffix, .invalidField, .unknownField, .malformedBody,
          .tooManyItems, .idempotencyKeyReused,
        ],
        work: Route.later(setDomains)),
      Route(
        method: .get, pattern: PathPattern("/v1/principals"), operation: "principals",
        summary: "The principals",
        access: .roles([.admin, .auditor]),
        answers: [.init(status: .ok, schema: "PrincipalPage", meaning: "all of them")],
        work: Route.later(principals)),
      Route(
        method: .post, pattern: PathPattern("/v1/principals"), operation: "addPrincipal",
        summary: "Add a principal",
        access: .roles([.admin]), content: .init(types: ["application/json"], schema: "PrincipalRequest"),
        answers: [.init(status: .created, schema: "Principal", meaning: "added")],
        problems: [
          .alreadyExists, .agencyNotFound, .agencyHasNoVote, .invalidField, .unknownField, .malformedBody,
          .embeddedContent, .tooManyItems, .idempotencyKeyReused,
        ],
        work: Route.later(addPrincipal)),
    ]
  }

  private func agencies(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    let people = try await context.stored { (records) throws(RecordsError) in try await records.people() }
    return Answers.json(["items": .array(people.agencies.map(Render.agency))])
  }

  private func principals(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    let people = try await context.stored { (records) throws(RecordsError) in try await records.people() }
    return Answers.json(["items": .array(people.principals.map(Render.principal))])
  }

  private func addAgency(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    let body = try BodyMembers(try exchange.json(), only: ["id", "name", "country", "kind", "domains"])
    let kinds = Agency.Kind.allCases.map(\.rawValue).joined(separator: ", ")
    let agency = Agency(
      id: try body.parsed("id", Self.handle) { AgencyID($0) }, name: try body.remark("name", maximum: 255),
      country: try body.parsed("country", "an ISO 3166-1 code of two capitals is wanted") { CountryCode($0) },
      kind: try body.parsed("kind", "one of \(kinds) is wanted") { Agency.Kind(rawValue: $0) },
      domains: body.has("domains") ? try domains(body) : [])
    let act = try exchange.act()
    let rendering = Rendering<Agency>(.created) { Render.agency($0) }
    let answering = try rendering.answering(exchange)
    let recorded = try await context.stored { (records) throws(RecordsError) in
      try await records.addAgency(agency, act: act, answering: answering)
    }
    if !agency.domains.isEmpty { try await refresh() }
    return rendering.response(recorded)
  }

  private func setDomains(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    guard let id = AgencyID(exchange.pathText("agency")) else { throw Problem(.agencyNotFound) }
    let domains = try domains(try BodyMembers(try exchange.json(), only: ["domains"]))
    let act = try exchange.act()
    return try await context.withGuardsStill { () throws(Problem) in
      let hit = try await context.stillListed(domains.map { GuardEntry(name: $0, level: .never) })
      let rendering = Rendering<Agency>(.ok) {
        ["agency": Render.agency($0), "still_listed": hit.listed, "withheld": hit.withheld]
      }
      let answering = try rendering.answering(exchange)
      let recorded = try await context.stored { (records) throws(RecordsError) in
        try await records.setDomains(domains, of: id, act: act, answering: answering)
      }
      try await refresh()
      return rendering.response(recorded)
    }
  }

  private func domains(_ body: BodyMembers) throws(Problem) -> [DomainName] {
    var names: [DomainName] = []
    for value in try body.array("domains", maximum: Agency.mostDomains) {
      guard let text = value.stringValue, let name = try? DomainName(canonical: text), name.parent != nil
      else {
        throw body.refusal(
          "domains", "domain names of two labels at least, in canonical spelling, are wanted")
      }
      // Whoever could say so of `co.uk`, or of a hoster's shared suffix, would keep all that is below off the list.
      if let section = context.rules.publicSuffixes.section(of: name) {
        throw Problem(
          .ownDomainPublicSuffix,
          section == .icann
            ? "`\(name)` is a registry's." : "`\(name)` is a suffix that its owner offers to others.",
          extras: ["pointer": "/domains", "name": .string(name.text)])
      }
      if !names.contains(name) { names.append(name) }
    }
    return names.sorted()
  }

  private func refresh() async throws(Problem) {
    try await context.refreshPeople()
    try await context.refreshGuards()
  }

  private func addPrincipal(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    let body = try BodyMembers(try exchange.json(), only: ["id", "name", "agency", "roles"])
    var roles: Set<Role> = []
    for value in try body.array("roles", maximum: Role.allCases.count) {
      guard let role = value.stringValue.flatMap(Role.init) else {
        throw body.refusal(
          "roles", "any of \(Role.allCases.map(\.rawValue).joined(separator: ", ")) is wanted")
      }
      roles.insert(role)
    }
    let principal = NewPrincipal(
      id: try body.parsed("id", Self.handle) { PrincipalID($0) }, name: try body.remark("name", maximum: 255),
      agency: try body.parsed("agency", Self.handle) { AgencyID($0) }, roles: roles)
    let act = try exchange.act()
    let rendering = Rendering<Principal>(.created) { Render.principal($0) }
    let answering = try rendering.answering(exchange)
    let recorded = try await context.stored { (records) throws(RecordsError) in
      try await records.addPrincipal(principal, act: act, answering: answering)
    }
    try await context.refreshPeople()
    return rendering.response(recorded)
  }

  static let handle = "lower-case letters, digits and single hyphens are wanted"
}
