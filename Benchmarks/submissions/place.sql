-- The statements of one submission, as Cordon sends them.
\set n random(1, 1000000000000)
BEGIN ISOLATION LEVEL READ COMMITTED;
LOCK TABLE gate IN ROW EXCLUSIVE MODE;
SELECT outcome, submission_number, entry_number FROM place('worst-of', 'police-jm', 'police-jm', 'JM', 1795000000,
  ARRAY['n' || :n || '.example'], ARRAY['n' || :n || '.example'], ARRAY['n' || :n || '.example'], ARRAY['.n' || :n || '.example'],
  ARRAY['https://n' || :n || '.example/gallery'], ARRAY['B-' || :n], ARRAY[NULL]::TEXT[], ARRAY[NULL]::BIGINT[], ARRAY[NULL]::TEXT[]);
COMMIT;
