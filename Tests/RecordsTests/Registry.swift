// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import Foundation
import Glibc
import Ingest
import Names
import Records
import RecordsPostgres
import RecordsSQLite
import Testing

/// The kinds of store that keep the contract.
enum StoreKind: String, CaseIterable, CustomTestStringConvertible {
  case sqlite
  case postgresql

  var testDescription: String { rawValue }

  /// Where a fresh store may be made.
  func place(in folder: String) throws -> String {
    switch self {
    case .sqlite: folder + "/store.sqlite"
    case .postgresql: try PostgresCluster.shared.get().database()
    }
  }

  func open(_ place: String) throws -> any Records {
    switch self {
    case .sqlite: try SQLiteRecords(path: place)
    case .postgresql: try PostgresRecords(connection: place, connections: 8)
    }
  }
}

/// A store in a folder of its own, with people in five countries.
struct Registry {
  static let now = Date(timeIntervalSince1970: 1_795_000_000)
  static let countries = ["JM", "TT", "BB", "GY", "FJ"]

  private let folder = TemporaryFolder()
  let kind: StoreKind
  let path: String
  let store: any Records
  let list: ListName

  init(_ kind: StoreKind) async throws { try await self.init(kind, populated: true) }

  /// A store that is there.
  init(_ kind: StoreKind, at place: String) async throws {
    self.kind = kind
    self.path = place
    self.store = try kind.open(place)
    self.list = try ListName("worst-of")
  }

  init(_ kind: StoreKind, at place: String? = nil, populated: Bool) async throws {
    self.kind = kind
    self.path = try place ?? kind.place(in: folder.path)
    self.store = try kind.open(path)
    self.list = try ListName("worst-of")
    guard populated else { return }
    for country in Self.countries {
      let agency = Agency(
        id: try #require(AgencyID("unit-\(country.lowercased())")), name: country,
        country: try #require(CountryCode(country)), kind: .police)
      _ = try await store.addAgency(agency, act: act(), answering: nil)
      for letter in ["a", "b"] {
        let id = try #require(PrincipalID("\(letter)-\(country.lowercased())"))
        let new = NewPrincipal(id: id, name: id.text, agency: agency.id, roles: [.submitter, .reviewer])
        _ = try await store.addPrincipal(new, act: act(), answering: nil)
      }
    }
  }

  func act(_ offset: Double = 0) -> Act {
    Act(by: PrincipalID("admin-one"), at: Self.now.addingTimeInterval(offset))
  }

  func person(_ id: String) throws -> Principal {
    let country = try #require(CountryCode(String(id.suffix(2)).uppercased()))
    return Principal(
      id: try #require(PrincipalID(id)), name: id, agency: try #require(AgencyID("unit-\(id.suffix(2))")),
      country: country, roles: [.submitter, .reviewer])
  }

  func items(_ hosts: [String]) throws -> [AdmittedItem] {
    let admission = Admission(names: NameRules(allowsReservedNames: true), guards: .empty)
    return try hosts.enumerated().map {
      try admission.admit(ParsedItem(line: $0.offset + 1, url: "http://\($0.element)/")).get()
    }
  }

  func batch(_ hosts: [String], by id: String = "a-jm") throws -> SubmissionBatch<SubmissionOutcome> {
    SubmissionBatch(list: list, submitter: try person(id), at: Self.now, items: try items(hosts))
  }

  @discardableResult
  func submit(_ hosts: [String], by id: String = "a-jm") async throws -> [SubmissionID] {
    let outcome = try #require(try await store.submit(batch(hosts, by: id), answering: nil).outcome)
    return outcome.items.compactMap {
      switch $0 {
      case .created(let id), .joined(let id), .joinedEntry(_, let id): id
      case .refused: nil
      }
    }
  }

  func policy() throws -> ReviewPolicy {
    ReviewPolicy(
      criteria: try #require(
        Criteria(id: "baseline", version: 1, title: "", items: [.init(key: "real", text: "?")])),
      guards: .empty)
  }

  func approval(
    _ id: SubmissionID, by person: String, scope: ScopeChoice? = nil
  ) throws -> ReviewRequest {
    ReviewRequest(
      submission: id, reviewer: try self.person(person), decision: .approve, scope: scope,
      answers: CriteriaAnswers(id: "baseline", version: 1, answers: ["real": true]), at: Self.now)
  }

  func approve(_ id: SubmissionID, by person: String) async throws -> ReviewOutcome {
    try #require(
      try await store.addReview(approval(id, by: person), policy: policy(), answering: nil).outcome)
  }

  /// Submits and approves `hosts`, so that each is listed.
  @discardableResult
  func list(_ hosts: [String]) async throws -> [EntryID] {
    let ids = try await submit(hosts)
    let requests = try ids.map { try approval($0, by: "a-tt") } + ids.map { try approval($0, by: "a-bb") }
    let outcomes = try #require(
      try await store.addReviews(requests, policy: policy(), answering: nil).outcome)
    return outcomes.compactMap { $0.entry?.id }
  }

  func draft(_ basis: PublicationBasis, dropping: Set<EntryID> = [], changes: [EntryChange] = []) throws
    -> ReleaseDraft
  {
    let next = try Blocklist(entries: basis.live.filter { !dropping.contains($0.id) }.map(\.entry))
    let delta = Delta(from: try Blocklist(entries: basis.published), to: next)
    return ReleaseDraft(
      basis: basis, changes: changes, removed: Array(delta.removals), added: Array(delta.additions),
      entries: next.count, digest: [UInt8](repeating: 7, count: 32), length: next.octets.count,
      cause: .publish,
      metadata: [MetadataFile(name: "timestamp.json", octets: next.octets)])
  }

  @discardableResult
  func publish(_ offset: Double = 0) async throws -> Release {
    let basis = try await store.publicationBasis(list: list, at: act(offset).at)
    return try #require(try await store.commitRelease(draft(basis), act: act(offset), answering: nil).outcome)
  }

  func expectSound() async throws {
    #expect(try await store.check() == [])
  }
}

/// A folder for one test, removed with the last reference to it.
final class TemporaryFolder: Sendable {
  let path: String

  init() {
    path = NSTemporaryDirectory() + "cordon-records-\(UUID().uuidString)"
    try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
