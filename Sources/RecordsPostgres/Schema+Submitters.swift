// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

extension Schema {
  // What submitters say on the criteria, the domains that agencies call their own, and how often each may still submit; that last is
  // counted without a log and forgotten with the server.
  static let ownWords = """
    ALTER TABLE report ADD COLUMN answers TEXT;
    ALTER TABLE agency ADD COLUMN domains TEXT NOT NULL DEFAULT '';
    CREATE UNLOGGED TABLE pace(principal TEXT COLLATE "C" PRIMARY KEY, level DOUBLE PRECISION NOT NULL,
      at DOUBLE PRECISION NOT NULL);
    DROP FUNCTION place(TEXT, TEXT, TEXT, TEXT, BIGINT, TEXT[], TEXT[], TEXT[], TEXT[], TEXT[], TEXT[], TEXT[], BIGINT[], TEXT[]);

    -- Stores the items of a batch in their order: each a new submission, or a report on the open one or on the one behind
    -- the listed entry that blocks the same.
    CREATE FUNCTION place(of_list TEXT, by_principal TEXT, by_agency TEXT, by_country TEXT, now BIGINT,
      hosts TEXT[], bases TEXT[], registrables TEXT[], entries TEXT[], understoods TEXT[], cases TEXT[],
      evidences TEXT[], seens BIGINT[], notes TEXT[], answers_given TEXT[])
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
        INSERT INTO report(submission, principal, agency, country, at, understood, case_reference, evidence, seen_at, note, answers)
          VALUES(submission_number, by_principal, by_agency, by_country, now, understoods[i], cases[i], evidences[i],
            seens[i], notes[i], answers_given[i]);
        INSERT INTO audit(at, principal, action, subject, rule) VALUES(now, by_principal,
          CASE outcome WHEN 'created' THEN 'submission-created' ELSE 'submission-joined' END,
          'sub_' || submission_number,
          CASE outcome WHEN 'entry' THEN 'ent_' || entry_number ELSE of_list END);
        RETURN NEXT;
      END LOOP;
    END $$;

    -- Up to `wanted` requests of a principal who may bring so many a minute, evenly: how many, or less than 0 the milliseconds to wait.
    CREATE FUNCTION take_turns(who TEXT, per_minute BIGINT, wanted BIGINT) RETURNS BIGINT LANGUAGE plpgsql AS $$
    DECLARE
      now DOUBLE PRECISION := extract(epoch FROM clock_timestamp());
      had DOUBLE PRECISION;
      taken BIGINT;
    BEGIN
      INSERT INTO pace VALUES(who, per_minute, now) ON CONFLICT DO NOTHING;
      SELECT least(per_minute, p.level + greatest(0, now - p.at) * per_minute / 60) INTO had
        FROM pace p WHERE p.principal = who FOR UPDATE;
      taken := least(wanted, floor(had)::BIGINT);
      UPDATE pace p SET level = had - taken, at = greatest(now, p.at) WHERE p.principal = who;
      RETURN CASE WHEN taken > 0 THEN taken ELSE -greatest(1, ceil((1 - had) * 60000 / per_minute)::BIGINT) END;
    END $$;
    """
}
