// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

extension Schema {
  // Texts are compared by their octets, as everywhere in Cordon. Times are whole seconds since 1970.
  static let firstStep = """
    CREATE TABLE gate();
    CREATE TABLE agency(id TEXT COLLATE "C" PRIMARY KEY, name TEXT NOT NULL, country TEXT NOT NULL, kind TEXT NOT NULL);
    CREATE TABLE principal(id TEXT COLLATE "C" PRIMARY KEY, name TEXT NOT NULL,
      agency TEXT COLLATE "C" NOT NULL REFERENCES agency(id), roles TEXT NOT NULL);
    CREATE TABLE credential(number BIGSERIAL PRIMARY KEY,
      principal TEXT COLLATE "C" NOT NULL REFERENCES principal(id), kind TEXT NOT NULL, digest BYTEA NOT NULL,
      created_at BIGINT NOT NULL, expires_at BIGINT, revoked_at BIGINT, UNIQUE(kind, digest));
    CREATE TABLE submission(number BIGSERIAL PRIMARY KEY, list TEXT COLLATE "C" NOT NULL, host TEXT NOT NULL,
      base TEXT NOT NULL, registrable TEXT NOT NULL, entry TEXT COLLATE "C" NOT NULL, state TEXT COLLATE "C" NOT NULL,
      created_at BIGINT NOT NULL, entry_number BIGINT);
    CREATE UNIQUE INDEX submission_open ON submission(entry, list) WHERE state = 'open';
    CREATE INDEX submission_registrable ON submission(list, registrable);
    CREATE INDEX submission_queue ON submission(number) WHERE state = 'open';
    CREATE INDEX submission_entry ON submission(entry_number) WHERE entry_number IS NOT NULL;
    CREATE TABLE report(number BIGSERIAL PRIMARY KEY,
      submission BIGINT NOT NULL REFERENCES submission(number), principal TEXT COLLATE "C" NOT NULL,
      agency TEXT NOT NULL, country TEXT NOT NULL, at BIGINT NOT NULL, understood TEXT NOT NULL,
      case_reference TEXT, evidence TEXT, seen_at BIGINT, note TEXT);
    CREATE INDEX report_submission ON report(submission, principal);
    CREATE TABLE review(number BIGSERIAL PRIMARY KEY,
      submission BIGINT NOT NULL REFERENCES submission(number), principal TEXT COLLATE "C" NOT NULL,
      agency TEXT NOT NULL, country TEXT NOT NULL, decision TEXT NOT NULL, entry TEXT COLLATE "C", criteria_id TEXT,
      criteria_version BIGINT, reason TEXT, at BIGINT NOT NULL);
    CREATE INDEX review_submission ON review(submission);
    CREATE TABLE entry(number BIGSERIAL PRIMARY KEY, list TEXT COLLATE "C" NOT NULL, entry TEXT COLLATE "C" NOT NULL,
      state TEXT COLLATE "C" NOT NULL, submission BIGINT NOT NULL REFERENCES submission(number),
      listed_at BIGINT NOT NULL, lease_from BIGINT NOT NULL, lease_until BIGINT NOT NULL);
    ALTER TABLE submission ADD FOREIGN KEY(entry_number) REFERENCES entry(number);
    CREATE UNIQUE INDEX entry_listed ON entry(entry, list) WHERE state = 'listed';
    CREATE INDEX entry_lease ON entry(list, state, lease_until);
    CREATE INDEX entry_text ON entry(entry, list);
    CREATE TABLE release(list TEXT COLLATE "C" NOT NULL, version BIGINT NOT NULL, published_at BIGINT NOT NULL,
      published_by TEXT, cause TEXT NOT NULL, reason TEXT, entries BIGINT NOT NULL, added BIGINT NOT NULL,
      removed BIGINT NOT NULL, digest BYTEA NOT NULL, length BIGINT NOT NULL, PRIMARY KEY(list, version));
    CREATE TABLE listing(list TEXT COLLATE "C" NOT NULL, entry TEXT COLLATE "C" NOT NULL, first_version BIGINT NOT NULL,
      until_version BIGINT, PRIMARY KEY(list, entry, first_version));
    CREATE UNIQUE INDEX listing_now ON listing(list, entry) WHERE until_version IS NULL;
    CREATE INDEX listing_first ON listing(list, first_version);
    CREATE INDEX listing_until ON listing(list, until_version);
    CREATE TABLE metadata(name TEXT COLLATE "C" PRIMARY KEY, octets BYTEA NOT NULL);
    CREATE TABLE proposal(number BIGINT PRIMARY KEY CHECK(number = 1), octets BYTEA);
    INSERT INTO proposal VALUES(1, NULL);
    CREATE TABLE revision(subject TEXT COLLATE "C" PRIMARY KEY, value BIGINT NOT NULL);
    CREATE TABLE guarded(name TEXT COLLATE "C" PRIMARY KEY, level TEXT NOT NULL, reason TEXT NOT NULL);
    CREATE TABLE receipt(list TEXT COLLATE "C" NOT NULL, reader TEXT COLLATE "C" NOT NULL, version BIGINT NOT NULL,
      at BIGINT NOT NULL, PRIMARY KEY(list, reader));
    CREATE TABLE hold(number BIGSERIAL PRIMARY KEY, list TEXT COLLATE "C" NOT NULL, reader TEXT NOT NULL,
      version BIGINT NOT NULL, reason TEXT NOT NULL, at BIGINT NOT NULL);
    CREATE TABLE answer(principal TEXT COLLATE "C" NOT NULL, key TEXT COLLATE "C" NOT NULL,
      request_digest BYTEA NOT NULL, code BIGINT NOT NULL, media_type TEXT NOT NULL, octets BYTEA NOT NULL,
      kept_at BIGINT NOT NULL, PRIMARY KEY(principal, key));
    CREATE INDEX answer_kept ON answer(kept_at);
    CREATE TABLE audit(number BIGSERIAL PRIMARY KEY, at BIGINT NOT NULL, principal TEXT,
      action TEXT NOT NULL, subject TEXT COLLATE "C" NOT NULL, rule TEXT NOT NULL, reason TEXT);
    CREATE INDEX audit_entry ON audit(subject, number) WHERE subject LIKE 'ent\\_%';

    -- The texts of the entries that block all that this one would, itself first.
    CREATE FUNCTION covering(entry TEXT) RETURNS TEXT[] LANGUAGE plpgsql IMMUTABLE STRICT AS $$
    DECLARE
      texts TEXT[] := '{}';
      name TEXT := entry;
    BEGIN
      IF left(entry, 1) = '.' THEN name := substr(entry, 2); ELSE texts := ARRAY[entry]; END IF;
      LOOP
        texts := texts || ('.' || name);
        EXIT WHEN position('.' in name) = 0;
        name := substr(name, position('.' in name) + 1);
      END LOOP;
      RETURN texts;
    END $$;

    -- Stores the items of a batch in their order: each a new submission, or a report on the open one or on the one behind
    -- the listed entry that blocks the same.
    CREATE FUNCTION place(of_list TEXT, by_principal TEXT, by_agency TEXT, by_country TEXT, now BIGINT,
      hosts TEXT[], bases TEXT[], registrables TEXT[], entries TEXT[], understoods TEXT[], cases TEXT[],
      evidences TEXT[], seens BIGINT[], notes TEXT[])
      RETURNS TABLE(outcome TEXT, submission_number BIGINT, entry_number BIGINT) LANGUAGE plpgsql AS $$
    BEGIN
      FOR i IN 1 .. cardinality(entries) LOOP
        entry_number := NULL;
        SELECT e.number, e.submission INTO entry_number, submission_number
          FROM unnest(covering(entries[i])) WITH ORDINALITY AS c(covering_text, rank)
          JOIN entry e ON e.entry = c.covering_text AND e.list = of_list AND e.state = 'listed' AND e.lease_until > now
          ORDER BY c.rank LIMIT 1;
        IF FOUND THEN outcome := 'entry';
        ELSE
          LOOP
            SELECT s.number INTO submission_number FROM submission s
              WHERE s.entry = entries[i] AND s.list = of_list AND s.state = 'open';
            outcome := 'joined';
            EXIT WHEN FOUND;
            INSERT INTO submission AS s (list, host, base, registrable, entry, state, created_at)
              VALUES(of_list, hosts[i], bases[i], registrables[i], entries[i], 'open', now)
              ON CONFLICT DO NOTHING RETURNING s.number INTO submission_number;
            outcome := 'created';
            EXIT WHEN FOUND;
          END LOOP;
        END IF;
        INSERT INTO report(submission, principal, agency, country, at, understood, case_reference, evidence, seen_at, note)
          VALUES(submission_number, by_principal, by_agency, by_country, now, understoods[i], cases[i], evidences[i],
            seens[i], notes[i]);
        INSERT INTO audit(at, principal, action, subject, rule) VALUES(now, by_principal,
          CASE outcome WHEN 'created' THEN 'submission-created' ELSE 'submission-joined' END,
          'sub_' || submission_number,
          CASE outcome WHEN 'entry' THEN 'ent_' || entry_number ELSE of_list END);
        RETURN NEXT;
      END LOOP;
    END $$;
    """
}
