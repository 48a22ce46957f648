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

-- The feeds that the ledger names, one a hospital with its ten places, under the
-- codes and the public secret of the demonstration (feeds.sql): all of it the
-- seed's and the instant's, nothing of the clock.
INSERT INTO auth.feed (name, label, contact, source, secret_sha256, created_at)
SELECT 'bm-' || h.n, 'Gestion des lits ' || h.n, 'lits@demo.ror.example', '02',
       sha256(convert_to('secret-de-demonstration', 'UTF8')), r.since
  FROM demo.run AS r
 CROSS JOIN demo.size AS z
 CROSS JOIN LATERAL generate_series(1, z.hospitals) AS h (n)
 ORDER BY h.n;
INSERT INTO auth.feed_site (feed_id, site, valid)
SELECT f.id, n.site_finess, tstzrange(r.since, NULL)
  FROM demo.run AS r
 CROSS JOIN demo.size AS z
 CROSS JOIN LATERAL generate_series(1, z.hospitals) AS h (n)
  JOIN auth.feed AS f ON f.name = 'bm-' || h.n
  JOIN dir.place_now AS n ON n.place_id = h.n
 ORDER BY h.n;
INSERT INTO dir.place_code (site_id, code, place_id)
SELECT v.site_id,
       lpad(row_number() OVER (PARTITION BY v.site_id ORDER BY v.place_id)::text, 3, '0'),
       v.place_id
  FROM dir.place_version AS v
 ORDER BY v.site_id, v.place_id;
