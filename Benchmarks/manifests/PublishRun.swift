// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Blocklists
private import CSQLite
private import Cryptography
private import Foundation
private import Glibc
private import Ingest
private import Names
private import Publication
private import Records
private import RecordsSQLite
private import SignedManifests
private import StrictJSON

/// Releases over a store of so many listed entries: the first of all of them, then some of one entry more each.
struct PublishRun {
  let entries: Int
  let folder: String

  func run() async throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let path = folder + "/cordon.sqlite"
    let records = try SQLiteRecords(path: path)
    try fill(path, from: 1, count: entries)
    let list = try ListName("worst-of")
    let holders = try (0..<3).map { _ in KeySigner(try PrivateKey.generate(.ed25519)) }
    let online = KeySigner(try PrivateKey.generate(.ed25519))
    let publisher = Publisher(
      records: records, signers: [online],
      settings: PublicationSettings(lists: [.init(name: list, title: "Worst of")]))
    let act = Act(by: nil, at: Date())
    try await publisher.installRoot(
      root(holders, online), targets: targets(holders, online), act: act)
    // As many as popular sites by the hundred thousand, none of which is hit.
    let guards = GuardList(
      try (0..<100_000).map {
        GuardEntry(name: try DomainName(canonical: "site-\($0).test"), level: .narrow, reason: "popular")
      })
    let first = try await timed { _ = try await publisher.publish(list, under: GuardTerms(guards), act: act) }
    var next: [Double] = []
    var processor: [Double] = []
    // What is packed in the background takes longest, and so few releases of many entries.
    for number in 1...(entries < 100_000 ? 9 : 3) {
      try fill(path, from: entries + number, count: 1)
      // What is packed in the background after a release is not part of the next one.
      await publisher.packed()
      let before = Self.processorSeconds
      next.append(
        try await timed { _ = try await publisher.publish(list, under: GuardTerms(guards), act: act) })
      processor.append(Self.processorSeconds - before)
    }
    try keep(publisher.current.repository)
    await records.close()
    print(
      #"{"entries":\#(entries),"formats":10,"first_ms":\#(Int(first * 1_000)),"release_ms":"#
        + #"\#(Self.median(next)),"release_cpu_ms":\#(Self.median(processor))}"#)
  }

  private func root(_ holders: [KeySigner], _ online: KeySigner) throws -> [UInt8] {
    var root = try UnverifiedMetadata(
      Root.initial(
        root: holders.map(\.key), rootThreshold: 2, online: [online.key], targets: holders.map(\.key),
        targetsThreshold: 2, expires: Date(timeIntervalSinceNow: 365 * 86_400).rounded))
    for holder in holders.prefix(2) { try root.sign(with: holder) }
    return root.encoded
  }

  private func targets(_ holders: [KeySigner], _ online: KeySigner) throws -> [UInt8] {
    let role = DelegatedRole(
      name: TargetsBundle.releases, keys: RoleKeys(keyids: [online.keyid], threshold: 1),
      paths: .patterns(TargetsBundle.releasePaths), isTerminating: true)
    let targets = Targets(
      version: 1, expires: Date(timeIntervalSinceNow: 365 * 86_400).rounded, targets: [:],
      delegations: Delegations(keys: [online.key], roles: [role]))
    var bundle = try TargetsBundle(UnverifiedMetadata(targets), files: [:])
    for holder in holders.prefix(2) { try bundle.metadata.sign(with: holder) }
    return bundle.json.encoded()
  }

  /// Entries as reviews would have listed them, put into the file directly: what is measured comes after.
  private func fill(_ path: String, from first: Int, count: Int) throws {
    var database: OpaquePointer?
    guard unsafe sqlite3_open(path, &database) == SQLITE_OK else { throw Failure() }
    defer { unsafe sqlite3_close(database) }
    let now = Int(Date().timeIntervalSince1970)
    let text = """
      PRAGMA busy_timeout = 10000; BEGIN IMMEDIATE;
      INSERT OR IGNORE INTO submission(number, list, host, base, registrable, entry, state, created_at)
        VALUES(1, 'worst-of', 'h.example', 'h.example', 'h.example', '.h.example', 'listed', \(now));
      WITH RECURSIVE n(i) AS (SELECT \(first) UNION ALL SELECT i + 1 FROM n WHERE i < \(first + count - 1))
        INSERT INTO entry(list, entry, state, submission, listed_at, lease_from, lease_until)
        SELECT 'worst-of', printf('.%x-host-%d.example', (i * 2654435761) % 4294967291, i), 'listed', 1, \(now), \(now),
          \(now + 90 * 86_400) FROM n;
      COMMIT;
      """
    guard unsafe sqlite3_exec(database, text, nil, nil, nil) == SQLITE_OK else {
      throw Failure(unsafe String(cString: sqlite3_errmsg(database)))
    }
  }

  /// The metadata as files, for whoever verifies it next.
  private func keep(_ repository: PublishedRepository) throws {
    let folder = folder + "/repository"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for (name, file) in repository.metadata {
      try Data(file.octets).write(to: URL(fileURLWithPath: folder + "/" + name))
    }
  }

  private func timed(_ work: () async throws -> Void) async rethrows -> Double {
    let start = ContinuousClock.now
    try await work()
    return Double(start.duration(to: .now).components.attoseconds) / 1e18
      + Double(start.duration(to: .now).components.seconds)
  }

  private static func median(_ seconds: [Double]) -> String {
    String(format: "%.1f", seconds.sorted()[seconds.count / 2] * 1_000)
  }

  /// Of this process, on all its threads.
  static var processorSeconds: Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}

/// The store could not be filled.
struct Failure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String = "the store cannot be opened") { self.description = description }
}

extension Date {
  fileprivate var rounded: Date { Date(timeIntervalSince1970: timeIntervalSince1970.rounded(.down)) }
}
