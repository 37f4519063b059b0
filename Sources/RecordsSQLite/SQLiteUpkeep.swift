// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Records

/// What is done to a store's file while no `cordond` uses it.
public enum SQLiteUpkeep {
  /// Writes the store anew without the room that deleted rows left; octets before and after.
  public static func compact(_ path: String) throws(StoreOpeningError) -> (before: Int64, after: Int64) {
    guard StoreFile.exists(path) else { throw .cannotOpen(path: path, reason: "there is no such file") }
    let lock = LockHolder(try StoreLock(storePath: path))
    defer { lock.release() }
    let connection = try Connection(path: path)
    try Schema.prepare(connection, path: path)
    let before = StoreFile.size(path)
    do throws(RecordsError) {
      try connection.execute("VACUUM; ANALYZE; PRAGMA wal_checkpoint(TRUNCATE)")
    } catch { throw .cannotOpen(path: path, reason: error.words) }
    return (before, StoreFile.size(path))
  }

  /// Puts a backup in the place of the store at `path`. What was there is kept beside it under the name answered, nil when
  /// nothing was. The backup is checked first; what is wrong with it, and nothing is done then.
  /// - Parameter objection: why a store whose latest releases are these must not take its place; nil when it may.
  public static func restore(
    _ backup: String, to path: String, suffix: String,
    objection: ([(list: String, version: Int64)]) -> String? = { _ in nil }
  ) throws(StoreOpeningError) -> (findings: [String], replaced: String?) {
    let lock = LockHolder(try StoreLock(storePath: path))
    defer { lock.release() }
    let unfinished = path + ".restoring"
    StoreFile.remove(unfinished)
    let findings = try SQLiteBackup.copy(backup, to: unfinished)
    guard findings.isEmpty else { return (findings, nil) }
    if let reason = objection(try latestReleases(of: unfinished)) {
      StoreFile.remove(unfinished)
      throw .cannotOpen(path: backup, reason: reason)
    }
    do throws(RecordsError) {
      var replaced: String?
      if StoreFile.exists(path) {
        let kept = path + suffix
        guard !StoreFile.exists(kept) else { throw RecordsError.fault("\(kept) is there already") }
        // Its log belongs to it: without the log, its last changes would be missing from what is kept.
        for part in ["-wal", "-shm", ""] where StoreFile.exists(path + part) {
          try StoreFile.rename(path + part, to: kept + part)
        }
        replaced = kept
      }
      for part in ["-wal", "-shm"] { StoreFile.remove(path + part) }
      try StoreFile.rename(unfinished, to: path)
      return ([], replaced)
    } catch { throw .cannotOpen(path: path, reason: error.words) }
  }

  private static func latestReleases(of path: String) throws(StoreOpeningError) -> [(
    list: String, version: Int64
  )] {
    let connection = try Connection(path: path, readOnly: true)
    do throws(RecordsError) {
      return try connection.rows("SELECT list, max(version) FROM release GROUP BY list", []) {
        (list: $0.text(0), version: $0.integer(1))
      }
    } catch { throw .cannotOpen(path: path, reason: error.words) }
  }
}
