// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Records
public import RecordsSQL

/// The registry in a PostgreSQL database, shared by any number of processes.
///
/// What adds (submissions, receipts, holds, notes) runs side by side. What decides (reviews, suspensions, releases, metadata,
/// people, guards) runs serialisable and one at a time across all processes, and sees everything added before it: both pass
/// the table `gate`, locked before the transaction's first snapshot. Readers see one moment and wait for nobody.
public final class PostgresRecords: SQLRecords {
  /// Connections of one process, unless told otherwise.
  public static let standardConnections = 16

  /// Seconds after which a commit that is not confirmed is answered as undecided.
  public static let standardCommitPatience = Duration.seconds(5)

  /// Reads have connections of their own: whatever writes wait for, they go on.
  let readers: ConnectionPool
  let writers: ConnectionPool
  private let bell: ChangeBell

  /// Opens the store that `connection` leads to, making its tables when there are none. Blocks until it is ready.
  ///
  /// - Parameter connection: A libpq connection string or URI; several hosts are tried in turn for the one that writes.
  /// - Parameter connections: How many connections at most, 2 at least, a quarter of them for reads; one more listens for changes.
  /// - Parameter commitPatience: How long a commit may take before it is answered as undecided.
  public init(
    connection: String, connections: Int = standardConnections,
    commitPatience: Duration = standardCommitPatience
  ) throws(StoreOpeningError) {
    let place = try ConnectionString(connection)
    try Schema.prepare(place)
    let (reading, patience) = (
      max(1, connections / 4), Int32(clamping: Int(commitPatience / .milliseconds(1)))
    )
    // One for both: whoever was told that the store is ready, which a read finds out, can write.
    let reach = Reach()
    readers = ConnectionPool(place, reach: reach, lanes: reading, commitPatience: patience)
    writers = ConnectionPool(
      place, reach: reach, lanes: max(1, connections - reading), commitPatience: patience)
    bell = ChangeBell(place)
  }

  /// Something for each change to releases, metadata, people or guards that any process made, a second at the latest while
  /// the database cannot be listened to. Coalesced; ends with the store.
  public func changesElsewhere() -> AsyncStream<Void> { bell.stream() }

  /// Closes every connection.
  public func close() async {
    bell.stop()
    await readers.close()
    await writers.close()
  }

  /// Reads one moment.
  public func read<Value: Sendable>(
    _ body: @escaping @Sendable (Connection) throws(RecordsError) -> Value
  ) async throws(RecordsError) -> Value {
    try await readers.transaction("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", body)
  }

  /// Reads one moment at which nothing is half written.
  public func readSettled<Value: Sendable>(
    _ body: @escaping @Sendable (Connection) throws(RecordsError) -> Value
  ) async throws(RecordsError) -> Value {
    try await writers.transaction(
      "BEGIN ISOLATION LEVEL REPEATABLE READ; LOCK TABLE gate IN SHARE MODE", body)
  }

  /// Changes what others may be adding to.
  public func decide<Value: Sendable>(
    _ body: @escaping @Sendable (Connection) throws(RecordsError) -> Value
  ) async throws(RecordsError) -> Value {
    try await writers.transaction(Self.deciding, body)
  }

  /// Adds, while no decision is being made; what is small may share its transaction with others.
  public func add<Value: Sendable>(
    _ addition: Addition, _ body: @escaping @Sendable (Connection) throws(RecordsError) -> Value
  ) async throws(RecordsError) -> Value {
    switch addition {
    case .small: try await writers.addition(Self.adding, body)
    case .large: try await writers.transaction(Self.adding, body)
    }
  }

  // LOCK TABLE takes no snapshot: what is read after it was committed before it.
  private static let deciding =
    "BEGIN ISOLATION LEVEL SERIALIZABLE; LOCK TABLE gate IN SHARE ROW EXCLUSIVE MODE"
  private static let adding =
    "BEGIN ISOLATION LEVEL READ COMMITTED; LOCK TABLE gate IN ROW EXCLUSIVE MODE"
}
