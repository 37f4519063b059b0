// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Ingest
public import Records
public import RecordsSQL

/// The registry in one SQLite file, of which this process is the only user.
///
/// Write-ahead log, `synchronous=FULL`: what is acknowledged is on the disk. One connection writes and commits in
/// groups, another reads; a third takes half of the work when a long list is read whole.
public final class SQLiteRecords: SQLRecords {
  let writer: StoreQueue
  let reader: StoreQueue
  let second: StoreQueue
  /// Lists of so many entries are read by both.
  let readingApart: Int
  let path: String
  private let lock: LockHolder

  /// Opens the store at `path`, making it when there is none. Blocks until it is ready.
  ///
  /// - Parameter readingApart: From so many entries on a list is read in two halves at once.
  public init(path: String, readingApart: Int = 50_000) throws(StoreOpeningError) {
    let lock = LockHolder(try StoreLock(storePath: path))
    try StoreLock.prepareFile(at: path)
    let writing = try Connection(path: path)
    try Schema.prepare(writing, path: path)
    let reading = try Connection(path: path, readOnly: true)
    self.writer = StoreQueue(writing, label: "cordon.records.write")
    self.reader = StoreQueue(reading, label: "cordon.records.read")
    self.second = StoreQueue(
      try Connection(path: path, readOnly: true), label: "cordon.records.read.second")
    self.readingApart = readingApart
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

  /// One process alone has the store, and counts for itself.
  public func takeTurns(
    of principal: PrincipalID, perMinute: Int, wanted: Int
  ) async throws(RecordsError) -> Turns? { nil }

  /// Closes all connections; then another process may open the store.
  public func close() async {
    await reader.close()
    await second.close()
    await writer.close()
    lock.release()
  }
}
