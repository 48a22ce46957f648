-- The year: what is installed where nothing else is said, total
-- unavailability as a known zero, then what every channel says.

WITH said AS (
    SELECT s.account_id, r.since AS at,
           p.place_id, NULL::timestamptz AS zero_at
      FROM demo.run AS r
 CROSS JOIN demo.place AS p
      JOIN demo.channel AS c ON c.id = p.channel_id
      JOIN demo.site AS s ON s.structure_id = c.structure_id
     WHERE p.reported = 'installed'
     UNION ALL
    SELECT s.account_id, lower(p.locked), p.place_id, lower(p.locked)
      FROM demo.run AS r
 CROSS JOIN demo.place AS p
      JOIN demo.channel AS c ON c.id = p.channel_id
      JOIN demo.site AS s ON s.structure_id = c.structure_id
     WHERE lower(p.locked) BETWEEN r.since AND r.loaded_at
), entry AS (
    INSERT INTO cap.entry (id, account_id, mode, source, recorded_at, n_places)
    SELECT row_number() OVER (ORDER BY g.at, g.account_id), g.account_id, 'simple', '01',
           g.at, g.n
      FROM (SELECT x.at, x.account_id, count(*)::integer AS n
              FROM said AS x
             GROUP BY x.at, x.account_id) AS g
    RETURNING id, account_id, recorded_at
)
INSERT INTO cap.observation (place_id, indicator_id, value, effective_at,
                             recorded_at, source, entry_id)
SELECT x.place_id, o.indicator_id, o.value, x.at, x.at, '01', e.id
  FROM said AS x
  JOIN entry AS e ON e.account_id = x.account_id AND e.recorded_at = x.at
  JOIN demo.place AS p ON p.place_id = x.place_id
  JOIN LATERAL (VALUES (1::smallint, p.installed, true),
                       (2::smallint, p.closed, true),
                       (4::smallint, 0, x.zero_at IS NOT NULL),
                       (20::smallint, 0, x.zero_at IS NOT NULL))
       AS o (indicator_id, value, said) ON o.said;

-- One sort at the end is cheaper than 1.8 million insertions in the index.
CREATE TEMPORARY TABLE ledger_key ON COMMIT DROP AS
SELECT c.conname AS name, pg_get_constraintdef(c.oid) AS definition
  FROM pg_catalog.pg_constraint AS c
 WHERE c.conrelid = 'cap.observation'::regclass AND c.contype = 'p';
SELECT format('ALTER TABLE cap.observation DROP CONSTRAINT %I', k.name) FROM ledger_key AS k
\gexec
SELECT demo.generate(r.loaded_at, r.loaded_at - interval '30 days') AS rows FROM demo.run AS r;
SELECT format('ALTER TABLE cap.observation ADD CONSTRAINT %I %s', k.name, k.definition)
  FROM ledger_key AS k
\gexec

-- A few remarks of the last three weeks; the newest one is the place's.
INSERT INTO cap.remark (place_id, entry_id, text)
SELECT o.place_id, o.entry_id,
       (ARRAY['Chambre double fermée pour isolement', 'Sortie prévue en fin d’après-midi',
              'Appeler l’unité avant adressage', 'Lit bariatrique disponible',
              'Effectif réduit cette nuit', 'Isolement contact possible'])
           [1 + floor(demo.u(r.seed, 150000000 + o.place_id * 31 + o.entry_id) * 6)::integer]
  FROM demo.run AS r
  JOIN cap.observation AS o
    ON o.recorded_at > r.loaded_at - interval '21 days' AND o.source = '01'
       AND o.indicator_id = 20
 WHERE demo.u(r.seed, 160000000 + o.place_id * 31 + o.entry_id) < 0.04;

SELECT cap.current_rebuild(NULL) AS current;
-- The rebuild stamps the versions; the remark is state that it does not know.
UPDATE cap.place_state AS s
   SET comment = x.text
  FROM (SELECT DISTINCT ON (m.place_id) m.place_id, m.text
          FROM cap.remark AS m
         ORDER BY m.place_id, m.entry_id DESC) AS x
 WHERE x.place_id = s.place_id;

SELECT setval('dir.structure_id_seq', (SELECT max(x.id) FROM dir.structure AS x)),
       setval('dir.unit_id_seq', (SELECT max(x.id) FROM dir.unit AS x)),
       setval('dir.place_id_seq', (SELECT max(x.id) FROM dir.place AS x)),
       setval('auth.account_id_seq', (SELECT max(x.id) FROM auth.account AS x));
-- Statistics first: dir.refresh() joins what was empty a moment ago.
ANALYZE dir.structure, dir.structure_version, dir.unit, dir.unit_version,
        dir.place, dir.place_version, dir.unit_place, dir.unavailability,
        ref.commune;
SELECT dir.refresh() AS generation;
