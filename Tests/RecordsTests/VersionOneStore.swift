// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// A store as schema version 1 left it: one entry listed by two countries, published, and then suspended.
///
/// Frozen: it stands for the files in the field, so it never follows the schema of today.
enum VersionOneStore {
  static let sql = schema + rows

  private static let schema = """
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
    PRAGMA application_id = 1131377252; PRAGMA user_version = 1;

    """

  private static let rows = """
    INSERT INTO agency VALUES('unit-jm', 'JM', 'JM', 'police'), ('unit-tt', 'TT', 'TT', 'police'),
      ('unit-bb', 'BB', 'BB', 'police');
    INSERT INTO principal VALUES('a-jm', 'a', 'unit-jm', 'reviewer submitter'),
      ('a-tt', 'a', 'unit-tt', 'reviewer submitter'), ('a-bb', 'a', 'unit-bb', 'reviewer submitter');
    INSERT INTO submission VALUES(1, 'worst-of', 'www.a.example', 'a.example', 'a.example', '.a.example', 'open',
      1794000000, NULL);
    INSERT INTO report VALUES(1, 1, 'a-jm', 'unit-jm', 'JM', 1794000000, 'http://www.a.example/', 'X-1', NULL, NULL,
      NULL);
    INSERT INTO review VALUES(1, 1, 'a-tt', 'unit-tt', 'TT', 'approve', '.a.example', 'baseline', 1, NULL, 1794000001),
      (2, 1, 'a-bb', 'unit-bb', 'BB', 'approve', '.a.example', 'baseline', 1, NULL, 1794000002);
    INSERT INTO entry VALUES(1, 'worst-of', '.a.example', 'suspended', 1, 1794000002, 1794000002, 1801776002);
    UPDATE submission SET state = 'listed', entry_number = 1;
    INSERT INTO release VALUES('worst-of', 1, 1794000003, 'a-jm', 'publish', NULL, 1, 1, 0, x'07', 11);
    INSERT INTO listing VALUES('worst-of', '.a.example', 1, NULL);
    INSERT INTO metadata VALUES('timestamp.json', x'01');
    INSERT INTO revision VALUES('list/worst-of', 3), ('metadata', 1);
    INSERT INTO audit VALUES(1, 1794000000, 'a-jm', 'submission-created', 'sub_1', 'worst-of'),
      (2, 1794000002, 'a-bb', 'entry-listed', 'ent_1', 'sub_1 two-countries'),
      (3, 1794000003, 'a-jm', 'release-published', 'worst-of/1', 'publish'),
      (4, 1794000004, 'a-jm', 'entry-suspended', 'ent_1', 'suspension');
    """
}
