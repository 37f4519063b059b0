// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import Cryptography
import Foundation
import Ingest
import Names
import Records
import Testing

/// The agencies' keys and signed approvals: what every store keeps of them.
@Suite struct ApprovalContractTests {
  @Test(arguments: StoreKind.allCases)
  func `keys are added once, to agencies that vote, and end but once`(kind: StoreKind) async throws {
    let registry = try await Registry(kind)
    let store = registry.store
    let key = try SigningDesk("tt", 1).key()
    #expect(try await store.agencyRegister() == AgencyRegister(version: 0, agencies: [], keys: []))
    #expect(try await store.addAgencyKey(key, act: registry.act(), answering: nil).outcome == key)
    await #expect(throws: RecordsError.refused(.alreadyExists(.agencyKey))) {
      try await store.addAgencyKey(SigningDesk("bb", 1).key(), act: registry.act(), answering: nil)
    }
    await #expect(throws: RecordsError.refused(.missingReference(.agency))) {
      try await store.addAgencyKey(SigningDesk("xx", 2).key(), act: registry.act(), answering: nil)
    }
    let hotline = Agency(
      id: try #require(AgencyID("unit-hl")), name: "", country: try #require(CountryCode("TT")),
      kind: .hotline)
    _ = try await store.addAgency(hotline, act: registry.act(), answering: nil)
    await #expect(throws: RecordsError.refused(.agencyHasNoVote)) {
      try await store.addAgencyKey(SigningDesk("hl", 2).key(), act: registry.act(), answering: nil)
    }
    let end = Registry.now.addingTimeInterval(60)
    let ended = try await store.endAgencyKey(
      key.keyid, at: end, reason: "rotated", act: registry.act(), answering: nil
    ).outcome
    #expect(ended?.validUntil == end)
    let later = try await store.endAgencyKey(
      key.keyid, at: end + 1, reason: "again", act: registry.act(), answering: nil
    ).outcome
    #expect(later == ended, "an ended key does not come back")
    #expect(try await store.agencyKeys() == [ended])
    let register = try await store.agencyRegister()
    #expect(register.version == 2)
    #expect(register.members.map(\.keys.first) == [ended])
    _ = try await store.endAgencyKey(
      key.keyid, at: key.validFrom, reason: "stolen", act: registry.act(), answering: nil)
    #expect(try await store.agencyRegister().members.isEmpty, "a void key is not in the register")
    let trail = try await store.audit(after: 0, limit: 100).filter { $0.action.hasPrefix("agency-key") }
    #expect(trail.map(\.action) == ["agency-key-added", "agency-key-ended", "agency-key-ended"])
    #expect(trail.map(\.reason) == [nil, "rotated", "stolen"])
    await #expect(throws: RecordsError.refused(.notFound(.agencyKey))) {
      try await store.endAgencyKey("none", at: end, reason: "", act: registry.act(), answering: nil)
    }
    try await registry.expectSound()
  }

  @Test(arguments: StoreKind.allCases)
  func `an agency has no more keys than the limit`(kind: StoreKind) async throws {
    let registry = try await Registry(kind)
    for number in 1...AgencySigningKey.maximumPerAgency {
      _ = try await registry.store.addAgencyKey(
        SigningDesk("tt", UInt8(number)).key(), act: registry.act(), answering: nil)
    }
    await #expect(throws: RecordsError.refused(.tooManyKeys)) {
      try await registry.store.addAgencyKey(SigningDesk("tt", 200).key(), act: registry.act(), answering: nil)
    }
    _ = try await registry.store.addAgencyKey(
      SigningDesk("bb", 200).key(), act: registry.act(), answering: nil)
  }

  @Test(arguments: StoreKind.allCases)
  func `reviewers belong to agencies that vote`(kind: StoreKind) async throws {
    let registry = try await Registry(kind)
    for kind in Agency.Kind.allCases {
      let id = try #require(AgencyID("new-\(kind.rawValue)"))
      _ = try await registry.store.addAgency(
        Agency(id: id, name: "", country: try #require(CountryCode("TT")), kind: kind), act: registry.act(),
        answering: nil)
      let person = NewPrincipal(
        id: try #require(PrincipalID("p-\(kind.rawValue)")), name: "", agency: id,
        roles: [.reviewer, .submitter])
      if kind == .police {
        _ = try await registry.store.addPrincipal(person, act: registry.act(), answering: nil)
      } else {
        await #expect(throws: RecordsError.refused(.agencyHasNoVote)) {
          try await registry.store.addPrincipal(person, act: registry.act(), answering: nil)
        }
        let reporter = NewPrincipal(id: person.id, name: "", agency: id, roles: [.submitter])
        _ = try await registry.store.addPrincipal(reporter, act: registry.act(), answering: nil)
      }
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `signed approvals are for releases once they list, and for one mark always the same`(kind: StoreKind)
    async throws
  {
    let registry = try await Registry(kind)
    let desks = [SigningDesk("tt", 1), SigningDesk("bb", 2)]
    for desk in desks { try await desk.register(in: registry) }
    let ids = try await registry.submit(["bad.example", "plain.example"])
    let first = try #require(try await desks[0].approve(ids[0], in: registry))
    #expect(first.verdict == .recorded)
    #expect(first.review?.signature?.keyid == (try desks[0].key().keyid))
    #expect(
      try await registry.store.publicationBasis(list: registry.list, at: Registry.now).approvalMark == 0)
    _ = try await desks[1].approve(ids[0], in: registry)
    _ = try await registry.approve(ids[1], by: "a-tt")
    _ = try await registry.approve(ids[1], by: "a-bb")
    let basis = try await registry.store.publicationBasis(list: registry.list, at: Registry.now)
    #expect(basis.approvalMark == 2)
    let release = try await registry.publish()
    #expect(release.approvalMark == 2)
    let entry = try BlocklistEntry(parsing: ".bad.example")
    let approvals = try await registry.store.approvals(list: registry.list, through: 2, of: nil)
    #expect(Set(approvals.map(\.agency.text)) == ["unit-tt", "unit-bb"])
    #expect(Set(approvals.map(\.entry)) == [entry])
    let quorum = ApprovalQuorum(
      register: try await registry.store.agencyRegister(), countries: 2, list: registry.list)
    #expect(quorum.isProven(entry, by: approvals))
    let renewal = try await desks[0].renewal(of: ids[0], in: registry)
    let listed = try #require(basis.live.first { $0.entry == entry })
    _ = try await registry.store.renew(
      listed.id, days: 30, term: .standard, approval: renewal, act: registry.act(60), answering: nil)
    #expect(try await registry.store.approvals(list: registry.list, through: 2, of: [entry]).count == 2)
    #expect(try await registry.store.approvals(list: registry.list, through: 3, of: [entry]).count == 3)
    #expect(try await registry.store.approvals(list: registry.list, through: 3, of: []).isEmpty)
    #expect(
      try await registry.store.approvedEntries(list: registry.list, after: 2, through: 3) == [entry])
    #expect(try await registry.store.approvedEntries(list: registry.list, after: 3, through: 3).isEmpty)
    try await registry.expectSound()
  }

  @Test(arguments: StoreKind.allCases)
  func `a renewal with a bad signature changes nothing`(kind: StoreKind) async throws {
    let registry = try await Registry(kind)
    let desks = [SigningDesk("tt", 1), SigningDesk("bb", 2)]
    for desk in desks { try await desk.register(in: registry) }
    let id = try await registry.submit(["bad.example"])[0]
    for desk in desks { _ = try await desk.approve(id, in: registry) }
    let before = try #require(try await registry.store.entries(EntryFilter(), after: 0, limit: 1).first)
    let bad = try await desks[0].renewal(of: id, in: registry, signedBy: desks[1])
    await #expect(throws: RecordsError.refused(.signatureRefused(.invalid))) {
      try await registry.store.renew(
        before.id, days: 30, term: .standard, approval: bad, act: registry.act(60), answering: nil)
    }
    #expect(try await registry.store.entry(before.id) == before)
  }
}

/// An agency's desk with a signing key made of a number.
struct SigningDesk {
  let country: String
  let number: UInt8

  init(_ country: String, _ number: UInt8) {
    self.country = country
    self.number = number
  }

  private func secret() throws -> PrivateKey {
    try PrivateKey(ed25519Seed: [UInt8](repeating: number, count: 32))
  }

  func key() throws -> AgencySigningKey {
    let agency = try #require(AgencyID("unit-\(country)"))
    let octets = try #require(try secret().publicKey.ed25519Octets)
    return try #require(
      AgencySigningKey(
        agency: agency, publicOctets: octets, validFrom: Registry.now.addingTimeInterval(-60)))
  }

  func register(in registry: Registry) async throws {
    _ = try await registry.store.addAgencyKey(key(), act: registry.act(), answering: nil)
  }

  private func signature(_ id: SubmissionID, _ registry: Registry, by signer: SigningDesk? = nil) async throws
    -> ApprovalSignature
  {
    let submission = try await registry.store.submission(id)
    let statement = ApprovalStatement(
      list: registry.list, entry: submission.entry,
      criteria: try #require(CriteriaVersion(id: "baseline", version: 1)), submittedAt: submission.createdAt,
      decidedAt: Registry.now, agency: try key().agency,
      country: try #require(CountryCode(country.uppercased())))
    return ApprovalSignature(
      keyid: nil, octets: try (signer ?? self).secret().sign(statement.octets), decidedAt: Registry.now)
  }

  func approve(_ id: SubmissionID, in registry: Registry) async throws -> ReviewOutcome? {
    let plain = try registry.approval(id, by: "a-\(country)")
    let request = ReviewRequest(
      submission: id, reviewer: plain.reviewer, decision: .approve, answers: plain.answers, at: plain.at,
      signature: try await signature(id, registry))
    return try await registry.store.addReview(request, policy: registry.policy(), answering: nil).outcome
  }

  func renewal(of id: SubmissionID, in registry: Registry, signedBy signer: SigningDesk? = nil) async throws
    -> RenewalApproval
  {
    RenewalApproval(
      reviewer: try registry.person("a-\(country)"),
      signature: try await signature(id, registry, by: signer),
      criteria: try #require(CriteriaVersion(id: "baseline", version: 1)), signing: .optional)
  }
}
