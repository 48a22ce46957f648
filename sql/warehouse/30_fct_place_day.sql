-- Facts: what the sweep reads and writes.  C copies the first four out in
-- binary form and the facts back in.

-- Where the sweep of each place starts.  is_full: the published facts can't
-- say how it stood before that, so its whole history is read.
-- name: fct_window
-- for: report
-- rows: none
-- param: cut_at        timestamptz
-- param: since         timestamptz    null = there is nothing yet
-- param: first_day     date           of all figures
-- param: whole         bool           read all history of all places
-- test:  '2026-01-01T00:00:00Z', '2025-12-31T00:00:00Z', '2025-01-01', false
INSERT INTO mart.stage_window (place_id, time_zone, is_full, first_day, from_at)
WITH place AS (
    SELECT DISTINCT ON (p.place_id) p.place_id, p.time_zone
      FROM mart.stage_place AS p
     ORDER BY p.place_id, p.valid DESC
), news AS (
    SELECT o.place_id, min(o.effective_at) AS at
      FROM cap.observation AS o
     WHERE o.recorded_at > $2 AND o.recorded_at <= $1
       AND o.assignment_id = 0 AND o.indicator_id = ANY ('{1,2,3,7,9,20}')
     GROUP BY o.place_id
), dirty AS (
    SELECT s.place_id, min(s.first_day) AS day
      FROM mart.stage_days AS s
     GROUP BY s.place_id
), start AS (
    SELECT p.place_id, p.time_zone,
           greatest($3, least(($2 AT TIME ZONE p.time_zone)::date,
                              (n.at AT TIME ZONE p.time_zone)::date,
                              d.day)) AS day
      FROM place AS p
      LEFT JOIN news AS n ON n.place_id = p.place_id
      LEFT JOIN dirty AS d ON d.place_id = p.place_id
)
SELECT s.place_id, s.time_zone,
       $4 OR $2 IS NULL
       OR NOT EXISTS (SELECT
                        FROM mart.dim_place AS m
                       WHERE m.place_id = s.place_id AND m.valid @> s.day - 1
                         AND m.known_to = 'infinity')
       OR EXISTS (SELECT
                    FROM mart.dim_lock AS l
                   WHERE l.place_id = s.place_id AND l.known_to = 'infinity'
                     AND l.during @> s.day::timestamp AT TIME ZONE s.time_zone - interval '1 second')
       OR s.day <= $3,
       s.day, s.day::timestamp AT TIME ZONE s.time_zone
  FROM start AS s;

-- name: fct_places
-- for: report
-- rows: many, in place order; C reads the other lists in the same order
-- col:   place_id      int8
-- col:   time_zone     text
-- col:   first_day     date
-- test:
SELECT w.place_id, w.time_zone, w.first_day
  FROM mart.stage_window AS w
 ORDER BY w.place_id;

-- Runs of days, in place order: kind 0 followed, 1 to compute again.
-- name: fct_runs
-- for: report
-- rows: many
-- param: first_day     date
-- param: last_day      date
-- col:   place_id      int8
-- col:   kind          int4
-- col:   first_day     date
-- col:   last_day      date
-- test:  '2026-01-01', '2026-01-31'
SELECT p.place_id, 0 AS kind,
       greatest(coalesce(lower(p.valid), $1), $1) AS first_day,
       least(coalesce(upper(p.valid) - 1, $2), $2) AS last_day
  FROM mart.stage_place AS p
 WHERE p.valid && daterange($1, $2, '[]')
 UNION ALL
SELECT s.place_id, 1, s.first_day, s.last_day
  FROM mart.stage_days AS s
  JOIN mart.stage_window AS w ON w.place_id = s.place_id
 ORDER BY 1, 2, 3, 4;

-- name: fct_locks
-- for: report
-- rows: many
-- col:   place_id      int8
-- col:   from_s        int8           seconds since 1970, bounds as given
-- col:   to_s          int8
-- test:
SELECT s.place_id,
       CASE WHEN lower_inf(s.during) OR lower(s.during) = '-infinity' THEN -(2::bigint ^ 60)::bigint
            ELSE floor(extract(epoch FROM lower(s.during)))::bigint END AS from_s,
       CASE WHEN upper_inf(s.during) OR upper(s.during) = 'infinity' THEN (2::bigint ^ 60)::bigint
            ELSE floor(extract(epoch FROM upper(s.during)))::bigint END AS to_s
  FROM mart.stage_lock AS s
  JOIN mart.stage_window AS w ON w.place_id = s.place_id
 ORDER BY s.place_id, s.during;

-- A place's time limits: those of its nature in each period.
-- name: fct_limits
-- for: report
-- rows: many
-- col:   place_id      int8
-- col:   from_day      date           null = always
-- col:   ttl_s         int4
-- test:
SELECT w.place_id, lower(p.valid * t.valid) AS from_day, t.ttl_s
  FROM mart.stage_window AS w
  JOIN dir.place_version AS p ON p.place_id = w.place_id
  JOIN ref.ttl AS t ON t.nature = p.nature AND t.valid && p.valid
 ORDER BY w.place_id, p.valid, t.valid;

-- name: fct_ledger_size
-- for: report
-- rows: one
-- col:   rows_about    int8
-- test:
SELECT coalesce(sum(greatest(c.reltuples, c.relpages * 100::real)), 0)::bigint AS rows_about
  FROM pg_catalog.pg_inherits AS i
  JOIN pg_catalog.pg_class AS c ON c.oid = i.inhrelid
 WHERE i.inhparent = 'cap.observation'::regclass;

-- Where each place stood at the end of the day before its window.
-- name: fct_state
-- for: report
-- rows: many
-- param: first_place   int8
-- param: last_place    int8
-- col:   place_id      int8
-- col:   indicator_id  int2
-- col:   value         int4
-- col:   source        int2
-- col:   effective_at  timestamptz
-- test:  1, 1000
SELECT w.place_id, f.indicator_id, f.at_24 AS value, f.since_source AS source,
       f.since_at AS effective_at
  FROM mart.stage_window AS w
  JOIN mart.fct_place_day AS f
    ON f.place_id = w.place_id AND f.day = w.first_day - 1
       AND f.indicator_id = ANY ('{1,2,3,7,9,20}')
 WHERE f.known_to = 'infinity' AND f.at_24 IS NOT NULL
   AND NOT w.is_full AND w.place_id BETWEEN $1 AND $2;

-- The ledger as known at the cut: of most places only since the last one, of
-- places with corrections from there, of some all.
-- name: fct_ledger
-- for: report
-- rows: many
-- param: cut_at        timestamptz
-- param: recent        timestamptz    windows from here on are read together
-- param: first_place   int8
-- param: last_place    int8
-- col:   place_id      int8
-- col:   indicator_id  int2
-- col:   value         int4
-- col:   effective_at  timestamptz
-- col:   recorded_at   timestamptz
-- col:   entry_id      int8
-- col:   source        text
-- test:  '2026-01-01T00:00:00Z', '2025-12-30T00:00:00Z', 1, 1000
SELECT o.place_id, o.indicator_id, o.value, o.effective_at, o.recorded_at,
       o.entry_id, o.source
  FROM mart.stage_window AS w
  JOIN cap.observation AS o ON o.place_id = w.place_id
 WHERE w.place_id BETWEEN $3 AND $4
   AND NOT w.is_full AND w.from_at >= $2
   AND o.assignment_id = 0 AND o.indicator_id = ANY ('{1,2,3,7,9,20}')
   AND o.recorded_at <= $1 AND o.recorded_at >= $2 - interval '5 minutes'
   AND o.effective_at >= w.from_at
 UNION ALL
SELECT o.place_id, o.indicator_id, o.value, o.effective_at, o.recorded_at,
       o.entry_id, o.source
  FROM mart.stage_window AS w
  JOIN cap.observation AS o ON o.place_id = w.place_id
 WHERE w.place_id BETWEEN $3 AND $4
   AND NOT w.is_full AND w.from_at < $2
   AND o.assignment_id = 0 AND o.indicator_id = ANY ('{1,2,3,7,9,20}')
   AND o.recorded_at <= $1
   AND o.recorded_at >= (SELECT min(m.from_at)
                           FROM mart.stage_window AS m
                          WHERE NOT m.is_full) - interval '5 minutes'
   AND o.effective_at >= w.from_at
 UNION ALL
SELECT o.place_id, o.indicator_id, o.value, o.effective_at, o.recorded_at,
       o.entry_id, o.source
  FROM mart.stage_window AS w
  JOIN cap.observation AS o ON o.place_id = w.place_id
 WHERE w.place_id BETWEEN $3 AND $4
   AND w.is_full
   AND o.assignment_id = 0 AND o.indicator_id = ANY ('{1,2,3,7,9,20}')
   AND o.recorded_at <= $1;

-- The whole ledger, when everything is read: no join to pay for.
-- name: fct_ledger_whole
-- for: report
-- rows: many
-- param: cut_at        timestamptz
-- param: first_place   int8
-- param: last_place    int8
-- col:   place_id      int8
-- col:   indicator_id  int2
-- col:   value         int4
-- col:   effective_at  timestamptz
-- col:   recorded_at   timestamptz
-- col:   entry_id      int8
-- col:   source        text
-- test:  '2026-01-01T00:00:00Z', 1, 1000
SELECT o.place_id, o.indicator_id, o.value, o.effective_at, o.recorded_at,
       o.entry_id, o.source
  FROM cap.observation AS o
 WHERE o.recorded_at <= $1 AND o.place_id BETWEEN $2 AND $3
   AND o.assignment_id = 0 AND o.indicator_id = ANY ('{1,2,3,7,9,20}');

-- name: ref_sources
-- for: report
-- rows: many
-- col:   code          text
-- col:   kind          text
-- test:
SELECT s.code, s.kind
  FROM ref.source AS s
 ORDER BY s.code
 LIMIT 1000;

-- name: fct_copy_stage
-- for: report
-- rows: none
COPY mart.stage_fact (place_id, indicator_id, day, known_from, day_s, known_s, value_s, value_min, value_max, at_08, at_19, at_24, zero_s, manual_s, feed_s, n_obs, service_s, paired_s, since_source, since_at) FROM STDIN (FORMAT binary);

-- name: fct_copy_new
-- for: report
-- rows: none
COPY mart.fct_place_day (place_id, indicator_id, day, known_from, day_s, known_s, value_s, value_min, value_max, at_08, at_19, at_24, zero_s, manual_s, feed_s, n_obs, service_s, paired_s, since_source, since_at) FROM STDIN (FORMAT binary);

-- name: days_copy
-- for: report
-- rows: none
COPY mart.stage_days (place_id, first_day, last_day) FROM STDIN (FORMAT binary);

-- Places that are followed no more on some days: their facts end.
-- name: fct_stage_gone
-- for: report
-- rows: none
-- param: cut_at        timestamptz
-- test:  '2026-01-01T00:00:00Z'
INSERT INTO mart.stage_fact (place_id, indicator_id, day, known_from, day_s, known_s, value_s,
                             zero_s, manual_s, feed_s, n_obs, service_s, paired_s)
SELECT DISTINCT f.place_id, f.indicator_id, f.day, $1, f.day_s, 0, 0, 0, 0, 0, 0, 0, 0
  FROM mart.stage_days AS s
  JOIN mart.fct_place_day AS f
    ON f.place_id = s.place_id AND f.day BETWEEN s.first_day AND s.last_day
 WHERE f.known_to = 'infinity'
   AND NOT EXISTS (SELECT FROM mart.stage_window AS w WHERE w.place_id = s.place_id);

-- A staged row without anything known or observed says: no such fact.
-- name: fct_close
-- for: report
-- rows: none
-- param: cut_at        timestamptz
-- test:  '2026-01-01T00:00:00Z'
UPDATE mart.fct_place_day AS f
   SET known_to = $1
  FROM mart.stage_fact AS s
 WHERE f.place_id = s.place_id AND f.indicator_id = s.indicator_id AND f.day = s.day
   AND f.known_to = 'infinity'
   AND (f.day_s, f.known_s, f.value_s, f.value_min, f.value_max, f.at_08, f.at_19, f.at_24,
        f.zero_s, f.manual_s, f.feed_s, f.n_obs, f.service_s, f.paired_s, f.since_source, f.since_at)
       IS DISTINCT FROM
       (s.day_s, s.known_s, s.value_s, s.value_min, s.value_max, s.at_08, s.at_19, s.at_24,
        s.zero_s, s.manual_s, s.feed_s, s.n_obs, s.service_s, s.paired_s, s.since_source, s.since_at);

-- name: fct_open
-- for: report
-- rows: none
-- test:
INSERT INTO mart.fct_place_day (place_id, indicator_id, day, known_from, day_s, known_s, value_s,
                                value_min, value_max, at_08, at_19, at_24, zero_s, manual_s, feed_s,
                                n_obs, service_s, paired_s, since_source, since_at)
SELECT s.place_id, s.indicator_id, s.day, s.known_from, s.day_s, s.known_s, s.value_s,
       s.value_min, s.value_max, s.at_08, s.at_19, s.at_24, s.zero_s, s.manual_s, s.feed_s,
       s.n_obs, s.service_s, s.paired_s, s.since_source, s.since_at
  FROM mart.stage_fact AS s
 WHERE (s.known_s > 0 OR s.n_obs > 0)
   AND NOT EXISTS (SELECT
                     FROM mart.fct_place_day AS f
                    WHERE f.place_id = s.place_id AND f.indicator_id = s.indicator_id
                      AND f.day = s.day AND f.known_to = 'infinity');
