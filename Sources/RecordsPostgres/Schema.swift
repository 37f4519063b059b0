// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Records

/// The tables, built by forward-only steps; the table `schema` counts the steps taken.
enum Schema {
  /// The newest step that this program knows.
  static var newest: Int { steps.count }

  /// Of all who prepare the store at once, one does it: "Cordon" as a number.
  private static let lock: Int64 = 0x43_6F72_646F_6E

  /// Brings the store up to the newest step.
  static func prepare(_ place: ConnectionString) throws(StoreOpeningError) {
    var found = 0
    do throws(RecordsError) {
      let connection = try Connection(place)
      let encoding = try connection.first("SHOW server_encoding") { $0.text(0) }
      guard encoding == "UTF8" else { throw RecordsError.fault("the database's encoding is not UTF8") }
      try connection.execute("BEGIN; SELECT pg_advisory_xact_lock(\(lock))")
      try connection.execute(
        """
        CREATE SCHEMA IF NOT EXISTS cordon;
        CREATE TABLE IF NOT EXISTS cordon.schema(one BOOLEAN PRIMARY KEY DEFAULT true CHECK(one), steps BIGINT NOT NULL);
        INSERT INTO cordon.schema(steps) VALUES(0) ON CONFLICT DO NOTHING;
        """)
      found = Int(try connection.first("SELECT steps FROM cordon.schema") { $0.integer(0) } ?? 0)
      if found <= newest {
        for step in steps.dropFirst(found) { try connection.execute(step) }
        try connection.run("UPDATE cordon.schema SET steps = ?", .integer(newest))
        try connection.commit()
      }
    } catch {
      throw .cannotOpen(path: place.place, reason: error.words)
    }
    guard found <= newest else { throw .newerSchema(found: found, known: newest) }
  }

  private static let steps = [firstStep, claims, panels, appeals]
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
