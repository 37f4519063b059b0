// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Foundation
import Ingest
import Records
import RecordsPostgres
import RecordsSQL
import RecordsSQLite
import Testing

@Suite struct StoreCopyTests {
  private let folder = TemporaryFolder()

  private func database() throws -> String { try PostgresCluster.shared.get().database() }

  /// A store with one row in every table that the schema has, whoever added it.
  private func fullStore() throws -> String {
    let path = folder.path + "/full.sqlite"
    let store = try NewSQLiteArchive(path: path)
    for table in try store.tables() {
      // One value for each kind, so that all references lead to the one row.
      let row = table.columns.map { column in
        switch column.kind {
        case .integer: StoredValue.integer(1)
        case .text: StoredValue.text("x")
        case .octets: StoredValue.octets([0, 255])
        }
      }
      try store.add([row], to: table)
      try store.setLastNumber(9, of: table)
    }
    try store.finish()
    return path
  }

  private func tables(_ archive: any StoreArchive) throws -> [StoredTable] { try archive.tables() }

  @Test func `both stores have the same tables, columns and keys`() throws {
    let sqlite = try NewSQLiteArchive(path: folder.path + "/new.sqlite").tables()
    let postgres = try NewPostgresArchive(connection: database()).tables()
    for (one, other) in zip(sqlite, postgres) { #expect(one == other) }
    #expect(sqlite.map(\.name) == postgres.map(\.name))
    #expect(sqlite.allSatisfy { !$0.key.isEmpty })
  }

  @Test func `every table is copied there and back with the same digest`() throws {
    let path = try fullStore()
    let source = try SQLiteArchive(path: path)
    let place = try database()
    var (there, back): ([StoreCopy.Table], [StoreCopy.Table]) = ([], [])
    try StoreCopy(from: source, to: NewPostgresArchive(connection: place)).run { there.append($0) }
    #expect(there.map(\.name) == (try source.tables().map(\.name)))
    #expect(there.filter { $0.rows != 1 }.map(\.name) == [])
    let again = folder.path + "/again.sqlite"
    try StoreCopy(
      from: PostgresArchive(connection: place, for: .moving), to: NewSQLiteArchive(path: again)
    ).run { back.append($0) }
    #expect(there.map(\.digest) == back.map(\.digest))
    #expect(try SQLiteArchive(path: again).tables() == source.tables())
  }

  @Test(arguments: StoreKind.allCases)
  func `a store that lived goes on in the other one with everything in it`(kind: StoreKind) async throws {
    let registry = try await Registry(kind)
    try await registry.list((0..<50).map { "n\($0).example" })
    let release = try await registry.publish()
    let audit = try await registry.store.audit(after: 0, limit: 10_000)
    await registry.store.close()
    let other: StoreKind = kind == .sqlite ? .postgresql : .sqlite
    let place = try other.place(in: folder.path)
    try move(registry.path, kind, to: place)
    let moved = try await Registry(other, at: place)
    #expect(try await moved.store.latestRelease(list: registry.list) == release)
    #expect(try await moved.store.audit(after: 0, limit: 10_000) == audit)
    try await moved.expectSound()
    // Numbers go on.
    let next = try await moved.submit(["later.example"])
    #expect(next.map(\.number) == [51])
    #expect(throws: StoreOpeningError.self) { try kind.open(registry.path) }
  }

  private func move(_ from: String, _ kind: StoreKind, to place: String) throws {
    switch kind {
    case .sqlite:
      let source = try SQLiteArchive(path: from)
      try StoreCopy(from: source, to: NewPostgresArchive(connection: place)).run { _ in }
      try source.retire()
    case .postgresql:
      let source = try PostgresArchive(connection: from, for: .moving)
      try StoreCopy(from: source, to: NewSQLiteArchive(path: place)).run { _ in }
      try source.retire()
    }
  }

  @Test func `a store in use, a missing one and a moved one are refused`() async throws {
    let registry = try await Registry(.sqlite, populated: false)
    #expect(throws: StoreOpeningError.inUse(path: registry.path)) { try SQLiteArchive(path: registry.path) }
    await registry.store.close()
    try SQLiteArchive(path: registry.path).retire()
    #expect(throws: StoreOpeningError.moved(path: registry.path)) { try SQLiteArchive(path: registry.path) }
    #expect(throws: StoreOpeningError.moved(path: registry.path)) { try SQLiteRecords(path: registry.path) }
    #expect(throws: StoreOpeningError.self) { try SQLiteArchive(path: "/nowhere/x.sqlite") }
    let empty = try database()
    #expect(throws: StoreOpeningError.self) { try PostgresArchive(connection: empty, for: .copying) }
  }

  @Test func `a target with anything in it is refused and left alone`() async throws {
    let registry = try await Registry(.postgresql)
    #expect(throws: StoreOpeningError.self) { try NewPostgresArchive(connection: registry.path) }
    try await registry.submit(["still-works.example"])
    let path = try fullStore()
    #expect(throws: StoreOpeningError.notEmpty(path: path)) { try NewSQLiteArchive(path: path) }
  }

  @Test func `another schema version is refused on either side`() async throws {
    let cluster = try PostgresCluster.shared.get()
    let registry = try await Registry(.postgresql, populated: false)
    await registry.store.close()
    let name = try #require(registry.path.split(separator: "=").last.map(String.init))
    for (steps, kind) in [(1_000, "newer"), (1, "older")] {
      try cluster.sql("UPDATE cordon.schema SET steps = \(steps)", on: name)
      let error = #expect(throws: StoreOpeningError.self) {
        try PostgresArchive(connection: registry.path, for: .moving)
      }
      switch error {
      case .newerSchema: #expect(kind == "newer")
      case .olderSchema: #expect(kind == "older")
      default: Issue.record("\(String(describing: error))")
      }
    }
    let old = folder.path + "/one.sqlite"
    try SQLiteFile.run(VersionOneStore.sql, on: old)
    let error = #expect(throws: StoreOpeningError.self) { try SQLiteArchive(path: old) }
    guard case .olderSchema(found: 1, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func `a copy that is given up leaves no store`() async throws {
    let path = folder.path + "/given-up.sqlite"
    let place = try database()
    do {
      let (sqlite, postgres) = (try NewSQLiteArchive(path: path), try NewPostgresArchive(connection: place))
      let table = try #require(try sqlite.tables().first { $0.name == "guarded" })
      for archive in [sqlite, postgres] as [any NewStoreArchive] {
        try archive.add([[.text("x"), .text("x"), .text("x")]], to: table)
      }
    }
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { !$0.hasSuffix(".lock") } == []
    )
    let store = try PostgresRecords(connection: place)
    #expect(try await store.guardedNames().isEmpty)
    await store.close()
    // And it can be tried again.
    _ = try NewPostgresArchive(connection: place)
    _ = try NewSQLiteArchive(path: path)
  }

  @Test func `references that lead nowhere are found at the end`() throws {
    let sqlite = try NewSQLiteArchive(path: folder.path + "/dangling.sqlite")
    let postgres = try NewPostgresArchive(connection: database())
    let table = try #require(try sqlite.tables().first { $0.name == "claim" })
    let row = table.columns.map { $0.kind == .integer ? StoredValue.integer(7) : .text("x") }
    for archive in [sqlite, postgres] as [any NewStoreArchive] {
      try archive.add([row], to: table)
      #expect(throws: RecordsError.self) { try archive.finish() }
    }
  }
}
