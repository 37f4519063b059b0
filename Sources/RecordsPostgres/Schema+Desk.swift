// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

extension Schema {
  // Who looks at what.
  static let claims = """
    CREATE TABLE claim(submission BIGINT PRIMARY KEY REFERENCES submission(number), principal TEXT COLLATE "C" NOT NULL,
      country TEXT COLLATE "C" NOT NULL, at BIGINT NOT NULL, until BIGINT NOT NULL);
    CREATE INDEX claim_principal ON claim(principal, until);
    """

  // What panels ask, and what reporters answer.
  static let panels = """
    CREATE TABLE panel(id TEXT COLLATE "C" PRIMARY KEY, name TEXT NOT NULL, list TEXT COLLATE "C" NOT NULL,
      chair TEXT COLLATE "C" NOT NULL REFERENCES principal(id), members TEXT NOT NULL);
    CREATE TABLE second_look(submission BIGINT PRIMARY KEY REFERENCES submission(number),
      panel TEXT COLLATE "C" NOT NULL, chair TEXT COLLATE "C" NOT NULL, reason TEXT NOT NULL, at BIGINT NOT NULL);
    CREATE INDEX second_look_panel ON second_look(panel);
    CREATE TABLE information(number BIGSERIAL PRIMARY KEY,
      submission BIGINT NOT NULL REFERENCES submission(number), review BIGINT NOT NULL REFERENCES review(number),
      principal TEXT COLLATE "C" NOT NULL, body TEXT NOT NULL, at BIGINT NOT NULL);
    CREATE INDEX information_submission ON information(submission, review);
    """

  // Complaints of site owners and blocked users.
  static let appeals = """
    CREATE TABLE appeal(number BIGSERIAL PRIMARY KEY, id TEXT COLLATE "C" NOT NULL UNIQUE, secret_digest BYTEA NOT NULL,
      name TEXT COLLATE "C" NOT NULL, statement TEXT NOT NULL, contact TEXT, received_at BIGINT NOT NULL,
      state TEXT COLLATE "C" NOT NULL, assignee TEXT COLLATE "C", decision TEXT, answer TEXT, decided_at BIGINT);
    CREATE INDEX appeal_state ON appeal(state, number);
    CREATE INDEX appeal_decided ON appeal(decided_at) WHERE decided_at IS NOT NULL;
    CREATE TABLE appeal_entry(appeal BIGINT NOT NULL REFERENCES appeal(number),
      entry BIGINT NOT NULL REFERENCES entry(number), PRIMARY KEY(appeal, entry));
    """

  // Holds stand until a publisher lifts them.
  static let standingHolds = """
    ALTER TABLE hold ADD COLUMN lifted_at BIGINT;
    CREATE INDEX hold_standing ON hold(list, reader) WHERE lifted_at IS NULL;
    """

  // The agencies' keys, and what they signed: with each review, and once it counts, for releases to carry.
  static let approvals = """
    CREATE TABLE agency_key(keyid TEXT COLLATE "C" PRIMARY KEY,
      agency TEXT COLLATE "C" NOT NULL REFERENCES agency(id), public_key BYTEA NOT NULL, valid_from BIGINT NOT NULL,
      valid_until BIGINT, added_at BIGINT NOT NULL);
    ALTER TABLE review ADD COLUMN decided_at BIGINT, ADD COLUMN keyid TEXT, ADD COLUMN signature BYTEA;
    CREATE TABLE approval(number BIGSERIAL PRIMARY KEY, list TEXT COLLATE "C" NOT NULL,
      entry TEXT COLLATE "C" NOT NULL, entry_number BIGINT NOT NULL REFERENCES entry(number),
      agency TEXT COLLATE "C" NOT NULL, criteria_id TEXT NOT NULL, criteria_version BIGINT NOT NULL,
      submitted_at BIGINT NOT NULL, decided_at BIGINT NOT NULL, keyid TEXT NOT NULL, signature BYTEA NOT NULL,
      at BIGINT NOT NULL);
    CREATE INDEX approval_entry ON approval(list, entry, entry_number);
    ALTER TABLE release ADD COLUMN approval_mark BIGINT NOT NULL DEFAULT 0;
    """

  // One person's reports, and where the trail tells of a release.
  static let waysBack = """
    CREATE INDEX report_principal ON report(principal, submission);
    CREATE INDEX audit_release ON audit(subject, number) WHERE action = 'release-published';
    """
}
