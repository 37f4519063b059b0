// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import CPostgres
internal import Records

/// Where the database is: a libpq connection string or URI. It may hold a password, so it is never printed.
// @safe: the options that libpq gives are read and freed within the initialiser.
@safe struct ConnectionString {
  /// What is handed to libpq. What Cordon wants comes first, so that the operator's own word replaces it.
  let keywords: [String]
  let values: [String]
  /// Host, port and database: what an error may name.
  let place: String

  private static let wanted = [
    ("connect_timeout", "3"), ("tcp_user_timeout", "5000"), ("keepalives_idle", "10"),
    ("keepalives_interval", "3"), ("keepalives_count", "3"), ("application_name", "cordond"),
    ("target_session_attrs", "read-write"),
  ]

  /// - Throws: `cannotOpen`, without quoting the text.
  init(_ text: String) throws(StoreOpeningError) {
    guard let options = unsafe PQconninfoParse(text, nil) else {
      throw .cannotOpen(
        path: "postgresql", reason: "store.postgresql is no connection string that libpq can read")
    }
    var given: [(String, String)] = []
    var option = unsafe options
    while let keyword = unsafe option.pointee.keyword {
      if let value = unsafe option.pointee.val {
        given.append(unsafe (String(cString: keyword), String(cString: value)))
      }
      unsafe option = unsafe option.successor()
    }
    unsafe PQconninfoFree(options)
    let own = Set(given.map(\.0))
    let all = Self.wanted.filter { !own.contains($0.0) } + given + [("client_encoding", "UTF8")]
    keywords = all.map(\.0)
    values = all.map(\.1)
    func value(_ keyword: String) -> String? { given.first { $0.0 == keyword }?.1 }
    let host = value("host") ?? value("hostaddr") ?? "the local socket"
    place = "PostgreSQL \(host)" + (value("dbname").map { "/\($0)" } ?? "")
  }
}
