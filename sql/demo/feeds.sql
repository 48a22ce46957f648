-- The feeds that the demonstration's ledger names, their sites, and the codes
-- by which they call places: the rank of the place in its site, so that every
-- site has a « 001 ».  Their one secret is public on purpose:
-- secret-de-demonstration.  Again on a database that has them it adds nothing.
INSERT INTO auth.feed (name, label, contact, source, secret_sha256, created_at)
SELECT c.feed, 'Gestion des lits – ' || s.name, 'lits@demo.ror.example', '02',
       sha256(convert_to('secret-de-demonstration', 'UTF8')),
       r.loaded_at - interval '400 days'
  FROM demo.run AS r
 CROSS JOIN demo.channel AS c
  JOIN demo.site AS s ON s.structure_id = c.structure_id
 WHERE c.feed IS NOT NULL
 ORDER BY s.n
    ON CONFLICT DO NOTHING;
INSERT INTO auth.feed_site (feed_id, site, valid)
SELECT f.id, s.finess, tstzrange(r.loaded_at - interval '400 days', NULL)
  FROM demo.run AS r
 CROSS JOIN demo.channel AS c
  JOIN demo.site AS s ON s.structure_id = c.structure_id
  JOIN auth.feed AS f ON f.name = c.feed
 WHERE NOT EXISTS (SELECT FROM auth.feed_site AS x WHERE x.feed_id = f.id)
 ORDER BY s.n;
INSERT INTO dir.place_code (site_id, code, place_id)
SELECT v.site_id,
       lpad(row_number() OVER (PARTITION BY v.site_id ORDER BY v.place_id)::text, 3, '0'),
       v.place_id
  FROM dir.place_version AS v
  JOIN demo.site AS s ON s.structure_id = v.site_id
 WHERE upper(v.valid) IS NULL
 ORDER BY v.site_id, v.place_id
    ON CONFLICT DO NOTHING;

-- What the sentinel hears of these feeds, which write the ledger past
-- cap.feed_save(): when they spoke since, and that they spoke of all they have.
CREATE OR REPLACE FUNCTION demo.heard(p_base bigint, p_since timestamptz) RETURNS void
LANGUAGE sql
SET search_path = pg_catalog
BEGIN ATOMIC
INSERT INTO cap.feed_news (feed_id, at)
SELECT f.id, date_trunc('minute', e.recorded_at, 'UTC')
  FROM cap.entry AS e
  JOIN auth.feed AS f ON f.name = e.feed
 WHERE e.id > p_base AND e.recorded_at >= p_since
 UNION
SELECT f.id, date_trunc('minute', c.last_at, 'UTC')
  FROM demo.channel AS c
  JOIN auth.feed AS f ON f.name = c.feed
    ON CONFLICT DO NOTHING;
INSERT INTO cap.feed_place AS h (feed_id, place_id, heard_at)
SELECT f.id, p.place_id, c.last_at
  FROM demo.channel AS c
  JOIN auth.feed AS f ON f.name = c.feed
  JOIN demo.place AS p ON p.channel_id = c.id
 WHERE p.reported = 'all' AND (p.locked IS NULL OR NOT p.locked @> c.last_at)
 ORDER BY f.id, p.place_id
    ON CONFLICT (feed_id, place_id) DO UPDATE
   SET heard_at = EXCLUDED.heard_at
 WHERE h.heard_at < EXCLUDED.heard_at;
END;
COMMENT ON FUNCTION demo.heard IS 'Note for the sentinel when the demonstration''s feeds spoke, by the entries after p_base since an instant';
SELECT demo.heard(0, r.loaded_at - interval '56 days') FROM demo.run AS r;
