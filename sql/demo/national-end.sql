-- The national ledger is whole: its key, and the current values, which can
-- only be in its first and last days.
SET ROLE ror_owner;
SELECT format('ALTER TABLE cap.observation ADD CONSTRAINT %I %s', k.name, k.definition)
  FROM demo.ledger_key AS k
\gexec
DROP TABLE demo.ledger_key;
INSERT INTO cap.current
SELECT DISTINCT ON (o.place_id, o.assignment_id, o.indicator_id)
       o.place_id, o.assignment_id, o.indicator_id, o.value, o.effective_at,
       o.recorded_at, o.source, o.entry_id
  FROM demo.run AS r
  JOIN cap.observation AS o
    ON o.recorded_at > r.loaded_at - interval '4 days'
       OR (o.indicator_id <= 2 AND o.recorded_at < r.since + interval '1 day')
 ORDER BY o.place_id, o.assignment_id, o.indicator_id, o.effective_at DESC,
          o.recorded_at DESC, o.entry_id DESC;
INSERT INTO cap.place_state (place_id, version, touched_at, source)
SELECT c.place_id, 1, max(c.effective_at), '02'
  FROM cap.current AS c
 GROUP BY c.place_id;
SELECT setval('cap.entry_id_seq', (SELECT max(e.id) FROM cap.entry AS e));
