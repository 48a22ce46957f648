-- ledger.sql - a fictitious ledger of any size, for measuring the night.
--
--   psql -v places=1000 -v days=365 -v every=6 -v last=2026-11-20 -f ledger.sql
--
-- One site and one unit a place, in turn over the départements of two régions
-- and two overseas ones.  Each place says its five indicators every :every
-- hours, in the order in which a feed would have; one value in 200 is a late
-- correction of one to ten days.  Same arguments, same rows.
\set ON_ERROR_STOP on
SET timezone = 'UTC';
BEGIN;

INSERT INTO dir.structure (id, kind, finess)
SELECT 900000 + n, 'EG', '99' || lpad(n::text, 7, '0')
  FROM generate_series(1, :places) AS g (n);

CREATE TEMPORARY TABLE bench_departement AS
SELECT d.code, d.time_zone, row_number() OVER (ORDER BY d.code) - 1 AS n
  FROM ref.departement AS d
 WHERE d.region_code IN ('11', '76', '04', '01');

INSERT INTO dir.structure_version (structure_id, valid, name, departement_code)
SELECT 900000 + g.n, '[2020-01-01,)', 'Site ' || g.n, d.code
  FROM generate_series(1, :places) AS g (n)
  JOIN bench_departement AS d
    ON d.n = g.n % (SELECT count(*) FROM bench_departement);

INSERT INTO dir.unit (id) SELECT 900000 + n FROM generate_series(1, :places) AS g (n);
INSERT INTO dir.unit_version (unit_id, valid, structure_id, site_id, name, unit_type, field, care_mode)
SELECT 900000 + n, '[2020-01-01,)', 900000 + n, 900000 + n, 'Unité ' || n,
       (ARRAY['121', '122', '254', '278', '290', '162', '249', '238'])[1 + n % 8], '01', '28'
  FROM generate_series(1, :places) AS g (n);

INSERT INTO dir.place (id) SELECT 900000 + n FROM generate_series(1, :places) AS g (n);
INSERT INTO dir.place_version (place_id, valid, site_id, name, nature, followed)
SELECT 900000 + n, '[2020-01-01,)', 900000 + n, 'Lits ' || n, '01', true
  FROM generate_series(1, :places) AS g (n);
INSERT INTO dir.unit_place (unit_id, place_id, valid)
SELECT 900000 + n, 900000 + n, '[2020-01-01,)'
  FROM generate_series(1, :places) AS g (n);
SELECT dir.refresh();

SELECT cap.partition_ensure((date :'last' - :days + m * 28)::date)
  FROM generate_series(0, :days / 28 + 2) AS g (m);

INSERT INTO cap.entry (id, feed, mode, source, recorded_at, n_places)
VALUES (900000000, 'bench', 'feed', '02', '2020-01-01', :places);

INSERT INTO cap.observation (place_id, indicator_id, value, effective_at, recorded_at, source, entry_id)
SELECT x.place_id, i.id,
       CASE i.id WHEN 1 THEN x.beds
                 WHEN 2 THEN (x.h / 700 + x.n) % 3
                 WHEN 9 THEN (x.h / 300 + x.n) % 2
                 WHEN 4 THEN (x.h * 7 + x.n * 13) % x.beds
                 ELSE (x.h * 7 + x.n * 13) % x.beds END,
       x.at - CASE WHEN (x.h * 31 + x.n) % 200 = 0
                   THEN make_interval(days => 1 + (x.n % 10)::integer)
                   ELSE interval '0' END,
       x.at, CASE WHEN x.n % 3 = 0 THEN '01' ELSE '02' END, 900000000 + x.h
  FROM (SELECT 900000 + g.n AS place_id, g.n, h.h, 12 + g.n % 20 AS beds,
               (date :'last' - :days)::timestamp AT TIME ZONE 'UTC'
               + make_interval(hours => (h.h * :every)::integer,
                               secs => (g.n * 37 % (:every * 3600))::integer) AS at
          FROM generate_series(0, :days * 24 / :every - 1) AS h (h)
         CROSS JOIN generate_series(1, :places) AS g (n)) AS x
 CROSS JOIN (VALUES (1), (2), (4), (9), (20)) AS i (id)
 ORDER BY x.h, x.n, i.id;
COMMIT;
ANALYZE cap.observation;
