// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import ListService
internal import Records
private import RecordsPostgres
private import RecordsSQLite

/// The store, and word of what other processes change in it.
struct OpenedStore: Sendable {
  let records: any Records
  /// Something for each change that any process made; nil when the store is this process's alone.
  let changesElsewhere: (@Sendable () -> AsyncStream<Void>)?

  init(_ place: StorePlace) throws(StoreOpeningError) {
    switch place {
    case .sqlite(let path):
      records = try SQLiteRecords(path: path)
      changesElsewhere = nil
    case .postgresql(let connection):
      let postgres = try PostgresRecords(connection: connection)
      records = postgres
      changesElsewhere = { postgres.changesElsewhere() }
    }
  }
}
