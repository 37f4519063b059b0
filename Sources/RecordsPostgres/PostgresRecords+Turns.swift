// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Ingest
public import Records
internal import RecordsSQL

extension PostgresRecords {
  /// Takes turns, counted in a table without a log: nothing waits for the disk.
  public func takeTurns(
    of principal: PrincipalID, perMinute: Int, wanted: Int
  ) async throws(RecordsError) -> Turns? {
    try await writers.transaction("BEGIN ISOLATION LEVEL READ COMMITTED") {
      (connection: Connection) throws(RecordsError) in
      let said = try connection.first(
        "SELECT take_turns(?, ?, ?)", .text(principal.text), .integer(perMinute), .integer(wanted)
      ) { $0.integer(0) }
      guard let said else { throw .fatal("nothing was said of turns") }
      return said > 0 ? .granted(Int(said)) : .wait(.milliseconds(-said))
    }
  }
}
