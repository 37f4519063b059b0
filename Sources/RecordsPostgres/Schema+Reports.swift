// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

extension Schema {
  // The host of a report that joined what another host began. One person's report that says what another of theirs did is no
  // second one, and they may have so many on one submission.
  static let ownReports = """
    ALTER TABLE report ADD COLUMN host TEXT COLLATE "C";
    ALTER TABLE report ADD COLUMN base TEXT COLLATE "C";
    DROP FUNCTION place(TEXT, TEXT, TEXT, TEXT, BIGINT, TEXT[], TEXT[], TEXT[], TEXT[], TEXT[], TEXT[], TEXT[], BIGINT[],
      TEXT[], TEXT[]);

    -- Stores the items of a batch in their order: each a new submission, or a report on the open one or on the one behind
    -- the listed entry that blocks the same. Batches of one person at the
    -- same moment do not see each other: together they may pass the limit by what they bring, once.
    CREATE FUNCTION place(of_list TEXT, by_principal TEXT, by_agency TEXT, by_country TEXT, now BIGINT,
      hosts TEXT[], bases TEXT[], registrables TEXT[], entries TEXT[], understoods TEXT[], cases TEXT[],
      evidences TEXT[], seens BIGINT[], notes TEXT[], answers_given TEXT[], most BIGINT)
      RETURNS TABLE(outcome TEXT, submission_number BIGINT, entry_number BIGINT) LANGUAGE plpgsql AS $$
    DECLARE
      had BIGINT;
      is_said BOOLEAN;
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
        IF outcome <> 'created' THEN
          SELECT count(*), bool_or(r.understood = understoods[i] AND r.case_reference IS NOT DISTINCT FROM cases[i]
              AND r.evidence IS NOT DISTINCT FROM evidences[i] AND r.seen_at IS NOT DISTINCT FROM seens[i]
              AND r.note IS NOT DISTINCT FROM notes[i] AND r.answers IS NOT DISTINCT FROM answers_given[i])
            INTO had, is_said FROM report r
            WHERE r.submission = submission_number AND r.principal = by_principal;
          IF is_said THEN
            RETURN NEXT;
            CONTINUE;
          END IF;
          IF had >= most THEN
            outcome := 'refused';
            RETURN NEXT;
            CONTINUE;
          END IF;
        END IF;
        INSERT INTO report(submission, principal, agency, country, at, understood, case_reference, evidence, seen_at, note, answers,
            host, base)
          VALUES(submission_number, by_principal, by_agency, by_country, now, understoods[i], cases[i], evidences[i],
            seens[i], notes[i], answers_given[i],
            CASE outcome WHEN 'created' THEN NULL ELSE hosts[i] END, CASE outcome WHEN 'created' THEN NULL ELSE bases[i] END);
        INSERT INTO audit(at, principal, action, subject, rule) VALUES(now, by_principal,
          CASE outcome WHEN 'created' THEN 'submission-created' ELSE 'submission-joined' END,
          'sub_' || submission_number,
          CASE outcome WHEN 'entry' THEN 'ent_' || entry_number ELSE of_list END);
        RETURN NEXT;
      END LOOP;
    END $$;
    """
}
