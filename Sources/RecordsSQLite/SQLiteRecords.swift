// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Records

/// The registry in one SQLite file, of which this process is the only user.
///
/// Write-ahead log, `synchronous=FULL`: what is acknowledged is on the disk. One connection writes and commits in
/// groups, another reads.
public final class SQLiteRecords: Records {
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

  /// Closes both connections; then another process may open the store.
  public func close() async {
    await reader.close()
    await writer.close()
    lock.release()
  }
}
