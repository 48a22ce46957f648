-- report_history.sql - a small directory and a random history of it.
--
--   psql -v seed=1 -v step=1     the directory and a first history
--   psql -v seed=2 -v step=2     later news: saves, late corrections,
--                                retractions, a lock, directory changes
-- Twelve places in Paris, Toulouse, Guadeloupe, La Réunion and Saint-Pierre;
-- 24 March to 5 April 2026, around the change of the clocks.  Beds of some are
-- planned to close, all of them or not.
\set ON_ERROR_STOP on
SET timezone = 'UTC';
SELECT setseed((:seed % 1000) / 1000.0) \g /dev/null
BEGIN;
SELECT :step = 1 AS first \gset
\if :first
SELECT cap.partition_ensure('2026-03-01') \g /dev/null
SELECT cap.partition_ensure(current_date - 31) \g /dev/null
INSERT INTO dir.structure (id, kind, finess)
SELECT n, 'EG', '00000000' || n FROM generate_series(1, 9) AS g (n);
INSERT INTO dir.structure_version (structure_id, valid, name, departement_code)
SELECT n, '[2020-01-01,)', 'Site ' || n,
       (ARRAY['75', '75', '31', '971', '974', '975', '75', '31', '974'])[n]
  FROM generate_series(1, 9) AS g (n);
INSERT INTO dir.unit (id) SELECT n FROM generate_series(1, 13) AS g (n);
INSERT INTO dir.unit_version (unit_id, valid, structure_id, site_id, name, unit_type, field, care_mode)
SELECT n, '[2020-01-01,)', least(n, 9), least(n, 9), 'Unité ' || n,
       CASE n WHEN 7 THEN '121' ELSE '238' END, '01', '28'
  FROM generate_series(1, 13) AS g (n);
-- 11 is inside 10, that nobody follows, and counts; 12 is inside 3, and is in
-- that already.
INSERT INTO dir.place (id) SELECT n FROM generate_series(1, 12) AS g (n);
INSERT INTO dir.place_version (place_id, valid, site_id, subset_of, name, nature, followed)
SELECT n, '[2020-01-01,)',
       CASE WHEN n IN (7, 10, 11) THEN 1 WHEN n = 12 THEN 3 ELSE n END,
       CASE n WHEN 7 THEN 1 WHEN 11 THEN 10 WHEN 12 THEN 3 END, 'Lits ' || n,
       CASE n WHEN 8 THEN '02' ELSE '01' END, n NOT IN (9, 10)
  FROM generate_series(1, 12) AS g (n);
INSERT INTO dir.unit_place (unit_id, place_id, valid)
SELECT CASE WHEN n > 9 THEN n + 1 ELSE n END, n, '[2020-01-01,)' FROM generate_series(1, 12) AS g (n);
-- Place 3 is shared; place 4 closed for some days; place 5 half locked.
INSERT INTO dir.unit_place (unit_id, place_id, valid) VALUES (10, 3, '[2020-01-01,)');
INSERT INTO auth.account (id, login, name) VALUES (1, 'plan@ror.example', 'Plan');
INSERT INTO cap.closure (key, line, place_id, during, beds, reopenable, reason, account_id, recorded_at) VALUES
    (gen_random_uuid(), 1, 2, '[2026-03-25,2026-03-28)', 40, true, 'Travaux', 1, '2026-03-20'),
    (gen_random_uuid(), 1, 3, '[2026-03-26,2026-04-02)', 12, true, 'Travaux', 1, '2026-03-20'),
    (gen_random_uuid(), 1, 3, '[2026-03-30,2026-04-05)', 30, false, 'Congés', 1, '2026-03-20'),
    (gen_random_uuid(), 1, 6, '[2026-03-24,2026-04-05)', 5, true, 'Congés', 1, '2026-03-20');
INSERT INTO dir.unavailability (unit_id, during, reason) VALUES
    (3, '[2026-03-27 08:00Z,2026-03-31 20:00Z)', 'Travaux'),
    (10, '[2026-03-29 00:30Z,2026-03-30 02:00Z)', 'Travaux'),
    (5, '[2026-03-30 02:00Z,2026-03-30 09:00Z)', 'Panne');
SELECT dir.refresh() \g /dev/null
INSERT INTO cap.entry (id, feed, mode, source, recorded_at, n_places) VALUES
    (1, 'x', 'feed', '02', '2026-03-01', 1);
-- The worked example: place 1 measures what is occupied.
INSERT INTO cap.observation (place_id, indicator_id, value, effective_at, recorded_at, source, entry_id) VALUES
    (1, 7, 10, '2026-03-28 20:00Z', '2026-03-28 20:00Z', '02', 1),
    (1, 7, 20, '2026-03-29 04:00Z', '2026-03-29 04:00Z', '01', 2),
-- What place 5 has on 1 April, when step 3 closes it.
    (5, 1, 20, '2026-03-31 19:59:59Z', '2026-03-31 19:59:59Z', '01', 3);
\endif

-- Random saves: some late by days, some retracting, some at the same instant.
INSERT INTO cap.observation (place_id, indicator_id, value, effective_at, recorded_at, source, entry_id)
SELECT x.place_id, x.indicator_id,
       CASE WHEN random() < 0.08 THEN NULL
            WHEN x.indicator_id = 1 THEN 20 + (random() * 10)::integer
            WHEN random() < 0.15 THEN 0
            ELSE (random() * 9)::integer END,
       x.effective_at,
       CASE WHEN :step = 1 THEN x.effective_at + interval '1 minute' * (random() * 3)::integer
            ELSE clock_timestamp() END,
       (ARRAY['01', '02', '90'])[1 + floor(random() * 3)],
       :step * 100000 + x.n
  FROM (SELECT n, 1 + floor(random() * 12)::bigint AS place_id,
               (ARRAY[1, 2, 3, 9, 20, 20, 20, 4])[1 + floor(random() * 8)]::smallint AS indicator_id,
               CASE WHEN random() < 0.1
                    THEN '2026-03-24'::timestamptz + interval '1 hour' * floor(random() * 290)
                    ELSE '2026-03-24'::timestamptz + interval '1 second' * (random() * 290 * 3600)
               END AS effective_at
          FROM generate_series(1, CASE WHEN :step = 1 THEN 500 ELSE 25 END) AS g (n)) AS x
 WHERE NOT (x.place_id = 1 AND x.effective_at BETWEEN '2026-03-28' AND '2026-03-31' AND x.indicator_id = 7);

\if :first
\else
SELECT :step = 2 AS lock, :step = 3 AS move, :step = 4 AS leave \gset
\if :lock
INSERT INTO dir.unavailability (unit_id, during, reason) VALUES
    (2, '[2026-03-31 23:00Z,)', 'Dégât des eaux');
UPDATE cap.closure SET cancelled_by = 1, cancelled_at = clock_timestamp() WHERE place_id = 2;
\endif
\if :move
INSERT INTO cap.closure (key, line, place_id, during, beds, reopenable, reason, account_id, recorded_at) VALUES
    (gen_random_uuid(), 1, 5, '[2026-04-01,2026-04-03)', 50, true, 'Grève', 1, clock_timestamp());
-- Place 6 moves to Toulouse on the 28th, and place 7 is no subset from there.
UPDATE dir.unavailability SET during = '[2026-03-31 23:00Z,2026-04-03 12:00Z)' WHERE unit_id = 2;
UPDATE dir.place_version SET valid = '[2020-01-01,2026-03-28)' WHERE place_id IN (2, 7);
INSERT INTO dir.place_version (place_id, valid, site_id, subset_of, name, nature, followed) VALUES
    (2, '[2026-03-28,)', 3, NULL, 'Lits 2', '01', true),
    (7, '[2026-03-28,)', 7, NULL, 'Lits 7', '01', true);
\endif
\if :leave
-- Place 8 is no longer followed from the 30th on, unit 4 was closed for a week.
UPDATE dir.place_version SET valid = '[2020-01-01,2026-03-30)' WHERE place_id = 8;
INSERT INTO dir.place_version (place_id, valid, site_id, subset_of, name, nature, followed) VALUES
    (8, '[2026-03-30,)', 8, NULL, 'Lits 8', '02', false);
UPDATE dir.unit_version SET valid = '[2020-01-01,2026-03-27)' WHERE unit_id = 4;
INSERT INTO dir.unit_version (unit_id, valid, structure_id, site_id, name, unit_type, field, care_mode) VALUES
    (4, '[2026-04-02,)', 4, 4, 'Unité 4', '238', '01', '28');
\endif
SELECT dir.refresh() \g /dev/null
\endif
COMMIT;
