-- report_slow.sql - facts, and the places expected of each cell, by slow and
-- obvious SQL, one line per difference.
--
-- Each day is cut at every instant at which anything could change; each piece
-- asks the whole ledger what was true in it.  No cursor, no state, no sweep:
-- it shares nothing with lib/domain/sweep.c but the formula.
SET timezone = 'UTC';
BEGIN;
CREATE TEMPORARY TABLE run ON COMMIT DROP AS
SELECT c.cut_at, c.day_from, c.day_to
  FROM mart.cut AS c
 WHERE c.published_at IS NOT NULL
 ORDER BY c.cut_at DESC
 LIMIT 1;

CREATE TEMPORARY TABLE obs ON COMMIT DROP AS
SELECT o.place_id, o.indicator_id, o.value, o.recorded_at, o.entry_id, s.kind,
       date_trunc('second', o.effective_at) AS at, o.effective_at,
       CASE WHEN i.volatile THEN date_trunc('second', o.effective_at) + make_interval(secs => t.ttl_s)
            ELSE 'infinity' END AS until
  FROM cap.observation AS o
  JOIN run AS r ON o.recorded_at <= r.cut_at
  JOIN ref.indicator AS i ON i.id = o.indicator_id
  JOIN ref.source AS s ON s.code = o.source
  JOIN dir.place_version AS p ON p.place_id = o.place_id AND p.valid @> o.effective_at::date
  JOIN ref.ttl AS t ON t.nature = p.nature AND t.valid @> o.effective_at::date
 WHERE o.indicator_id IN (1, 2, 3, 7, 9, 20) AND o.assignment_id = 0;
CREATE INDEX ON obs (place_id, indicator_id);
ANALYZE obs;

-- Followed days of places with an open unit, in the place's own zone.
CREATE TEMPORARY TABLE day ON COMMIT DROP AS
SELECT p.place_id, d.day, dep.time_zone,
       d.day::timestamp AT TIME ZONE dep.time_zone AS t0,
       (d.day + 1)::timestamp AT TIME ZONE dep.time_zone AS t1
  FROM run AS r
 CROSS JOIN LATERAL (SELECT r.day_from + n AS day
                       FROM generate_series(0, r.day_to - r.day_from) AS n) AS d
  JOIN dir.place_version AS p ON p.valid @> d.day AND p.followed
  JOIN dir.structure_version AS s ON s.structure_id = p.site_id AND s.valid @> d.day
  JOIN ref.departement AS dep ON dep.code = s.departement_code
 WHERE (d.day + 1)::timestamp AT TIME ZONE dep.time_zone <= r.cut_at
   AND EXISTS (SELECT FROM dir.unit_place AS up
                 JOIN dir.unit_version AS u ON u.unit_id = up.unit_id AND u.valid @> d.day
                WHERE up.place_id = p.place_id AND up.valid @> d.day)
   AND NOT EXISTS (SELECT FROM dir.place_version AS o
                     JOIN dir.place_category AS oc ON oc.place_id = o.place_id AND oc.valid @> d.day
                     JOIN dir.place_category AS pc ON pc.place_id = p.place_id AND pc.valid @> d.day
                    WHERE o.place_id = p.subset_of AND o.valid @> d.day AND o.followed
                      AND oc.category_id = pc.category_id)
   -- Beyond the history only the standing values go on, each day alike.
   AND d.day < '2026-04-09';

CREATE TEMPORARY TABLE piece ON COMMIT DROP AS
SELECT c.place_id, c.day, c.time_zone, c.t0, c.t1, c.at AS a,
       lead(c.at, 1, c.t1) OVER (PARTITION BY c.place_id, c.day ORDER BY c.at) AS b
  FROM (SELECT d.*, d.t0 AS at FROM day AS d
         UNION
        SELECT d.*, o.at FROM day AS d JOIN obs AS o ON o.place_id = d.place_id AND o.at > d.t0 AND o.at < d.t1
         UNION
        SELECT d.*, o.until FROM day AS d JOIN obs AS o ON o.place_id = d.place_id AND o.until > d.t0 AND o.until < d.t1
         UNION
        SELECT d.*, e.at
          FROM day AS d
          JOIN dir.unit_place AS up ON up.place_id = d.place_id
          JOIN dir.unavailability AS n ON n.unit_id = up.unit_id
         CROSS JOIN LATERAL (VALUES (lower(n.during)), (upper(n.during))) AS e (at)
         WHERE e.at > d.t0 AND e.at < d.t1) AS c;
ANALYZE piece;

CREATE TEMPORARY TABLE truth ON COMMIT DROP AS
SELECT p.*, i.id AS indicator_id, extract(epoch FROM p.b - p.a)::bigint AS len,
       CASE WHEN i.id = 20 AND l.locked THEN 0 ELSE v.value END AS value,
       CASE WHEN i.id = 20 AND l.locked THEN 'import' ELSE v.kind END AS kind
  FROM piece AS p
 CROSS JOIN unnest(ARRAY[1, 2, 3, 7, 9, 20]) AS i (id)
 CROSS JOIN LATERAL (
       SELECT NOT EXISTS (SELECT FROM dir.unit_place AS up
                            JOIN dir.unit_version AS u ON u.unit_id = up.unit_id AND u.valid @> p.day
                           WHERE up.place_id = p.place_id AND up.valid @> p.day
                             AND NOT EXISTS (SELECT FROM dir.unavailability AS n
                                              WHERE n.unit_id = up.unit_id AND n.during @> p.a)) AS locked) AS l
  LEFT JOIN LATERAL (
       SELECT o.value, o.kind, o.until
         FROM obs AS o
        WHERE o.place_id = p.place_id AND o.indicator_id = i.id AND o.at <= p.a
        ORDER BY o.effective_at DESC, o.recorded_at DESC, o.entry_id DESC
        LIMIT 1) AS v ON v.until > p.a;
CREATE INDEX ON truth (place_id, day, a);
ANALYZE truth;

CREATE TEMPORARY TABLE slow ON COMMIT DROP AS
SELECT t.place_id, t.indicator_id::smallint AS indicator_id, t.day,
       extract(epoch FROM t.t1 - t.t0)::integer AS day_s,
       coalesce(sum(t.len) FILTER (WHERE t.value IS NOT NULL), 0)::integer AS known_s,
       coalesce(sum(t.len * t.value), 0)::bigint AS value_s,
       min(t.value) AS value_min, max(t.value) AS value_max,
       min(t.value) FILTER (WHERE (t.day + time '08:00') AT TIME ZONE t.time_zone >= t.a
                              AND (t.day + time '08:00') AT TIME ZONE t.time_zone < t.b) AS at_08,
       min(t.value) FILTER (WHERE (t.day + time '19:00') AT TIME ZONE t.time_zone >= t.a
                              AND (t.day + time '19:00') AT TIME ZONE t.time_zone < t.b) AS at_19,
       min(t.value) FILTER (WHERE t.b = t.t1) AS at_24,
       coalesce(sum(t.len) FILTER (WHERE t.value = 0), 0)::integer AS zero_s,
       coalesce(sum(t.len) FILTER (WHERE t.value IS NOT NULL AND t.kind = 'manual'), 0)::integer AS manual_s,
       coalesce(sum(t.len) FILTER (WHERE t.value IS NOT NULL AND t.kind = 'feed'), 0)::integer AS feed_s,
       (SELECT count(*) FROM obs AS o
         WHERE o.place_id = t.place_id AND o.indicator_id = t.indicator_id
           AND o.at >= t.t0 AND o.at < t.t1)::integer AS n_obs,
       coalesce(sum(t.len * s.service) FILTER (WHERE t.value IS NOT NULL), 0)::bigint AS service_s,
       coalesce(sum(t.len * t.value) FILTER (WHERE s.service IS NOT NULL), 0)::bigint AS paired_s
  FROM truth AS t
 LEFT JOIN LATERAL (
       SELECT sum(CASE x.indicator_id WHEN 1 THEN x.value WHEN 9 THEN x.value ELSE -x.value END)
              FILTER (WHERE x.indicator_id IN (1, 2, 3, 9)) AS service
         FROM truth AS x
        WHERE x.place_id = t.place_id AND x.day = t.day AND x.a = t.a
       HAVING bool_or(x.indicator_id = 1 AND x.value IS NOT NULL)) AS s ON true
 GROUP BY t.place_id, t.indicator_id, t.day, t.t0, t.t1, t.time_zone;

CREATE TEMPORARY TABLE slow_cell ON COMMIT DROP AS
SELECT s.departement_code, c.category_id, p.subset_of IS NOT NULL AS subset, d.day,
       count(*) FILTER (WHERE x.expected)::integer AS expected,
       count(*) FILTER (WHERE x.expected AND x.known_s > 0)::integer AS reporting,
       coalesce(sum(x.known_s) FILTER (WHERE x.expected), 0)::bigint AS known_s
  FROM day AS d
  JOIN dir.place_version AS p ON p.place_id = d.place_id AND p.valid @> d.day
  JOIN dir.structure_version AS s ON s.structure_id = p.site_id AND s.valid @> d.day
  JOIN dir.place_category AS c ON c.place_id = d.place_id AND c.valid @> d.day
  LEFT JOIN slow AS i ON i.place_id = d.place_id AND i.day = d.day AND i.indicator_id = 1
  LEFT JOIN slow AS f ON f.place_id = d.place_id AND f.day = d.day AND f.indicator_id = 20
 CROSS JOIN LATERAL (
       SELECT (SELECT coalesce(sum(k.beds), 0)
                 FROM cap.closure AS k
                WHERE k.place_id = d.place_id AND k.during @> d.day
                  AND k.recorded_at <= (SELECT cut_at FROM run)
                  AND coalesce(k.cancelled_at > (SELECT cut_at FROM run), true)) AS planned) AS k
 CROSS JOIN LATERAL (
       SELECT NOT (coalesce(i.known_s = i.day_s AND i.service_s = 0, false)
                   OR coalesce(k.planned >= i.value_max, false)) AS expected,
              coalesce(f.known_s, 0) AS known_s) AS x
 GROUP BY s.departement_code, c.category_id, p.subset_of IS NOT NULL, d.day;

(SELECT 'cell missing or different: ' || s::text
   FROM (SELECT s.* FROM slow_cell AS s
         EXCEPT
         SELECT r.departement_code, r.category_id, r.subset, r.day, r.places_expected, r.places_reporting, r.known_s
           FROM mart.rpt_department_day AS r WHERE r.known_to = 'infinity') AS s
  ORDER BY 1 LIMIT 10)
 UNION ALL
(SELECT 'cell not in slow SQL: ' || r::text
   FROM (SELECT r.departement_code, r.category_id, r.subset, r.day, r.places_expected, r.places_reporting, r.known_s
           FROM mart.rpt_department_day AS r WHERE r.known_to = 'infinity' AND r.day < '2026-04-09'
         EXCEPT
         SELECT s.* FROM slow_cell AS s) AS r
  ORDER BY 1 LIMIT 10)
 UNION ALL
(SELECT 'missing or different: ' || s::text
   FROM (SELECT s.* FROM slow AS s WHERE s.known_s > 0 OR s.n_obs > 0
         EXCEPT
         SELECT f.place_id, f.indicator_id, f.day, f.day_s, f.known_s, f.value_s, f.value_min, f.value_max,
                f.at_08, f.at_19, f.at_24, f.zero_s, f.manual_s, f.feed_s, f.n_obs, f.service_s, f.paired_s
           FROM mart.fct_place_day AS f WHERE f.known_to = 'infinity') AS s
  ORDER BY 1 LIMIT 10)
 UNION ALL
(SELECT 'not in slow SQL: ' || f::text
   FROM (SELECT f.place_id, f.indicator_id, f.day, f.day_s, f.known_s, f.value_s, f.value_min, f.value_max,
                f.at_08, f.at_19, f.at_24, f.zero_s, f.manual_s, f.feed_s, f.n_obs, f.service_s, f.paired_s
           FROM mart.fct_place_day AS f WHERE f.known_to = 'infinity' AND f.day < '2026-04-09'
         EXCEPT
         SELECT s.* FROM slow AS s) AS f
  ORDER BY 1 LIMIT 10);
COMMIT;
