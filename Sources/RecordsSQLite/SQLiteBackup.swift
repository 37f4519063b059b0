// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Records

/// A copy of a store's file, taken while `cordond` uses it (SQLite's online backup).
public enum SQLiteBackup {
  /// Copies the store at `path` as it is at one moment to `target`, where nothing may be yet, and checks the copy; what is wrong
  /// with it. With findings, or on an error, there is no copy.
  public static func copy(_ path: String, to target: String) throws(StoreOpeningError) -> [String] {
    guard StoreFile.exists(path) else { throw .cannotOpen(path: path, reason: "there is no such file") }
    guard !StoreFile.exists(target) else { throw .notEmpty(path: target) }
    let unfinished = target + ".unfinished"
    defer { for suffix in ["", "-wal", "-shm", "-journal"] { StoreFile.remove(unfinished + suffix) } }
    StoreFile.remove(unfinished)
    try StoreLock.prepareFile(at: unfinished)
    let findings: [String]
    do throws(RecordsError) {
      try copyPages(of: try open(path), to: try open(unfinished))
      findings = try Invariants.broken(in: try open(unfinished))
      guard findings.isEmpty else { return findings }
      try StoreFile.flush(unfinished)
      try StoreFile.rename(unfinished, to: target)
    } catch { throw .cannotOpen(path: target, reason: error.words) }
    return []
  }

  private static func open(_ path: String) throws(RecordsError) -> Connection {
    do throws(StoreOpeningError) {
      let connection = try Connection(path: path)
      let found = try Schema.versionFound(by: connection, path: path)
      guard found <= Schema.newest else {
        throw StoreOpeningError.newerSchema(found: found, known: Schema.newest)
      }
      return connection
    } catch { throw .fault(error.description) }
  }

  private static func copyPages(of source: Connection, to target: Connection) throws(RecordsError) {
    try target.copy(source)
    // One file, without a log beside it.
    try target.execute("PRAGMA journal_mode = DELETE")
  }
}
