// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import FoundationEssentials
import Glibc
import Ingest
import Names
import Records
import RecordsSQL
import RecordsSQLite
import Testing

@Suite struct SQLiteFileTests {
  @Test func `everything is there after closing and opening again`() async throws {
    let registry = try await Registry(.sqlite)
    try await registry.list(["a.example"])
    let release = try await registry.publish()
    await registry.store.close()
    await #expect(throws: RecordsError.fault("the store is closed")) { try await registry.store.people() }
    let again = try SQLiteRecords(path: registry.path)
    #expect(try await again.latestRelease(list: registry.list) == release)
    #expect(try await again.check() == [])
  }

  @Test func `a store is free once it is closed, even if another descriptor of its lock is still open`()
    async throws
  {
    let registry = try await Registry(.sqlite, populated: false)
    var its = stat()
    #expect(unsafe stat(registry.path + ".lock", &its) == 0)
    let lock = (0..<4096 as Range<Int32>).first { descriptor in
      var mine = stat()
      return unsafe fstat(descriptor, &mine) == 0 && mine.st_ino == its.st_ino && mine.st_dev == its.st_dev
    }
    // As in a program between fork and exec.
    let other = dup(try #require(lock))
    defer { close(other) }
    #expect(throws: StoreOpeningError.inUse(path: registry.path)) { try SQLiteRecords(path: registry.path) }
    await registry.store.close()
    await (try SQLiteRecords(path: registry.path)).close()
  }

  @Test func `a second opener is refused in one line`() async throws {
    let registry = try await Registry(.sqlite, populated: false)
    let error = #expect(throws: StoreOpeningError.self) { try SQLiteRecords(path: registry.path) }
    #expect(error == .inUse(path: registry.path))
    #expect(error?.description.contains("\n") == false)
  }

  @Test func `the file is its owner's alone`() async throws {
    let registry = try await Registry(.sqlite)
    for suffix in ["", "-wal", ".lock"] {
      var facts = stat()
      #expect(unsafe stat(registry.path + suffix, &facts) == 0)
      #expect(facts.st_mode & 0o777 == 0o600)
    }
  }

  @Test func `a newer schema is refused and left alone`() async throws {
    let registry = try await Registry(.sqlite, populated: false)
    await registry.store.close()
    try run("PRAGMA user_version = 1000", on: registry.path)
    #expect(throws: StoreOpeningError.newerSchema(found: 1000, known: 12)) {
      try SQLiteRecords(path: registry.path)
    }
  }

  @Test func `a store of schema version 1 is carried forward with everything in it`() async throws {
    let folder = TemporaryFolder()
    try run(VersionOneStore.sql, on: folder.path + "/one.sqlite")
    let store = try SQLiteRecords(path: folder.path + "/one.sqlite")
    #expect(try await store.check() == [])
    let id = EntryID(number: 1)
    let before = try await store.history(of: id)
    #expect(before.map(\.action) == ["entry-listed", "entry-suspended"])
    #expect(before.allSatisfy { $0.reason == nil })
    #expect(try await store.people().principals.count == 3)
    let act = Act(by: PrincipalID("a-jm"), at: Registry.now)
    let basis = try await store.publicationBasis(list: ListName("worst-of"), at: Registry.now)
    #expect(basis.published.map(\.text) == [".a.example"])
    let draft = ReleaseDraft(
      basis: basis, changes: [.reinstate(id, reason: "taken off by mistake")], removed: [], added: [],
      entries: 1,
      digest: [7], length: 11, cause: .revert, metadata: [])
    await #expect(throws: RecordsError.refused(.nothingToRelease)) {
      try await store.commitRelease(draft, act: act, answering: nil)
    }
    #expect(try await store.history(of: id) == before)
    await store.close()
    #expect(try await SQLiteRecords(path: folder.path + "/one.sqlite").history(of: id) == before)
  }

  @Test func `what a submission became is looked for when all is stored, in older stores too`() async throws {
    let folder = TemporaryFolder()
    let path = folder.path + "/one.sqlite"
    try run(VersionOneStore.sql, on: path)
    await (try SQLiteRecords(path: path)).close()
    func isRefused(_ number: Int) throws -> Bool {
      try !SQLiteFile.isTaken(
        """
        PRAGMA foreign_keys = ON;
        BEGIN;
        INSERT INTO submission(list, host, base, registrable, entry, state, created_at, entry_number)
          VALUES('worst-of', 'b.example', 'b.example', 'b.example', '.b.example', 'listed', 1, \(number));
        SELECT abs(count(*)) FROM submission;
        COMMIT;
        """, on: path)
    }
    #expect(try isRefused(99))
    #expect(try !isRefused(1))
    #expect(try SQLiteFile.numbers("SELECT count(*) FROM submission", on: path) == [2])
    let deferred = """
      SELECT count(*) FROM sqlite_schema WHERE name = 'submission' AND sql LIKE '%INITIALLY DEFERRED%'
      """
    #expect(try SQLiteFile.numbers(deferred, on: path) == [1])
    #expect(try SQLiteFile.numbers("PRAGMA integrity_check(1)", on: path).count == 1)
  }

  @Test func `a batch of more rows than one statement takes is stored under numbers in their order`()
    async throws
  {
    let registry = try await Registry(.sqlite)
    // Statements of 64, 8 and one; the last two say what the first two did.
    let hosts = (0..<137).map { "h\($0).example" } + ["h0.example", "h1.example"]
    let outcome = try await registry.store.submit(registry.batch(hosts), answering: nil)
    let ids = (1...137).map { SubmissionOutcome.Item.created(SubmissionID(number: Int64($0))) }
    let again = [1, 2].map { SubmissionOutcome.Item.joined(SubmissionID(number: $0)) }
    #expect(outcome.outcome?.items == ids + again)
    for id in [1, 64, 65, 128, 129, 137] as [Int64] {
      let found = try await registry.store.submission(SubmissionID(number: id))
      #expect(found.host.name.text == "h\(id - 1).example")
    }
  }

  @Test func `what names an entry that is not there undoes itself alone, and the store goes on`() async throws
  {
    let registry = try await Registry(.sqlite)
    let id = try await registry.submit(["a.example"])[0]
    let store = try #require(registry.store as? SQLiteRecords)
    func become(_ number: Int) async throws {
      try await store.decide { connection throws(RecordsError) in
        try connection.execute("UPDATE submission SET entry_number = \(number), state = 'rejected'")
      }
    }
    await #expect(throws: RecordsError.fatal("a row names another that is not there")) {
      try await become(99)
    }
    #expect(try await store.submission(id).state == .open)
    // Beside others that are committed together.
    let outcomes = await withTaskGroup(of: Bool.self) { group in
      for number in 0..<20 {
        group.addTask {
          if number % 2 == 0 { return (try? await become(99)) == nil }
          return (try? await registry.submit(["b\(number).example"])) != nil
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(outcomes.count == 20 && outcomes.allSatisfy { $0 })
    #expect(try await store.submission(id).state == .open)
    try await registry.expectSound()
  }

  @Test func `the log is emptied again as it fills`() async throws {
    let registry = try await Registry(.sqlite)
    var (first, longest) = (0, 0)
    for round in 0..<20 {
      let hosts = (0..<1_000).map { "h\($0).r\(round).example" }
      _ = try await registry.store.submit(registry.batch(hosts), answering: nil)
      var facts = stat()
      #expect(unsafe stat(registry.path + "-wal", &facts) == 0)
      longest = max(longest, Int(facts.st_size))
      if round == 0 { first = longest }
    }
    // It holds 1,000 pages of 4,120 octets and what was written last; left alone, it would hold 8 MB and more.
    #expect(longest < 1_000 * 4_120 + 2 * first)
    #expect(first > 400_000)
  }

  @Test func `a migration that cannot finish leaves the older version as it was`() throws {
    let folder = TemporaryFolder()
    let path = folder.path + "/one.sqlite"
    try run(VersionOneStore.sql + "CREATE INDEX entry_text ON entry(number);", on: path)
    #expect(throws: StoreOpeningError.self) { try SQLiteRecords(path: path) }
    try run("DROP INDEX entry_text", on: path)
    _ = try SQLiteRecords(path: path)
  }

  @Test func `somebody else's database and a file of noise are not a store`() throws {
    let folder = TemporaryFolder()
    let foreign = folder.path + "/x.sqlite"
    try run("CREATE TABLE t(x)", on: foreign)
    #expect(throws: StoreOpeningError.notAStore(path: foreign)) { try SQLiteRecords(path: foreign) }
    let noise = folder.path + "/noise.sqlite"
    let octets = [UInt8](repeating: 0x41, count: 8192)
    let file = unsafe open(noise, O_CREAT | O_WRONLY, 0o600)
    _ = unsafe octets.withUnsafeBytes { unsafe write(file, $0.baseAddress, $0.count) }
    close(file)
    #expect(throws: StoreOpeningError.notAStore(path: noise)) { try SQLiteRecords(path: noise) }
  }

  @Test func `a folder that is not there is one line`() {
    let error = #expect(throws: StoreOpeningError.self) { try SQLiteRecords(path: "/nowhere/at/all.sqlite") }
    #expect(error?.description.hasPrefix("cannot open the store") == true)
  }

  @Test func `a broken invariant is told`() async throws {
    let registry = try await Registry(.sqlite)
    try await registry.list(["a.example"])
    try await registry.publish()
    await registry.store.close()
    try run("DELETE FROM review WHERE country = 'TT'; UPDATE release SET version = 2", on: registry.path)
    let findings = try await SQLiteRecords(path: registry.path).check()
    #expect(findings.contains("1 entries lack approvals of two countries"))
    #expect(findings.contains("1 lists have a gap in their release numbers"))
    #expect(!findings.joined().contains("example"))
  }

  @Test func `an approval of somebody who had reported is told`() async throws {
    let registry = try await Registry(.sqlite)
    try await registry.list(["a.example"])
    await registry.store.close()
    try run(
      """
      UPDATE report SET at = at - 1;
      UPDATE review SET principal = 'a-jm' WHERE country = 'TT';
      UPDATE audit SET principal = 'a-jm' WHERE action = 'review-approve' AND principal = 'a-tt'
      """, on: registry.path)
    let findings = try await SQLiteRecords(path: registry.path).check()
    #expect(findings == ["1 entries lack approvals of two countries"])
  }

  private func run(_ sql: String, on path: String) throws { try SQLiteFile.run(sql, on: path) }
}
