// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Records
internal import RecordsSQL

/// The tables, built by forward-only steps; the table `schema` counts the steps taken.
enum Schema {
  /// The newest step that this program knows.
  static var newest: Int { steps.count }

  /// Marks a store as moved: without its gate nothing is written.
  static let retirement = "ALTER TABLE gate RENAME TO moved"

  /// - Throws: Unless the store is there, in use, and of the newest step.
  static func requireNewest(on connection: Connection, _ place: ConnectionString) throws(StoreOpeningError) {
    let found: Int64?
    let isMoved: Bool
    do throws(RecordsError) {
      let isThere = try connection.first("SELECT to_regclass('cordon.schema') IS NOT NULL") { $0.integer(0) }
      found = isThere == 1 ? try connection.first("SELECT steps FROM cordon.schema") { $0.integer(0) } : nil
      isMoved = try isMovedAway(connection)
    } catch { throw .cannotOpen(path: place.place, reason: error.words) }
    guard let found else { throw .notAStore(path: place.place) }
    guard !isMoved else { throw .moved(path: place.place) }
    guard found <= newest else { throw .newerSchema(found: Int(found), known: newest) }
    guard found == newest else { throw .olderSchema(found: Int(found), known: newest) }
  }

  private static func isMovedAway(_ connection: Connection) throws(RecordsError) -> Bool {
    try connection.first("SELECT to_regclass('cordon.moved') IS NOT NULL") { $0.integer(0) } == 1
  }

  /// Of all who prepare the store at once, one does it: "Cordon" as a number.
  private static let lock: Int64 = 0x43_6F72_646F_6E

  /// Brings the store up to the newest step.
  static func prepare(_ place: ConnectionString) throws(StoreOpeningError) {
    var found = 0
    var isMoved = false
    do throws(RecordsError) {
      let connection = try Connection(place)
      let encoding = try connection.first("SHOW server_encoding") { $0.text(0) }
      guard encoding == "UTF8" else { throw RecordsError.fault("the database's encoding is not UTF8") }
      try connection.execute("SET statement_timeout = 0; BEGIN; SELECT pg_advisory_xact_lock(\(lock))")
      isMoved = try isMovedAway(connection)
      try connection.execute(
        """
        CREATE SCHEMA IF NOT EXISTS cordon;
        CREATE TABLE IF NOT EXISTS cordon.schema(one BOOLEAN PRIMARY KEY DEFAULT true CHECK(one), steps BIGINT NOT NULL);
        INSERT INTO cordon.schema(steps) VALUES(0) ON CONFLICT DO NOTHING;
        """)
      found = Int(try connection.first("SELECT steps FROM cordon.schema") { $0.integer(0) } ?? 0)
      if found <= newest, !isMoved {
        for step in steps.dropFirst(found) { try connection.execute(step) }
        try connection.run("UPDATE cordon.schema SET steps = ?", .integer(newest))
        try connection.commit()
      }
    } catch {
      throw .cannotOpen(path: place.place, reason: error.words)
    }
    guard !isMoved else { throw .moved(path: place.place) }
    guard found <= newest else { throw .newerSchema(found: found, known: newest) }
  }

  private static let steps = [
    firstStep, claims, panels, appeals, standingHolds, approvals, ownWords, ownReports, waysBack,
  ]
}

extension RecordsError {
  /// The words of a fault or fatal error.
  var words: String {
    switch self {
    case .fault(let words), .fatal(let words): words
    case .refused(let refusal): "\(refusal)"
    }
  }
}
