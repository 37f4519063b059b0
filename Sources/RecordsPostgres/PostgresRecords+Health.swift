// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Records
internal import RecordsSQL

extension PostgresRecords {
  /// Whether the database answers, and confirms commits in time.
  public func probe() async throws(RecordsError) {
    if writers.isOverdue { throw ConnectionPool.stuck }
    try await read { (connection: Connection) throws(RecordsError) in try connection.run("SELECT 1") }
  }

  /// Checks the server's settings and the invariants.
  public func check() async throws(RecordsError) -> [String] {
    try await read { (connection: Connection) throws(RecordsError) in try Invariants.broken(in: connection) }
  }
}
