-- Dimensions: how each place counted in each period, and when it was locked.

-- A period starts wherever something about the place may change; periods that
-- turn out alike become one, so that only a real change shows as a change.
-- Beds inside other followed beds of the same category are in those already
-- and count nowhere a second time (docs/adr/0011).
-- name: dim_place_stage
-- for: report
-- rows: none
-- test:
INSERT INTO mart.stage_place (place_id, valid, departement_code, region_code,
                              nature, time_zone, site_id, category_id, subset)
WITH followed AS (
    SELECT p.place_id, p.site_id, p.subset_of, p.valid
      FROM dir.place_version AS p
     WHERE p.followed
), source AS (
    SELECT f.place_id, f.valid
      FROM followed AS f
     UNION
    SELECT f.place_id, c.valid
      FROM followed AS f
      JOIN dir.place_category AS c ON c.place_id = f.place_id
     UNION
    SELECT f.place_id, c.valid
      FROM followed AS f
      JOIN dir.place_category AS c ON c.place_id = f.subset_of
     UNION
    SELECT f.place_id, o.valid
      FROM followed AS f
      JOIN dir.place_version AS o ON o.place_id = f.subset_of
     UNION
    SELECT f.place_id, s.valid
      FROM followed AS f
      JOIN dir.structure_version AS s ON s.structure_id = f.site_id
     UNION
    SELECT f.place_id, up.valid * u.valid
      FROM followed AS f
      JOIN dir.unit_place AS up ON up.place_id = f.place_id
      JOIN dir.unit_version AS u ON u.unit_id = up.unit_id AND u.valid && up.valid
), edge AS (
    SELECT s.place_id, coalesce(lower(s.valid), '-infinity') AS day
      FROM source AS s
     UNION
    SELECT s.place_id, coalesce(upper(s.valid), 'infinity')
      FROM source AS s
), period AS (
    SELECT e.place_id, e.day,
           lead(e.day) OVER (PARTITION BY e.place_id ORDER BY e.day) AS next_day
      FROM edge AS e
), state AS (
    SELECT t.place_id, t.day, t.next_day, d.code, d.region_code, p.nature,
           d.time_zone, p.site_id, c.category_id,
           p.subset_of IS NOT NULL AS subset
      FROM period AS t
      JOIN dir.place_version AS p
        ON p.place_id = t.place_id AND p.valid @> t.day AND p.followed
      JOIN dir.place_category AS c
        ON c.place_id = t.place_id AND c.valid @> t.day
      JOIN dir.structure_version AS s
        ON s.structure_id = p.site_id AND s.valid @> t.day
      JOIN ref.departement AS d ON d.code = s.departement_code
     WHERE t.next_day IS NOT NULL
       AND NOT EXISTS (SELECT
                         FROM dir.place_version AS o
                         JOIN dir.place_category AS oc
                           ON oc.place_id = o.place_id AND oc.valid @> t.day
                        WHERE o.place_id = p.subset_of AND o.valid @> t.day
                          AND o.followed AND oc.category_id = c.category_id)
       AND EXISTS (SELECT
                     FROM dir.unit_place AS up
                     JOIN dir.unit_version AS u ON u.unit_id = up.unit_id
                    WHERE up.place_id = t.place_id AND up.valid @> t.day
                      AND u.valid @> t.day)
), marked AS (
    SELECT s.*,
           lag(s.next_day) OVER w IS DISTINCT FROM s.day
           OR lag(ROW (s.code, s.nature, s.time_zone, s.site_id,
                       s.category_id, s.subset)) OVER w
              IS DISTINCT FROM ROW (s.code, s.nature, s.time_zone, s.site_id,
                                    s.category_id, s.subset) AS is_new
      FROM state AS s
    WINDOW w AS (PARTITION BY s.place_id ORDER BY s.day)
), island AS (
    SELECT m.*, count(*) FILTER (WHERE m.is_new)
                OVER (PARTITION BY m.place_id ORDER BY m.day) AS number
      FROM marked AS m
)
SELECT i.place_id,
       daterange(nullif(min(i.day), '-infinity'), nullif(max(i.next_day), 'infinity')),
       i.code, i.region_code, i.nature, i.time_zone, i.site_id, i.category_id,
       i.subset
  FROM island AS i
 GROUP BY i.place_id, i.number, i.code, i.region_code, i.nature, i.time_zone,
          i.site_id, i.category_id, i.subset;

-- Locked: the place has open units, and none of them is available.
-- name: dim_lock_stage
-- for: report
-- rows: none
-- test:
INSERT INTO mart.stage_lock (place_id, during)
WITH zone AS (
    SELECT DISTINCT ON (p.place_id) p.place_id, p.time_zone
      FROM mart.stage_place AS p
     ORDER BY p.place_id, p.valid DESC
), touched AS (
    SELECT DISTINCT up.place_id
      FROM dir.unavailability AS n
      JOIN dir.unit_place AS up ON up.unit_id = n.unit_id
), unit AS (
    SELECT up.place_id, up.unit_id,
           range_agg(tstzrange(lower(up.valid * u.valid)::timestamp AT TIME ZONE z.time_zone,
                               upper(up.valid * u.valid)::timestamp AT TIME ZONE z.time_zone)) AS open
      FROM touched AS t
      JOIN zone AS z ON z.place_id = t.place_id
      JOIN dir.unit_place AS up ON up.place_id = t.place_id
      JOIN dir.unit_version AS u ON u.unit_id = up.unit_id AND u.valid && up.valid
     GROUP BY up.place_id, up.unit_id
), place AS (
    SELECT u.place_id,
           range_agg(u.open) - range_agg(u.open - coalesce(n.closed, '{}')) AS locked
      FROM unit AS u
      LEFT JOIN LATERAL (SELECT range_agg(x.during) AS closed
                           FROM dir.unavailability AS x
                          WHERE x.unit_id = u.unit_id) AS n ON true
     GROUP BY u.place_id
)
SELECT p.place_id, r.during
  FROM place AS p
 CROSS JOIN unnest(p.locked) AS r (during);

-- The first day of all figures: that on which a followed place first said
-- something that expires.  Installed beds alone (a survey of past years) start
-- no report.  A late observation can move it back.
-- name: dim_first_day
-- for: report
-- rows: one
-- param: cut_at        timestamptz
-- param: since         timestamptz    null = from the beginning
-- param: known_first   date           null = none yet
-- col:   day           date           null = no observation at all
-- test:  '2026-01-01T00:00:00Z', '2025-12-31T00:00:00Z', '2025-01-01'
WITH follow AS MATERIALIZED (
    SELECT p.place_id, p.time_zone,
           min(coalesce(lower(p.valid), '-infinity')::timestamp AT TIME ZONE p.time_zone) AS from_at
      FROM mart.stage_place AS p
     GROUP BY p.place_id, p.time_zone
), first AS (
    SELECT f.time_zone, min(o.effective_at) AS at
      FROM cap.observation AS o
      JOIN follow AS f ON f.place_id = o.place_id AND o.effective_at >= f.from_at
     WHERE o.recorded_at <= $1
       AND o.recorded_at > coalesce($2, '-infinity')
       AND o.assignment_id = 0 AND o.indicator_id = ANY ('{7,9,20}')
     GROUP BY f.time_zone
)
SELECT least($3, min((f.at AT TIME ZONE f.time_zone)::date)) AS day
  FROM first AS f;

-- Days that count another way than the facts of the last cut do: the place, what
-- locked it, or closures that were planned or called off since.
-- name: dim_dirty
-- for: report
-- rows: none
-- param: first_day     date
-- param: last_day      date
-- param: cut_at        timestamptz
-- param: since         timestamptz    the last cut
-- test:  '2026-01-01', '2026-01-31', '2026-02-01T00:00:00Z', '2026-01-31T00:00:00Z'
INSERT INTO mart.stage_days (place_id, first_day, last_day)
SELECT x.place_id,
       greatest(coalesce(lower(x.valid), $1), $1),
       least(coalesce(upper(x.valid) - 1, $2), $2)
  FROM ((SELECT d.place_id, d.valid, d.departement_code, d.nature, d.time_zone, d.site_id, d.category_id, d.subset
           FROM mart.dim_place AS d
          WHERE d.known_to = 'infinity'
         EXCEPT
         SELECT s.place_id, s.valid, s.departement_code, s.nature, s.time_zone, s.site_id, s.category_id, s.subset
           FROM mart.stage_place AS s)
         UNION ALL
        (SELECT s.place_id, s.valid, s.departement_code, s.nature, s.time_zone, s.site_id, s.category_id, s.subset
           FROM mart.stage_place AS s
         EXCEPT
         SELECT d.place_id, d.valid, d.departement_code, d.nature, d.time_zone, d.site_id, d.category_id, d.subset
           FROM mart.dim_place AS d
          WHERE d.known_to = 'infinity')) AS x
 WHERE x.valid && daterange($1, $2, '[]')
 UNION ALL
SELECT x.place_id,
       greatest((coalesce(lower(x.during), '-infinity') AT TIME ZONE z.time_zone)::date, $1),
       least((coalesce(upper(x.during), 'infinity') AT TIME ZONE z.time_zone)::date, $2)
  FROM ((SELECT l.place_id, l.during
           FROM mart.dim_lock AS l
          WHERE l.known_to = 'infinity'
         EXCEPT
         SELECT s.place_id, s.during
           FROM mart.stage_lock AS s)
         UNION ALL
        (SELECT s.place_id, s.during
           FROM mart.stage_lock AS s
         EXCEPT
         SELECT l.place_id, l.during
           FROM mart.dim_lock AS l
          WHERE l.known_to = 'infinity')) AS x
  JOIN (SELECT DISTINCT p.place_id, p.time_zone
          FROM mart.stage_place AS p) AS z ON z.place_id = x.place_id
 WHERE coalesce(lower(x.during), '-infinity') < ($2 + 2)::timestamp AT TIME ZONE 'UTC'
   AND coalesce(upper(x.during), 'infinity') > ($1 - 2)::timestamp AT TIME ZONE 'UTC'
 UNION ALL
SELECT c.place_id, greatest(lower(c.during), $1), least(upper(c.during) - 1, $2)
  FROM cap.closure AS c
 WHERE (c.recorded_at > $4 AND c.recorded_at <= $3
        OR c.cancelled_at > $4 AND c.cancelled_at <= $3)
   AND c.during && daterange($1, $2, '[]');

-- name: dim_dirty_all
-- for: report
-- rows: none
-- param: first_day     date
-- param: last_day      date
-- test:  '2026-01-01', '2026-01-31'
INSERT INTO mart.stage_days (place_id, first_day, last_day)
SELECT DISTINCT p.place_id, $1, $2
  FROM mart.stage_place AS p
 WHERE p.valid && daterange($1, $2, '[]');

-- name: dim_place_close
-- for: report
-- rows: none
-- param: cut_at        timestamptz
-- test:  '2026-01-01T00:00:00Z'
UPDATE mart.dim_place AS d
   SET known_to = $1
 WHERE d.known_to = 'infinity'
   AND NOT EXISTS (SELECT
                     FROM mart.stage_place AS s
                    WHERE s.place_id = d.place_id AND s.valid = d.valid
                      AND (s.departement_code, s.region_code, s.nature, s.time_zone,
                           s.site_id, s.category_id, s.subset)
                          = (d.departement_code, d.region_code, d.nature, d.time_zone,
                             d.site_id, d.category_id, d.subset));

-- name: dim_place_open
-- for: report
-- rows: none
-- param: cut_at        timestamptz
-- test:  '2026-01-01T00:00:00Z'
INSERT INTO mart.dim_place (place_id, valid, known_from, departement_code,
                            region_code, nature, time_zone, site_id,
                            category_id, subset)
SELECT s.place_id, s.valid, $1, s.departement_code, s.region_code, s.nature,
       s.time_zone, s.site_id, s.category_id, s.subset
  FROM mart.stage_place AS s
 WHERE NOT EXISTS (SELECT
                     FROM mart.dim_place AS d
                    WHERE d.place_id = s.place_id AND d.valid = s.valid
                      AND d.known_to = 'infinity');

-- name: dim_lock_close
-- for: report
-- rows: none
-- param: cut_at        timestamptz
-- test:  '2026-01-01T00:00:00Z'
UPDATE mart.dim_lock AS l
   SET known_to = $1
 WHERE l.known_to = 'infinity'
   AND NOT EXISTS (SELECT
                     FROM mart.stage_lock AS s
                    WHERE s.place_id = l.place_id AND s.during = l.during);

-- name: dim_lock_open
-- for: report
-- rows: none
-- param: cut_at        timestamptz
-- test:  '2026-01-01T00:00:00Z'
INSERT INTO mart.dim_lock (place_id, during, known_from)
SELECT s.place_id, s.during, $1
  FROM mart.stage_lock AS s
 WHERE NOT EXISTS (SELECT
                     FROM mart.dim_lock AS l
                    WHERE l.place_id = s.place_id AND l.during = s.during
                      AND l.known_to = 'infinity');
