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
  public static func restore(
    _ backup: String, to path: String, suffix: String
  ) throws(StoreOpeningError) -> (findings: [String], replaced: String?) {
    let lock = LockHolder(try StoreLock(storePath: path))
    defer { lock.release() }
    let unfinished = path + ".restoring"
    StoreFile.remove(unfinished)
    let findings = try SQLiteBackup.copy(backup, to: unfinished)
    guard findings.isEmpty else { return (findings, nil) }
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
}
