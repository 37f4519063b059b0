// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Records
public import RecordsSQL

/// The registry in one SQLite file, of which this process is the only user.
///
/// Write-ahead log, `synchronous=FULL`: what is acknowledged is on the disk. One connection writes and commits in
/// groups, another reads.
public final class SQLiteRecords: SQLRecords {
  let writer: StoreQueue
  let reader: StoreQueue
  let path: String
  private let lock: LockHolder

  /// Opens the store at `path`, making it when there is none. Blocks until it is ready.
  public init(path: String) throws(StoreOpeningError) {
    let lock = LockHolder(try StoreLock(storePath: path))
    try StoreLock.prepareFile(at: path)
    let writing = try Connection(path: path)
    try Schema.prepare(writing, path: path)
    let reading = try Connection(path: path, readOnly: true)
    self.writer = StoreQueue(writing, label: "cordon.records.write")
    self.reader = StoreQueue(reading, label: "cordon.records.read")
    self.lock = lock
    self.path = path
  }

  /// Reads one moment.
  public func read<Value: Sendable>(
    _ body: @escaping @Sendable (Connection) throws(RecordsError) -> Value
  ) async throws(RecordsError) -> Value { try await reader.read(body) }

  /// Reads one moment; here nothing is ever half written.
  public func readSettled<Value: Sendable>(
    _ body: @escaping @Sendable (Connection) throws(RecordsError) -> Value
  ) async throws(RecordsError) -> Value { try await reader.read(body) }

  /// Changes; returns when it is durable.
  public func decide<Value: Sendable>(
    _ body: @escaping @Sendable (Connection) throws(RecordsError) -> Value
  ) async throws(RecordsError) -> Value { try await writer.write(body) }

  /// Adds, as everything is changed here: one after the other, many to a commit.
  public func add<Value: Sendable>(
    _: Addition, _ body: @escaping @Sendable (Connection) throws(RecordsError) -> Value
  ) async throws(RecordsError) -> Value { try await writer.write(body) }

  /// Closes both connections; then another process may open the store.
  public func close() async {
    await reader.close()
    await writer.close()
    lock.release()
  }
}
