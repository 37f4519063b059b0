// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Records
internal import RecordsSQL

extension SQLiteRecords {
  /// Whether the store answers, and still writes.
  public func probe() async throws(RecordsError) {
    if let broken = writer.broken { throw broken }
    try await read { (connection: Connection) throws(RecordsError) in try connection.run("SELECT 1") }
  }

  /// Checks integrity and invariants.
  public func check() async throws(RecordsError) -> [String] {
    // On a connection of its own: reading the whole file must not hold up other reads.
    let connection: Connection
    do throws(StoreOpeningError) { connection = try Connection(path: path, readOnly: true) } catch {
      throw .fault(error.description)
    }
    let queue = StoreQueue(connection, label: "cordon.records.check")
    let found: [String]
    do throws(RecordsError) {
      found = try await queue.read { (connection: Connection) throws(RecordsError) in
        try Invariants.broken(in: connection)
      }
    } catch {
      await queue.close()
      throw error
    }
    await queue.close()
    return found
  }
}
