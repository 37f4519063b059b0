// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import ListService
internal import Records
internal import RecordsPostgres
internal import RecordsSQLite

/// Where a store is or shall be, spelled `sqlite:PATH` or `postgresql:CONNECTION`.
struct StoreAddress {
  let place: StorePlace

  init(parsing text: String, flag: String) throws(Failure) {
    if let path = Self.rest(of: text, after: "sqlite:"), !path.isEmpty {
      place = .sqlite(path: path)
    } else if let connection = Self.rest(of: text, after: "postgresql:"), !connection.isEmpty {
      // A URI is spelled with its scheme, a string of keywords without.
      place = .postgresql(connection: connection.hasPrefix("//") ? text : connection)
    } else {
      throw Failure("\(flag) wants sqlite:PATH or postgresql:CONNECTION")
    }
  }

  private static func rest(of text: String, after prefix: String) -> String? {
    text.hasPrefix(prefix) ? String(text.dropFirst(prefix.utf8.count)) : nil
  }
}

/// A store opened to be moved away, and what marks it as moved.
struct MovingStore {
  let archive: any StoreArchive
  let retire: () throws(RecordsError) -> Void

  init(_ address: StoreAddress) throws(StoreOpeningError) {
    switch address.place {
    case .sqlite(let path):
      let opened = try SQLiteArchive(path: path)
      (archive, retire) = (opened, { () throws(RecordsError) in try opened.retire() })
    case .postgresql(let connection):
      let opened = try PostgresArchive(connection: connection, for: .moving)
      (archive, retire) = (opened, { () throws(RecordsError) in try opened.retire() })
    }
  }

  static func target(_ address: StoreAddress) throws(StoreOpeningError) -> any NewStoreArchive {
    switch address.place {
    case .sqlite(let path): try NewSQLiteArchive(path: path)
    case .postgresql(let connection): try NewPostgresArchive(connection: connection)
    }
  }
}
