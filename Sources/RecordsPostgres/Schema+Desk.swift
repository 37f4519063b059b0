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
}
