-- The size of a country, for the bench: a directory and the plan of a ledger
-- of three years.  Plain on purpose; the demonstration proper is the region.
-- :factor scales all counts.
CREATE TABLE demo.size AS
SELECT greatest(10, (100000 * :factor)::integer) AS sites,
       greatest(10, (3000 * :factor)::integer) AS hospitals,
       greatest(250, (500000 * :factor)::integer) AS units,
       833 AS ticks, (r.loaded_at - r.since) / 833 AS every
  FROM demo.run AS r;
COMMENT ON TABLE demo.size IS 'One row in all: how large the national demonstration is; a hospital has 10 places, a tick 2 rows a place';

-- The first four carry the numbers that the accounts are granted.
CREATE TEMPORARY TABLE site ON COMMIT DROP AS
SELECT i.n AS n, z.sites / 4 + 1 + i.n AS id, 1 + i.n % (z.sites / 4) AS ej,
       CASE i.n WHEN 1 THEN '0Z9100001' WHEN 2 THEN '0Z9400001'
            WHEN 3 THEN '0Z9100003' WHEN 4 THEN '0Z3100001'
            ELSE '1Z' || lpad(i.n::text, 7, '0') END AS finess,
       CASE i.n WHEN 1 THEN '91' WHEN 2 THEN '94' WHEN 3 THEN '91' WHEN 4 THEN '31'
            ELSE d.codes[1 + floor(demo.u(r.seed, i.n) * cardinality(d.codes))::integer] END AS departement,
       (ARRAY['CH', 'Clinique', 'Centre SMR', 'EHPAD', 'IME', 'MAS', 'SSIAD', 'Centre de santé'])
           [CASE WHEN i.n <= z.hospitals THEN 1 + i.n % 3
                 ELSE 4 + floor(demo.u(r.seed, 1000000 + i.n) * 5)::integer END]
       || ' de ' ||
       (ARRAY['Bréval', 'Thiercy', 'Marcheroux', 'Villebrun', 'Courserolles',
              'Montaubert', 'Fontclaire', 'Beaurepas', 'Castelbrac', 'Rochelaure',
              'Sauverive', 'Puyvalois', 'Malbecq', 'Lavardane', 'Grandsaule',
              'Pierrelune', 'Chantemarne', 'Boisrenault', 'Tournesac', 'Clairmesnil'])
           [1 + floor(demo.u(r.seed, 2000000 + i.n) * 20)::integer]
       || (ARRAY['-sur-Yvonne', '-en-Gâtine', '-la-Forêt', '-le-Petit', '-les-Causses', '-le-Vieux'])
           [1 + floor(demo.u(r.seed, 3000000 + i.n) * 6)::integer]
       || ' ' || i.n AS name
  FROM demo.run AS r
 CROSS JOIN demo.size AS z
 CROSS JOIN (SELECT array_agg(x.code ORDER BY x.code) AS codes FROM ref.departement AS x) AS d
 CROSS JOIN LATERAL generate_series(1, z.sites) AS i (n);

INSERT INTO dir.structure (id, kind, finess)
SELECT i.n, 'EJ', CASE i.n WHEN 2 THEN '0Z9190001' ELSE '2Z' || lpad(i.n::text, 7, '0') END
  FROM demo.size AS z
 CROSS JOIN LATERAL generate_series(1, z.sites / 4) AS i (n)
 UNION ALL
SELECT s.id, 'EG', s.finess FROM site AS s;
INSERT INTO dir.structure_version (structure_id, valid, parent_id, name,
       departement_code, commune_code, phone)
SELECT x.id, daterange((r.loaded_at AT TIME ZONE 'Europe/Paris')::date - 1200, NULL),
       x.ej, x.name, x.departement,
       c.codes[1 + x.id % cardinality(c.codes)],
       '019900' || lpad((x.id % 10000)::text, 4, '0')
  FROM demo.run AS r
 CROSS JOIN (SELECT s.id, s.ej, s.name, s.departement FROM site AS s
              UNION ALL
             SELECT DISTINCT ON (s.ej) s.ej, NULL, 'Entité ' || s.name, s.departement
               FROM site AS s
              ORDER BY 1, 3) AS x
  LEFT JOIN (SELECT m.departement_code, array_agg(m.code ORDER BY m.code) AS codes
               FROM ref.commune AS m
              GROUP BY m.departement_code) AS c ON c.departement_code = x.departement;

-- Units: 20 a hospital, half of them with beds; the others spread.
CREATE TEMPORARY TABLE unit ON COMMIT DROP AS
SELECT i.n AS id, s.id AS site_id, s.n AS site, m.*,
       CASE WHEN i.n <= z.hospitals * 10 THEN i.n END AS place_id
  FROM demo.size AS z
 CROSS JOIN LATERAL generate_series(1, z.units) AS i (n)
  JOIN site AS s
    ON s.n = CASE WHEN i.n <= z.hospitals * 20 THEN 1 + (i.n - 1) % z.hospitals
                  ELSE z.hospitals + 1 + i.n % (z.sites - z.hospitals) END
  JOIN (SELECT a.name, a.unit_type, a.field, a.care_mode, a.acts, a.nature = '01' AS beds,
               row_number() OVER (PARTITION BY a.nature IS NOT DISTINCT FROM '01' ORDER BY a.id) - 1 AS i,
               count(*) OVER (PARTITION BY a.nature IS NOT DISTINCT FROM '01') AS of
          FROM demo.model AS a) AS m
    ON m.beds IS NOT DISTINCT FROM CASE WHEN i.n <= z.hospitals * 10 THEN true ELSE m.beds END
       AND (i.n <= z.hospitals * 10 OR m.beds IS NOT TRUE)
       AND m.i = (i.n / 7 + i.n) % m.of;
INSERT INTO dir.unit (id) SELECT u.id FROM unit AS u;
INSERT INTO dir.unit_version (unit_id, valid, structure_id, site_id, name,
       unit_type, field, care_mode, activities, phone)
SELECT u.id, daterange((r.loaded_at AT TIME ZONE 'Europe/Paris')::date - 1200, NULL),
       u.site_id, u.site_id, u.name, u.unit_type, u.field, u.care_mode,
       coalesce(string_to_array(u.acts, '+'), '{}'),
       '019900' || lpad((u.id % 10000)::text, 4, '0')
  FROM demo.run AS r
 CROSS JOIN unit AS u;
INSERT INTO dir.place (id) SELECT u.place_id FROM unit AS u WHERE u.place_id IS NOT NULL;
INSERT INTO dir.place_version (place_id, valid, site_id, name, nature, followed)
SELECT u.place_id, daterange((r.loaded_at AT TIME ZONE 'Europe/Paris')::date - 1200, NULL),
       u.site_id, u.name, '01', true
  FROM demo.run AS r
 CROSS JOIN unit AS u
 WHERE u.place_id IS NOT NULL;
INSERT INTO dir.unit_place (unit_id, place_id, valid)
SELECT u.id, u.place_id, daterange((r.loaded_at AT TIME ZONE 'Europe/Paris')::date - 1200, NULL)
  FROM demo.run AS r
 CROSS JOIN unit AS u
 WHERE u.place_id IS NOT NULL;

INSERT INTO auth.account (id, login, name, created_at)
SELECT row_number() OVER (ORDER BY a.login), a.login, a.name, r.since
  FROM demo.run AS r
 CROSS JOIN demo.account AS a;
INSERT INTO auth.grant (account_id, role, scope, code, valid)
SELECT c.id, a.role, a.scope, x.code, tstzrange(r.since, NULL)
  FROM demo.run AS r
 CROSS JOIN demo.account AS a
  JOIN auth.account AS c ON c.login = a.login
 CROSS JOIN LATERAL unnest(string_to_array(a.code, ',')) AS x (code);

SELECT setval('dir.structure_id_seq', (SELECT max(x.id) FROM dir.structure AS x)),
       setval('dir.unit_id_seq', (SELECT max(x.id) FROM dir.unit AS x)),
       setval('dir.place_id_seq', (SELECT max(x.id) FROM dir.place AS x)),
       setval('auth.account_id_seq', (SELECT max(x.id) FROM auth.account AS x));
ANALYZE dir.structure, dir.structure_version, dir.unit, dir.unit_version,
        dir.place, dir.place_version, dir.unit_place;
SELECT dir.refresh() AS generation;

-- The ledger's key comes back when the ledger is whole.
CREATE TABLE demo.ledger_key AS
SELECT c.conname AS name, pg_get_constraintdef(c.oid) AS definition
  FROM pg_catalog.pg_constraint AS c
 WHERE c.conrelid = 'cap.observation'::regclass AND c.contype = 'p';
COMMENT ON TABLE demo.ledger_key IS 'One row: the primary key of the ledger while it is being loaded';
SELECT format('ALTER TABLE cap.observation DROP CONSTRAINT %I', k.name) FROM demo.ledger_key AS k
\gexec

-- One tick: every hospital says what its ten places hold, one entry each.
CREATE FUNCTION demo.national_ticks(p_from integer, p_to integer) RETURNS bigint
LANGUAGE plpgsql
SET search_path = pg_catalog
AS $$
DECLARE
    v_seed bigint := (SELECT r.seed FROM demo.run AS r);
    z      demo.size := (SELECT s FROM demo.size AS s);
    n      bigint;
BEGIN
    -- What does not change is said once, with the first tick.
    IF p_from = 0 THEN
        INSERT INTO cap.observation (place_id, indicator_id, value, effective_at,
                                     recorded_at, source, entry_id)
        SELECT p.id, i.id, CASE i.id WHEN 1 THEN 8 + p.id % 24 ELSE 0 END,
               r.since, r.since, '02', (p.id - 1) % z.hospitals + 1
          FROM demo.run AS r
         CROSS JOIN generate_series(1, 10 * z.hospitals) AS p (id)
         CROSS JOIN (VALUES (1::smallint), (2::smallint)) AS i (id);
    END IF;
    WITH entry AS (
        INSERT INTO cap.entry (id, feed, mode, source, recorded_at, n_places)
        SELECT t.k::bigint * z.hospitals + h.n, 'bm-' || h.n, 'feed', '02',
               r.since + t.k * z.every + h.n % 1800 * interval '1 second', 10
          FROM demo.run AS r
         CROSS JOIN generate_series(p_from, p_to) AS t (k)
         CROSS JOIN generate_series(1, z.hospitals) AS h (n)
        RETURNING id, recorded_at
    )
    INSERT INTO cap.observation (place_id, indicator_id, value, effective_at,
                                 recorded_at, source, entry_id)
    SELECT p.id, i.id,
           floor(demo.u(v_seed, p.id * 1009 + e.id / z.hospitals)
                 * (8 + p.id % 24) * 0.15::float8)::integer,
           e.recorded_at, e.recorded_at, '02', e.id
      FROM entry AS e
     CROSS JOIN generate_series(0, 9) AS w (n)
     CROSS JOIN LATERAL (SELECT (e.id - 1) % z.hospitals + 1 + w.n * z.hospitals AS id) AS p
     CROSS JOIN (VALUES (4::smallint), (20::smallint)) AS i (id);
    GET DIAGNOSTICS n = ROW_COUNT;
    RETURN n;
END
$$;
COMMENT ON FUNCTION demo.national_ticks IS 'Write the ticks p_from to p_to of the national ledger; returns the rows of availability';
