// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import Cryptography
import Foundation
import Ingest
import ListFormats
import Names
import Publication
import Records
import RecordsSQL
import RecordsSQLite
import SignedManifests
import StrictJSON
import Synchronization
import Testing

/// A publisher over a real store in a folder of its own, with three root holders, and a clock the test moves.
final class World: Sendable {
  static let start = Date(timeIntervalSince1970: 1_795_000_000)

  let folder: String
  let records: SQLiteRecords
  let publisher: Publisher
  let list: ListName
  let holders: [KeySigner]
  let online: KeySigner
  let root: [UInt8]
  private let elapsed: Elapsed

  final class Elapsed: Sendable {
    let seconds = Mutex(0.0)
    func now() -> Date { World.start.addingTimeInterval(seconds.withLock { $0 }) }
  }

  /// - Parameter holdersSignTargets: whether the holders sign the targets too, two of three.
  init(keptReleases: Int = 10_000, keptDays: Int = 90, holdersSignTargets: Bool = false) async throws {
    folder = NSTemporaryDirectory() + "cordon-publication-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    records = try SQLiteRecords(path: folder + "/store.sqlite")
    list = try ListName("worst-of")
    holders = try ["one", "two", "three"].map { KeySigner(try PrivateKey.generate(.ed25519), holder: $0) }
    online = KeySigner(try PrivateKey.generate(.ed25519), holder: "online")
    let elapsed = Elapsed()
    self.elapsed = elapsed
    var metadata = try UnverifiedMetadata(
      Root.initial(
        root: holders.map(\.key), rootThreshold: 2, online: [online.key],
        targets: holdersSignTargets ? holders.map(\.key) : nil, targetsThreshold: holdersSignTargets ? 2 : 1,
        expires: World.start.addingTimeInterval(365 * 86_400)))
    for holder in holders.prefix(2) { try metadata.sign(with: holder) }
    root = metadata.encoded
    let settings = PublicationSettings(lists: [
      .init(name: list, title: "Worst of", keptReleases: keptReleases, keptDays: keptDays)
    ])
    publisher = Publisher(records: records, signers: [online], settings: settings) { elapsed.now() }
    var targets: [UInt8]?
    if holdersSignTargets {
      var bundle = try Self.bundle(1, [:], releases: online.key)
      for holder in holders.prefix(2) { try bundle.metadata.sign(with: holder) }
      targets = bundle.json.encoded()
    }
    try await publisher.installRoot(root, targets: targets, act: Act(by: nil, at: World.start))
    try await addPeople()
  }

  /// Targets of holders, unsigned.
  static func bundle(
    _ version: Int64, _ files: [String: String], releases key: ManifestKey,
    paths: [String] = TargetsBundle.releasePaths, expires: Date = start.addingTimeInterval(365 * 86_400)
  ) throws -> TargetsBundle {
    let contents = files.mapValues { Array($0.utf8) }
    let targets = Targets(
      version: version, expires: expires, targets: contents.mapValues { TargetDescription(of: $0) },
      delegations: Delegations(
        keys: [key],
        roles: [
          DelegatedRole(
            name: TargetsBundle.releases, keys: RoleKeys(keyids: [key.keyid], threshold: 1),
            paths: .patterns(paths), isTerminating: true)
        ]))
    return try TargetsBundle(UnverifiedMetadata(targets), files: contents)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  var now: Date { elapsed.now() }
  var act: Act { Act(by: nil, at: now) }

  func pass(seconds: Double) { elapsed.seconds.withLock { $0 += seconds } }

  /// Another process on the same store, as far as the publisher can tell.
  func otherPublisher(
    on store: SQLiteRecords? = nil, signers: [KeySigner]? = nil, wantsTargetsHolders: Bool = false,
    renderedOctets: Int? = nil, zone: String? = nil, keptDays: Int = 90,
    believesClock: @escaping @Sendable (Date) -> Bool = { _ in true }
  ) async throws -> Publisher {
    let zone = try zone.map { try DomainName(canonical: $0) } ?? .defaultPolicyZone
    var settings = PublicationSettings(lists: [
      .init(name: list, title: "Worst of", policyZone: zone, keptDays: keptDays)
    ])
    settings.wantsTargetsHolders = wantsTargetsHolders
    settings.believesClock = believesClock
    if let renderedOctets { settings.renderedOctets = renderedOctets }
    let other = Publisher(records: store ?? records, signers: signers ?? [online], settings: settings) {
      [elapsed] in
      elapsed.now()
    }
    try await other.open()
    return other
  }

  /// Lists names through submission and two reviews; the entries in the same order.
  @discardableResult
  func list(_ urls: String..., scope: ScopeChoice? = nil, on store: SQLiteRecords? = nil) async throws
    -> [ListedEntry]
  {
    let records = store ?? records
    let rules = NameRules(allowsReservedNames: true)
    let admission = Admission(names: rules, guards: GuardList([]))
    let items = try urls.map { try admission.admit(ParsedItem(line: 1, url: $0)).get() }
    let batch = SubmissionBatch(list: list, submitter: try person("police-jm"), at: now, items: items)
    let outcome = try #require(try await records.submit(batch, answering: nil).outcome)
    var entries: [ListedEntry] = []
    for case .created(let id) in outcome.items {
      for reviewer in ["police-tt", "police-bb"] {
        let request = ReviewRequest(
          submission: id, reviewer: try person(reviewer), decision: .approve, scope: scope, answers: answers,
          at: now)
        let reviewed = try #require(
          try await records.addReview(request, policy: policy(), answering: nil).outcome)
        if let entry = reviewed.entry { entries.append(entry) }
      }
    }
    #expect(entries.count == urls.count)
    return entries
  }

  private let answers = CriteriaAnswers(id: "baseline", version: 1, answers: ["real": true])

  private func policy() throws -> ReviewPolicy {
    let criteria = Criteria(
      id: "baseline", version: 1, title: "Baseline", items: [Criteria.Item(key: "real", text: "Is it?")])
    return ReviewPolicy(criteria: try #require(criteria), guards: GuardList([]))
  }

  private func person(_ id: String) throws -> Principal {
    let country = try #require(CountryCode(String(id.suffix(2)).uppercased()))
    return Principal(
      id: try #require(PrincipalID(id)), name: id, agency: try #require(AgencyID(id)), country: country,
      roles: [.submitter, .reviewer])
  }

  private func addPeople() async throws {
    for id in ["police-jm", "police-tt", "police-bb"] {
      let person = try person(id)
      let agency = Agency(id: person.agency, name: id, country: person.country, kind: .police)
      _ = try await records.addAgency(agency, act: act, answering: nil)
      let new = NewPrincipal(id: person.id, name: id, agency: person.agency, roles: person.roles)
      _ = try await records.addPrincipal(new, act: act, answering: nil)
    }
  }
}

extension PublishedState {
  /// The entries in force, as text.
  func lines(_ list: ListName) -> [String] { lists[list]?.blocklist.map(\.text) ?? [] }
}
