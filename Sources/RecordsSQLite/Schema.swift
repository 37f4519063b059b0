// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Records
internal import RecordsSQL

/// The tables, built by forward-only steps; `user_version` counts the steps taken.
enum Schema {
  /// "Cord", in SQLite's `application_id`.
  private static let application: Int64 = 0x436F_7264

  /// "CorM": its records were moved to another store.
  private static let moved: Int64 = 0x436F_724D

  /// Marks a store as moved.
  static let retirement = "PRAGMA application_id = \(moved)"

  /// The newest step that this program knows.
  static var newest: Int { steps.count }

  /// The log is cut back to this many octets when it grew past them.
  private static let logLimit = 64 << 20

  /// Brings the store up to the newest step, and sets the connection up.
  static func prepare(_ connection: Connection, path: String) throws(StoreOpeningError) {
    let found = try versionFound(by: connection, path: path)
    guard found <= steps.count else { throw .newerSchema(found: found, known: steps.count) }
    do throws(RecordsError) {
      let mode = try connection.first("PRAGMA journal_mode = WAL") { $0.text(0) }
      guard mode == "wal" else {
        throw RecordsError.fault("this file system cannot hold a write-ahead log")
      }
      try connection.execute(
        """
        PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;
        PRAGMA cell_size_check = ON; PRAGMA journal_size_limit = \(logLimit);
        """)
      // What an earlier process wrote but could not sync is written again, before anything is added to it.
      try connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
      for (index, step) in steps.enumerated().dropFirst(found) {
        let marks = "PRAGMA application_id = \(application); PRAGMA user_version = \(index + 1);"
        try connection.execute("BEGIN IMMEDIATE; \(step) \(marks) COMMIT;")
        connection.moveLog()
      }
    } catch {
      throw .cannotOpen(path: path, reason: error.words)
    }
  }

  static func versionFound(by connection: Connection, path: String) throws(StoreOpeningError) -> Int {
    var owner: Int64 = 0
    do throws(RecordsError) {
      let tables = try connection.first("SELECT count(*) FROM sqlite_master") { $0.integer(0) } ?? 0
      owner = try connection.first("PRAGMA application_id") { $0.integer(0) } ?? 0
      let version = Int(try connection.first("PRAGMA user_version") { $0.integer(0) } ?? 0)
      if tables == 0 || owner == application { return version }
    } catch {
      // A damaged store is still ours: whoever reads this needs a backup, not another path.
      guard connection.isNoDatabase else { throw .cannotOpen(path: path, reason: error.words) }
    }
    throw owner == moved ? .moved(path: path) : .notAStore(path: path)
  }

  private static let steps = [
    """
    CREATE TABLE agency(id TEXT PRIMARY KEY, name TEXT NOT NULL, country TEXT NOT NULL, kind TEXT NOT NULL) STRICT;
    CREATE TABLE principal(id TEXT PRIMARY KEY, name TEXT NOT NULL, agency TEXT NOT NULL REFERENCES agency(id),
      roles TEXT NOT NULL) STRICT;
    CREATE TABLE credential(number INTEGER PRIMARY KEY AUTOINCREMENT,
      principal TEXT NOT NULL REFERENCES principal(id), kind TEXT NOT NULL, digest BLOB NOT NULL,
      created_at INTEGER NOT NULL, expires_at INTEGER, revoked_at INTEGER, UNIQUE(kind, digest)) STRICT;
    CREATE TABLE submission(number INTEGER PRIMARY KEY AUTOINCREMENT, list TEXT NOT NULL, host TEXT NOT NULL,
      base TEXT NOT NULL, registrable TEXT NOT NULL, entry TEXT NOT NULL, state TEXT NOT NULL,
      created_at INTEGER NOT NULL, entry_number INTEGER REFERENCES entry(number)) STRICT;
    CREATE UNIQUE INDEX submission_open ON submission(list, entry) WHERE state = 'open';
    CREATE INDEX submission_state ON submission(state, number);
    CREATE TABLE report(number INTEGER PRIMARY KEY AUTOINCREMENT,
      submission INTEGER NOT NULL REFERENCES submission(number), principal TEXT NOT NULL, agency TEXT NOT NULL,
      country TEXT NOT NULL, at INTEGER NOT NULL, understood TEXT NOT NULL, case_reference TEXT, evidence TEXT,
      seen_at INTEGER, note TEXT) STRICT;
    CREATE INDEX report_submission ON report(submission, principal);
    CREATE TABLE review(number INTEGER PRIMARY KEY AUTOINCREMENT,
      submission INTEGER NOT NULL REFERENCES submission(number), principal TEXT NOT NULL, agency TEXT NOT NULL,
      country TEXT NOT NULL, decision TEXT NOT NULL, entry TEXT, criteria_id TEXT, criteria_version INTEGER,
      reason TEXT, at INTEGER NOT NULL) STRICT;
    CREATE INDEX review_submission ON review(submission);
    CREATE TABLE entry(number INTEGER PRIMARY KEY AUTOINCREMENT, list TEXT NOT NULL, entry TEXT NOT NULL,
      state TEXT NOT NULL, submission INTEGER NOT NULL REFERENCES submission(number), listed_at INTEGER NOT NULL,
      lease_from INTEGER NOT NULL, lease_until INTEGER NOT NULL) STRICT;
    CREATE UNIQUE INDEX entry_listed ON entry(list, entry) WHERE state = 'listed';
    CREATE INDEX entry_lease ON entry(list, state, lease_until);
    CREATE TABLE release(list TEXT NOT NULL, version INTEGER NOT NULL, published_at INTEGER NOT NULL,
      published_by TEXT, cause TEXT NOT NULL, reason TEXT, entries INTEGER NOT NULL, added INTEGER NOT NULL,
      removed INTEGER NOT NULL, digest BLOB NOT NULL, length INTEGER NOT NULL,
      PRIMARY KEY(list, version)) STRICT, WITHOUT ROWID;
    CREATE TABLE listing(list TEXT NOT NULL, entry TEXT NOT NULL, first_version INTEGER NOT NULL,
      until_version INTEGER, PRIMARY KEY(list, entry, first_version)) STRICT, WITHOUT ROWID;
    CREATE UNIQUE INDEX listing_now ON listing(list, entry) WHERE until_version IS NULL;
    CREATE INDEX listing_first ON listing(list, first_version);
    CREATE INDEX listing_until ON listing(list, until_version);
    CREATE TABLE metadata(name TEXT PRIMARY KEY, octets BLOB NOT NULL) STRICT;
    CREATE TABLE proposal(number INTEGER PRIMARY KEY CHECK(number = 1), octets BLOB) STRICT;
    INSERT INTO proposal VALUES(1, NULL);
    CREATE TABLE revision(subject TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
    CREATE TABLE guarded(name TEXT PRIMARY KEY, level TEXT NOT NULL, reason TEXT NOT NULL) STRICT;
    CREATE TABLE receipt(list TEXT NOT NULL, reader TEXT NOT NULL, version INTEGER NOT NULL, at INTEGER NOT NULL,
      PRIMARY KEY(list, reader)) STRICT;
    CREATE TABLE hold(number INTEGER PRIMARY KEY AUTOINCREMENT, list TEXT NOT NULL, reader TEXT NOT NULL,
      version INTEGER NOT NULL, reason TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
    CREATE TABLE answer(principal TEXT NOT NULL, key TEXT NOT NULL, request_digest BLOB NOT NULL,
      code INTEGER NOT NULL, media_type TEXT NOT NULL, octets BLOB NOT NULL, kept_at INTEGER NOT NULL,
      PRIMARY KEY(principal, key)) STRICT;
    CREATE INDEX answer_kept ON answer(kept_at);
    CREATE TABLE audit(number INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, principal TEXT,
      action TEXT NOT NULL, subject TEXT NOT NULL, rule TEXT NOT NULL) STRICT;
    """,
    // Reasons with the trail, an entry's own history, and entries of any state found by their text.
    """
    ALTER TABLE audit ADD COLUMN reason TEXT;
    CREATE INDEX audit_entry ON audit(subject, number) WHERE subject GLOB 'ent_*';
    CREATE INDEX entry_text ON entry(entry, list);
    """,
    // Who reported what an entry blocks, through whichever submission.
    "CREATE INDEX submission_registrable ON submission(list, registrable);",
    // Who looks at what.
    """
    CREATE TABLE claim(submission INTEGER PRIMARY KEY REFERENCES submission(number), principal TEXT NOT NULL,
      country TEXT NOT NULL, at INTEGER NOT NULL, until INTEGER NOT NULL) STRICT;
    CREATE INDEX claim_principal ON claim(principal, until);
    """,
    // What panels ask, and what reporters answer.
    """
    CREATE TABLE panel(id TEXT PRIMARY KEY, name TEXT NOT NULL, list TEXT NOT NULL,
      chair TEXT NOT NULL REFERENCES principal(id), members TEXT NOT NULL) STRICT;
    CREATE TABLE second_look(submission INTEGER PRIMARY KEY REFERENCES submission(number), panel TEXT NOT NULL,
      chair TEXT NOT NULL, reason TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
    CREATE INDEX second_look_panel ON second_look(panel);
    CREATE TABLE information(number INTEGER PRIMARY KEY AUTOINCREMENT,
      submission INTEGER NOT NULL REFERENCES submission(number), review INTEGER NOT NULL REFERENCES review(number),
      principal TEXT NOT NULL, body TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
    CREATE INDEX information_submission ON information(submission, review);
    """,
    // Complaints of site owners and blocked users.
    """
    CREATE TABLE appeal(number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
      secret_digest BLOB NOT NULL, name TEXT NOT NULL, statement TEXT NOT NULL, contact TEXT,
      received_at INTEGER NOT NULL, state TEXT NOT NULL, assignee TEXT, decision TEXT, answer TEXT,
      decided_at INTEGER) STRICT;
    CREATE INDEX appeal_state ON appeal(state, number);
    CREATE INDEX appeal_decided ON appeal(decided_at) WHERE decided_at IS NOT NULL;
    CREATE TABLE appeal_entry(appeal INTEGER NOT NULL REFERENCES appeal(number),
      entry INTEGER NOT NULL REFERENCES entry(number), PRIMARY KEY(appeal, entry)) STRICT, WITHOUT ROWID;
    """,
    // Holds stand until a publisher lifts them.
    """
    ALTER TABLE hold ADD COLUMN lifted_at INTEGER;
    CREATE INDEX hold_standing ON hold(list, reader) WHERE lifted_at IS NULL;
    """,
    // The agencies' keys, and what they signed: with each review, and once it counts, for releases to carry.
    """
    CREATE TABLE agency_key(keyid TEXT PRIMARY KEY, agency TEXT NOT NULL REFERENCES agency(id),
      public_key BLOB NOT NULL, valid_from INTEGER NOT NULL, valid_until INTEGER, added_at INTEGER NOT NULL) STRICT;
    ALTER TABLE review ADD COLUMN decided_at INTEGER;
    ALTER TABLE review ADD COLUMN keyid TEXT;
    ALTER TABLE review ADD COLUMN signature BLOB;
    CREATE TABLE approval(number INTEGER PRIMARY KEY AUTOINCREMENT, list TEXT NOT NULL, entry TEXT NOT NULL,
      entry_number INTEGER NOT NULL REFERENCES entry(number), agency TEXT NOT NULL, criteria_id TEXT NOT NULL,
      criteria_version INTEGER NOT NULL, submitted_at INTEGER NOT NULL, decided_at INTEGER NOT NULL,
      keyid TEXT NOT NULL, signature BLOB NOT NULL, at INTEGER NOT NULL) STRICT;
    CREATE INDEX approval_entry ON approval(list, entry, entry_number);
    ALTER TABLE release ADD COLUMN approval_mark INTEGER NOT NULL DEFAULT 0;
    """,
    // What submitters say on the criteria, and the domains that agencies call their own.
    """
    ALTER TABLE report ADD COLUMN answers TEXT;
    ALTER TABLE agency ADD COLUMN domains TEXT NOT NULL DEFAULT '';
    """,
    // The host of a report that joined what another host began.
    """
    ALTER TABLE report ADD COLUMN host TEXT;
    ALTER TABLE report ADD COLUMN base TEXT;
    """,
    // One person's reports, what led to an entry or confirmed it, and where the trail tells of a release.
    """
    CREATE INDEX report_principal ON report(principal, submission);
    CREATE INDEX submission_entry ON submission(entry_number) WHERE entry_number IS NOT NULL;
    CREATE INDEX audit_release ON audit(subject, number) WHERE action = 'release-published';
    """,
    // That a submission's entry exists is looked at when all is stored: else a statement that inserts several would keep a copy of each
    // page it changes, to be undone by. Only the table's words change, as SQLite allows, and no row.
    """
    PRAGMA writable_schema = ON;
    UPDATE sqlite_schema SET sql = replace(sql, 'entry_number INTEGER REFERENCES entry(number)',
      'entry_number INTEGER REFERENCES entry(number) DEFERRABLE INITIALLY DEFERRED')
      WHERE type = 'table' AND name = 'submission';
    PRAGMA writable_schema = RESET;
    """,
  ]
}

extension RecordsError {
  /// The words of a fault or fatal error.
  var words: String {
    switch self {
    case .fault(let words), .fatal(let words): words
    case .refused(let refusal): "\(refusal)"
    }
  }
}
