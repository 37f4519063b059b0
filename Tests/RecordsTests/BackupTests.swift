// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import Foundation
import Records
import RecordsSQL
import RecordsSQLite
import Testing

@Suite struct BackupTests {
  private let folder = TemporaryFolder()
  private var copy: String { folder.path + "/copy.sqlite" }

  @Test func `a backup taken under load is one moment of the store`() async throws {
    let registry = try await Registry(.sqlite)
    try await registry.list(["a.example"])
    try await registry.publish()
    let writing = Task {
      var number = 0
      while !Task.isCancelled {
        number += 1
        try await registry.list(["n\(number).example", "m\(number).example"])
        try await registry.publish()
      }
      return number
    }
    try await Task.sleep(for: .milliseconds(100))
    for round in 0..<5 {
      let path = "\(copy)\(round)"
      #expect(try SQLiteBackup.copy(registry.path, to: path) == [])
      let store = try SQLiteRecords(path: path)
      #expect(try await store.check() == [])
      let latest = try #require(try await store.latestRelease(list: registry.list))
      #expect(latest.entries == 2 * (Int(latest.version.number) - 1) + 1)
      await store.close()
    }
    writing.cancel()
    _ = try? await writing.value
  }

  @Test func `a backup is never written over anything, and is its owner's alone`() async throws {
    let registry = try await Registry(.sqlite)
    #expect(try SQLiteBackup.copy(registry.path, to: copy) == [])
    let permissions = try FileManager.default.attributesOfItem(atPath: copy)[.posixPermissions] as? Int
    #expect(permissions == 0o600)
    #expect(throws: StoreOpeningError.notEmpty(path: copy)) { try SQLiteBackup.copy(registry.path, to: copy) }
    #expect(throws: StoreOpeningError.self) { try SQLiteBackup.copy("/nowhere/x.sqlite", to: copy + "2") }
    #expect(throws: StoreOpeningError.self) { try SQLiteBackup.copy(registry.path, to: "/nowhere/x.sqlite") }
  }

  @Test func `a store with something wrong gives no backup and restores none`() async throws {
    let registry = try await Registry(.sqlite)
    try await registry.list(["a.example"])
    await registry.store.close()
    try SQLiteFile.run("DELETE FROM review WHERE country = 'TT'", on: registry.path)
    #expect(try SQLiteBackup.copy(registry.path, to: copy) == ["1 entries lack approvals of two countries"])
    #expect(!FileManager.default.fileExists(atPath: copy))
    let place = folder.path + "/place.sqlite"
    let done = try SQLiteUpkeep.restore(registry.path, to: place, suffix: ".old")
    #expect(done.findings.count == 1 && !FileManager.default.fileExists(atPath: place))
  }

  @Test func `restoring keeps what was there, with its log`() async throws {
    let registry = try await Registry(.sqlite)
    try await registry.list(["a.example"])
    #expect(try SQLiteBackup.copy(registry.path, to: copy) == [])
    try await registry.list(["b.example"])
    #expect(throws: StoreOpeningError.inUse(path: registry.path)) {
      try SQLiteUpkeep.restore(copy, to: registry.path, suffix: ".old")
    }
    await registry.store.close()
    let done = try SQLiteUpkeep.restore(copy, to: registry.path, suffix: ".old")
    #expect(done.replaced == registry.path + ".old")
    for (path, count) in [(registry.path, 1), (registry.path + ".old", 2)] {
      let store = try SQLiteRecords(path: path)
      #expect(try await store.entries(EntryFilter(), after: 0, limit: 10).count == count)
      await store.close()
    }
  }

  @Test func `compacting gives room back and loses nothing`() async throws {
    let registry = try await Registry(.sqlite)
    try await registry.submit((0..<2_000).map { "n\($0).example" })
    #expect(throws: StoreOpeningError.inUse(path: registry.path)) { try SQLiteUpkeep.compact(registry.path) }
    await registry.store.close()
    try SQLiteFile.run("DELETE FROM audit WHERE number % 10 <> 0", on: registry.path)
    let sizes = try SQLiteUpkeep.compact(registry.path)
    #expect(sizes.after < sizes.before)
    let store = try SQLiteRecords(path: registry.path)
    #expect(try await store.submissions(SubmissionFilter(), after: 0, limit: 3_000).count == 2_000)
    #expect(try await store.check() == [])
  }
}
