-- report_slow.sql - the sweep's work as one statement of plain SQL, tuned:
-- one window pass over the ledger, day bounds from a table, no loops.  It
-- leaves out what joins indicators (service_s, paired_s), which would cost it
-- a second pass.
--
-- Reads bench_obs (place_id, indicator_id, value, effective_at, recorded_at,
-- entry_id, source) and bench_day (time_zone, day, t0, t1, at_08, at_19), and
-- stage_window, whose first_day is the first that rows are made for.
WITH seg AS (
    SELECT o.place_id, o.indicator_id, o.value, s.kind, w.time_zone, w.first_day,
           date_trunc('second', o.effective_at) AS a,
           least(lead(date_trunc('second', o.effective_at), 1, 'infinity')
                 OVER (PARTITION BY o.place_id, o.indicator_id
                           ORDER BY o.effective_at, o.recorded_at, o.entry_id),
                 CASE WHEN o.indicator_id IN (7, 9, 20)
                      THEN date_trunc('second', o.effective_at) + interval '1 day'
                      ELSE 'infinity' END) AS b
      FROM bench_obs AS o
      JOIN mart.stage_window AS w ON w.place_id = o.place_id
      JOIN ref.source AS s ON s.code = o.source
), piece AS (
    SELECT s.place_id, s.indicator_id, s.value, s.kind, d.day, d.t0, d.t1, d.at_08, d.at_19, s.a AS said,
           greatest(s.a, d.t0) AS a, least(s.b, d.t1) AS b
      FROM seg AS s
     CROSS JOIN LATERAL (SELECT greatest(s.first_day, (s.a AT TIME ZONE s.time_zone)::date) AS first,
                                least((greatest(s.b - interval '1 second', s.a) AT TIME ZONE s.time_zone)::date,
                                      current_date) AS last) AS r
     CROSS JOIN LATERAL generate_series(0, r.last - r.first) AS g (n)
      JOIN bench_day AS d ON d.time_zone = s.time_zone AND d.day = r.first + g.n
)
INSERT INTO bench_fact
SELECT p.place_id, p.indicator_id, p.day,
       extract(epoch FROM min(p.t1) - min(p.t0))::integer,
       coalesce(sum(extract(epoch FROM p.b - p.a)) FILTER (WHERE p.value IS NOT NULL), 0)::integer,
       coalesce(sum(p.value * extract(epoch FROM p.b - p.a)), 0)::bigint,
       min(p.value) FILTER (WHERE p.b > p.a), max(p.value) FILTER (WHERE p.b > p.a),
       min(p.value) FILTER (WHERE p.a <= p.at_08 AND p.at_08 < p.b),
       min(p.value) FILTER (WHERE p.a <= p.at_19 AND p.at_19 < p.b),
       min(p.value) FILTER (WHERE p.b = p.t1 AND p.b > p.a),
       coalesce(sum(extract(epoch FROM p.b - p.a)) FILTER (WHERE p.value = 0), 0)::integer,
       coalesce(sum(extract(epoch FROM p.b - p.a)) FILTER (WHERE p.kind = 'manual' AND p.value IS NOT NULL), 0)::integer,
       coalesce(sum(extract(epoch FROM p.b - p.a)) FILTER (WHERE p.kind = 'feed' AND p.value IS NOT NULL), 0)::integer,
       (count(*) FILTER (WHERE p.said >= p.t0))::integer,
       max(p.said) FILTER (WHERE p.b = p.t1 AND p.b > p.a)
  FROM piece AS p
 GROUP BY p.place_id, p.indicator_id, p.day;
