-- A run of the roll-up: one at a time, a cut, staging, and the verdict.
-- Order of a run: reports/jobs/rollup.c.

-- name: roll_lock
-- for: report
-- rows: one
-- col:   held          bool      taken again by the same session: true
-- test:
SELECT pg_try_advisory_lock(7267002) AS held;

-- name: roll_cut
-- for: report
-- rows: one
-- col:   cut_at        timestamptz
-- test:
SELECT cap.cut() AS cut_at;

-- name: roll_previous
-- for: report
-- rows: maybe
-- col:   cut_at        timestamptz
-- col:   day_from      date
-- col:   day_to        date
-- test:
SELECT c.cut_at, c.day_from, c.day_to
  FROM mart.cut AS c
 WHERE c.published_at IS NOT NULL
 ORDER BY c.cut_at DESC
 LIMIT 1;

-- name: roll_cuts
-- for: report
-- rows: many, the published cuts in order
-- col:   cut_at        timestamptz
-- test:
SELECT c.cut_at
  FROM mart.cut AS c
 WHERE c.published_at IS NOT NULL
 ORDER BY c.cut_at
 LIMIT 100000;

-- name: roll_start
-- for: report
-- rows: none
-- param: cut_at        timestamptz
-- param: kind          text
-- param: started_at    timestamptz
-- test:  '2026-01-01T00:00:00Z', 'nightly', '2026-01-01T00:00:00Z'
INSERT INTO mart.cut (cut_at, kind, day_from, day_to, started_at)
VALUES ($1, $2, '-infinity', '-infinity', $3);

-- name: roll_publish
-- for: report
-- rows: none
-- param: cut_at        timestamptz
-- param: day_from      date
-- param: day_to        date
-- param: n_dirty       int8
-- test:  '2026-01-01T00:00:00Z', '2025-01-01', '2025-12-31', 10
UPDATE mart.cut AS c
   SET day_from = $2, day_to = $3, n_dirty = $4,
       published_at = clock_timestamp()
 WHERE c.cut_at = $1;

-- name: roll_refuse
-- for: report
-- rows: none
-- param: cut_at        timestamptz
-- param: why           text
-- test:  '2026-01-01T00:00:00Z', 'x'
UPDATE mart.cut AS c
   SET refused = $2
 WHERE c.cut_at = $1;

-- name: roll_forget
-- for: report
-- rows: none
-- test:
WITH facts AS (DELETE FROM mart.fct_place_day AS f),
     locks AS (DELETE FROM mart.dim_lock AS l),
     places AS (DELETE FROM mart.dim_place AS p)
DELETE FROM mart.rpt_department_day AS r;

-- name: roll_clear
-- for: report
-- rows: one
-- col:   stage_clear   void
-- test:
SELECT mart.stage_clear();

-- A table that was analyzed while empty, then filled by this transaction, has
-- one row for the planner, and so has what a range picks out: loops over them
-- never end.  Dimensions, and runs that take everything, do without loops.
-- name: roll_loops
-- for: report
-- rows: one
-- param: allowed       text         on or off
-- col:   set_config    text
-- test:  'off'
SELECT set_config('enable_nestloop', $1, true);

-- name: roll_analyze
-- for: report
-- rows: one
-- param: table_name    text
-- col:   table_analyze void
-- test:  'stage_fact'
SELECT mart.table_analyze($1);
