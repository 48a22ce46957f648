-- What is kept no longer: ror-report purge.  The rules are auth.purge()'s.

-- name: purge_lock
-- for: report
-- rows: one
-- col:   held          bool
-- test:
SELECT pg_catalog.pg_try_advisory_lock(7267005) AS held;

-- name: purge_step
-- for: report
-- rows: one
-- param: rule          text
-- param: at            timestamptz
-- param: kept          text          an interval: 12 months
-- param: most          int4
-- param: dry           bool
-- col:   n             int8
-- test:  'session', '2026-01-01T00:00:00Z', '1 day', 10, true
SELECT auth.purge($1, $2 - $3::interval, $2, $4, $5) AS n;

-- name: purge_note
-- for: report
-- rows: one
-- param: rules         text[]
-- param: counts        int8[]
-- col:   done          bool
-- test:  '{session}', '{0}'
SELECT true AS done
  FROM auth.purge_note($1, $2);
