// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import FoundationEssentials
import Glibc
import Ingest
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
    #expect(throws: StoreOpeningError.newerSchema(found: 1000, known: 11)) {
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
