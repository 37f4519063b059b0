// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import Cryptography
import Foundation
import HTTPMessages
import HTTPServing
import Ingest
import ListService
import Names
import Publication
import Records
import RecordsSQL
import RecordsSQLite
import SignedManifests
import StrictJSON
import Synchronization
import Testing

/// The whole service over a real store in a folder of its own, asked without a socket, with a clock the test moves.
/// Every answer is held against the service's own OpenAPI document.
final class World: Sendable {
  static let start = Date(timeIntervalSince1970: 1_795_000_000)

  let folder: String
  var dataFolder: String { folder + "/data" }
  let records: SQLiteRecords
  let publisher: Publisher
  let publication: PublicationSettings
  let responder: ServiceResponder
  private let parts: ServiceParts
  let holders: [KeySigner]
  let online: KeySigner
  let contract: Contract
  let clock = Clock()
  let log = Lines()

  final class Clock: Sendable {
    let seconds = Mutex(0.0)
    func now() -> Date { World.start.addingTimeInterval(seconds.withLock { $0 }) }
    func pass(_ more: Double) { seconds.withLock { $0 += more } }
  }

  final class Lines: Sendable {
    private let lines = Mutex<[String]>([])
    func append(_ line: String) { lines.withLock { $0.append(line) } }
    var all: [String] { lines.withLock { $0 } }
  }

  static let people: [(id: String, country: String, kind: Agency.Kind, roles: Set<Role>)] = [
    ("police-jm", "JM", .police, [.submitter, .reviewer]),
    ("police-tt", "TT", .police, [.submitter, .reviewer]),
    ("police-tt-two", "TT", .police, [.submitter, .reviewer]),
    ("police-bb", "BB", .police, [.submitter, .reviewer]),
    ("police-gy", "GY", .police, [.submitter, .reviewer]), ("hotline-is", "IS", .hotline, [.submitter]),
    ("isp-coral", "BB", .provider, [.reader]),
    ("admin-one", "LU", .administration, [.admin, .publisher, .keyholder]),
    ("auditor", "MU", .oversight, [.auditor]), ("watcher", "LU", .administration, [.metrics]),
  ]

  /// What is different from a service as it is run.
  enum Make: Sendable {
    case usual
    /// The root gives the targets to two of its three holders.
    case holdersSignTargets
    /// Nobody installed a root of trust.
    case withoutRoot
    /// Put together without the criteria of its list.
    case withoutCriteria
    /// As outside of an exercise: `example` and the like are nobody's site.
    case withoutReservedNames
  }

  init(_ settings: [(String, String)] = [], make: Make = .usual) async throws {
    folder = NSTemporaryDirectory() + "cordon-service-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try FileManager.default.createDirectory(atPath: folder + "/data", withIntermediateDirectories: true)
    records = try SQLiteRecords(path: folder + "/store.sqlite")
    holders = try ["one", "two", "three"].map { KeySigner(try PrivateKey.generate(.ed25519), holder: $0) }
    online = KeySigner(try PrivateKey.generate(.ed25519), holder: "online")
    let text = #"{ lists: { "worst-of": { title: "Worst of" } }, allow_reserved_names: true }"#
    let configuration = try ServiceConfiguration(
      json5: Array(text.utf8), folder: folder,
      overrides: [(path: "data", value: folder + "/data")] + settings.map { (path: $0.0, value: $0.1) })
    publication = configuration.publication
    publisher = Publisher(
      records: records, signers: [online],
      settings: configuration.publication, clock: { [clock] in clock.now() })
    let criteria = try #require(
      Criteria(
        id: "baseline", version: 1, title: "Baseline",
        items: [.init(key: "real", text: "Is it?"), .init(key: "severe", text: "Is it severe?")]))
    var parts = ServiceParts(
      configuration: configuration, records: records, publisher: publisher,
      rules: NameRules(
        allowsReservedNames: make != .withoutReservedNames, publicSuffixes: Self.suffixes),
      criteria: make == .withoutCriteria
        ? [:] : Dictionary(uniqueKeysWithValues: configuration.lists.map { ($0.name, criteria) }),
      clock: { [clock] in clock.now() })
    parts.log = { [log] line, times in for _ in 0..<times { log.append(line) } }
    parts.guards = GuardList([
      GuardEntry(name: try DomainName(canonical: "bank.example"), level: .never),
      GuardEntry(name: try DomainName(canonical: "shared.example"), level: .narrow),
    ])
    self.parts = parts
    responder = ServiceResponder(parts)
    contract = try await Contract(of: responder)
    let holdersSign = make == .holdersSignTargets
    if make != .withoutRoot {
      try await publisher.installRoot(
        firstRoot(holdersSignTargets: holdersSign), targets: holdersSign ? targets(1, signers: 2) : nil,
        act: Act(by: nil, at: Self.start))
    }
    try await enrol()
    #expect(await responder.refresh())
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private func firstRoot(holdersSignTargets: Bool) throws -> [UInt8] {
    var metadata = try UnverifiedMetadata(
      Root.initial(
        root: holders.map(\.key), rootThreshold: 2, online: [online.key],
        targets: holdersSignTargets ? holders.map(\.key) : nil, targetsThreshold: holdersSignTargets ? 2 : 1,
        expires: Self.start.addingTimeInterval(365 * 86_400)))
    for holder in holders.prefix(2) { try metadata.sign(with: holder) }
    return metadata.encoded
  }

  private func enrol() async throws {
    let act = Act(by: nil, at: Self.start)
    for person in Self.people {
      let agency = person.id.hasPrefix("police-tt") ? "police-tt" : person.id
      let id = try #require(AgencyID(agency))
      if agency == person.id {
        let country = try #require(CountryCode(person.country))
        _ = try await records.addAgency(
          Agency(id: id, name: agency, country: country, kind: person.kind), act: act, answering: nil)
      }
      let principal = try #require(PrincipalID(person.id))
      _ = try await records.addPrincipal(
        NewPrincipal(id: principal, name: person.id, agency: id, roles: person.roles), act: act,
        answering: nil)
      let digest = SHA256Digest(hashing: Array(Self.token(person.id).utf8)).octets
      _ = try await records.addCredential(
        NewCredential(principal: principal, proof: .token(digest: digest)), act: act, answering: nil)
    }
  }

  /// Targets as their holders propose them, signed by so many.
  func targets(_ version: Int64, signers: Int) throws -> [UInt8] {
    let targets = Targets(
      version: version, expires: Self.start.addingTimeInterval(365 * 86_400), targets: [:],
      delegations: Delegations(
        keys: [online.key],
        roles: [
          DelegatedRole(
            name: TargetsBundle.releases, keys: RoleKeys(keyids: [online.keyid], threshold: 1),
            paths: .patterns(TargetsBundle.releasePaths), isTerminating: true)
        ]))
    var bundle = try TargetsBundle(UnverifiedMetadata(targets), files: [:])
    for holder in holders.prefix(signers) { try bundle.metadata.sign(with: holder) }
    return bundle.json.encoded()
  }

  /// Another service over the same store, as another process has it.
  func another() async throws -> ServiceResponder {
    var parts = parts
    parts.publisher = try await twin()
    let other = ServiceResponder(parts)
    #expect(await other.refresh())
    return other
  }

  /// Another publisher over the same store, as another process has it.
  func twin() async throws -> Publisher {
    let other = Publisher(
      records: records, signers: [online], settings: publication, clock: { [clock] in clock.now() })
    try await other.open()
    return other
  }

  /// The list of this machine, with suffixes of the tests' own.
  static let suffixes: PublicSuffixes = {
    let installed = FileManager.default.contents(atPath: PublicSuffixes.installedPath) ?? Data()
    let own =
      "\n// ===BEGIN PRIVATE DOMAINS===\napp.harbour.example\n*.sites.harbour.example\n*.a.sites.quay.example\n"
      + "!www.a.sites.quay.example\n// ===END PRIVATE DOMAINS===\n"
    guard !installed.isEmpty, let list = PublicSuffixes(parsing: Array(installed + Data(own.utf8))) else {
      preconditionFailure("the package publicsuffix is not installed")
    }
    return list
  }()

  static func token(_ person: String) -> String { "token-of-\(person)" }
}
