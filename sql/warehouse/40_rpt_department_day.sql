-- Département days: sums of facts, one cell per category and day.

-- Cells of the days computed, where the place counted before or counts now;
-- only days that are over where it is.
-- name: rpt_cells
-- for: report
-- rows: none
-- param: cut_at        timestamptz
-- test:  '2026-01-01T00:00:00Z'
INSERT INTO mart.stage_cell (departement_code, category_id, subset, day)
WITH run AS (
    SELECT DISTINCT d.departement_code, d.category_id, d.subset,
           greatest(coalesce(lower(d.valid), s.first_day), s.first_day) AS first_day,
           least(coalesce(upper(d.valid) - 1, s.last_day), s.last_day,
                 ($1 AT TIME ZONE d.time_zone)::date - 1) AS last_day
      FROM mart.stage_days AS s
      JOIN mart.dim_place AS d
        ON d.place_id = s.place_id AND d.valid && daterange(s.first_day, s.last_day, '[]')
     WHERE d.known_to IN ('infinity', $1)
)
SELECT DISTINCT r.departement_code, r.category_id, r.subset, r.first_day + g.n
  FROM run AS r
 CROSS JOIN generate_series(0, r.last_day - r.first_day) AS g (n);

-- A place counts where it was on that day; one whose beds are all closed the
-- whole day is not expected to say what is available: by what was said, or by
-- closures planned at the cut for as many beds as are installed.  A place known
-- to be unavailable is expected, at a known zero.
-- name: rpt_sum
-- for: report
-- rows: none
-- param: cut_at        timestamptz
-- test:  '2026-01-01T00:00:00Z'
INSERT INTO mart.stage_report (departement_code, category_id, day, region_code, nature, subset,
        places_expected, places_reporting, places_fresh, day_s, expected_s, known_s,
        installed_s, closed_nr_s, closed_r_s, suppl_s, in_service_s, in_service_known_s,
        available_s, available_high_s, available_paired_s, occupied_s, occupied_paired_s,
        in_service_occ_s, zero_s)
WITH member AS (
    SELECT c.departement_code, c.category_id, c.subset, c.day, d.region_code, d.nature, d.place_id,
           extract(epoch FROM (c.day + 1)::timestamp AT TIME ZONE d.time_zone
                              - c.day::timestamp AT TIME ZONE d.time_zone)::integer AS day_s
      FROM mart.stage_cell AS c
      JOIN mart.dim_place AS d
        ON d.departement_code = c.departement_code AND d.category_id = c.category_id
           AND d.subset = c.subset AND d.valid @> c.day
     WHERE d.known_to = 'infinity'
), planned AS (
    SELECT k.place_id, t.day, sum(k.beds) AS beds
      FROM (SELECT DISTINCT c.day FROM mart.stage_cell AS c) AS t
      JOIN cap.closure AS k ON k.during @> t.day
     WHERE k.recorded_at <= $1 AND (k.cancelled_at IS NULL OR k.cancelled_at > $1)
     GROUP BY k.place_id, t.day
), fact AS (
    SELECT f.place_id, f.day,
           max(f.value_s) FILTER (WHERE f.indicator_id = 1) AS installed_s,
           max(f.value_s) FILTER (WHERE f.indicator_id = 2) AS closed_nr_s,
           max(f.value_s) FILTER (WHERE f.indicator_id = 3) AS closed_r_s,
           max(f.value_s) FILTER (WHERE f.indicator_id = 7) AS occupied_s,
           max(f.value_s) FILTER (WHERE f.indicator_id = 9) AS suppl_s,
           max(f.value_s) FILTER (WHERE f.indicator_id = 20) AS available_s,
           max(f.service_s) FILTER (WHERE f.indicator_id = 1) AS in_service_s,
           max(f.service_s) FILTER (WHERE f.indicator_id = 7) AS in_service_occ_s,
           max(f.service_s) FILTER (WHERE f.indicator_id = 20) AS in_service_known_s,
           max(f.paired_s) FILTER (WHERE f.indicator_id = 7) AS occupied_paired_s,
           max(f.paired_s) FILTER (WHERE f.indicator_id = 20) AS available_paired_s,
           max(f.known_s) FILTER (WHERE f.indicator_id = 20) AS known_s,
           max(f.zero_s) FILTER (WHERE f.indicator_id = 20) AS zero_s,
           bool_or(f.indicator_id = 20 AND f.at_24 IS NOT NULL) AS is_fresh,
           bool_or(f.indicator_id = 1 AND f.known_s = f.day_s AND f.service_s = 0) AS is_closed,
           max(f.value_max) FILTER (WHERE f.indicator_id = 1) AS installed
      FROM mart.fct_place_day AS f
     WHERE f.known_to = 'infinity'
       AND f.day IN (SELECT DISTINCT c.day FROM mart.stage_cell AS c)
     GROUP BY f.place_id, f.day
), place AS (
    SELECT m.*, f.*,
           NOT coalesce(f.is_closed OR k.beds >= f.installed, false) AS is_expected
      FROM member AS m
      LEFT JOIN fact AS f (f_place, f_day, installed_s, closed_nr_s, closed_r_s, occupied_s,
                           suppl_s, available_s, in_service_s, in_service_occ_s,
                           in_service_known_s, occupied_paired_s, available_paired_s, known_s,
                           zero_s, is_fresh, is_closed, installed)
        ON f.f_place = m.place_id AND f.f_day = m.day
      LEFT JOIN planned AS k ON k.place_id = m.place_id AND k.day = m.day
)
SELECT p.departement_code, p.category_id, p.day, min(p.region_code), min(p.nature), p.subset,
       count(*) FILTER (WHERE p.is_expected),
       count(*) FILTER (WHERE p.is_expected AND p.known_s > 0),
       count(*) FILTER (WHERE p.is_expected AND p.is_fresh),
       max(p.day_s),
       coalesce(sum(p.day_s) FILTER (WHERE p.is_expected), 0),
       coalesce(sum(p.known_s) FILTER (WHERE p.is_expected), 0),
       coalesce(sum(p.installed_s), 0),
       coalesce(sum(p.closed_nr_s), 0),
       coalesce(sum(p.closed_r_s), 0),
       coalesce(sum(p.suppl_s), 0),
       coalesce(sum(p.in_service_s), 0),
       coalesce(sum(p.in_service_known_s), 0),
       coalesce(sum(p.available_s), 0),
       coalesce(sum(p.available_s), 0)
         + coalesce(sum(p.in_service_s) FILTER (WHERE p.is_expected), 0)
         - coalesce(sum(p.in_service_known_s) FILTER (WHERE p.is_expected), 0),
       coalesce(sum(p.available_paired_s), 0),
       coalesce(sum(p.occupied_s), 0),
       coalesce(sum(p.occupied_paired_s), 0),
       coalesce(sum(p.in_service_occ_s), 0),
       coalesce(sum(p.zero_s) FILTER (WHERE p.is_expected), 0)
  FROM place AS p
 GROUP BY p.departement_code, p.category_id, p.subset, p.day;

-- name: rpt_close
-- for: report
-- rows: none
-- param: cut_at        timestamptz
-- test:  '2026-01-01T00:00:00Z'
UPDATE mart.rpt_department_day AS r
   SET known_to = $1
  FROM mart.stage_cell AS c
 WHERE r.departement_code = c.departement_code AND r.category_id = c.category_id
   AND r.subset = c.subset AND r.day = c.day AND r.known_to = 'infinity'
   AND NOT EXISTS (SELECT
                     FROM mart.stage_report AS s
                    WHERE s.departement_code = r.departement_code AND s.category_id = r.category_id
                      AND s.subset = r.subset AND s.day = r.day
                      AND (s.region_code, s.nature,
                           s.places_expected, s.places_reporting, s.places_fresh, s.day_s,
                           s.expected_s, s.known_s, s.installed_s, s.closed_nr_s, s.closed_r_s,
                           s.suppl_s, s.in_service_s, s.in_service_known_s, s.available_s,
                           s.available_high_s, s.available_paired_s, s.occupied_s,
                           s.occupied_paired_s, s.in_service_occ_s, s.zero_s)
                          = (r.region_code, r.nature,
                             r.places_expected, r.places_reporting, r.places_fresh, r.day_s,
                             r.expected_s, r.known_s, r.installed_s, r.closed_nr_s,
                             r.closed_r_s, r.suppl_s, r.in_service_s, r.in_service_known_s,
                             r.available_s, r.available_high_s, r.available_paired_s,
                             r.occupied_s, r.occupied_paired_s, r.in_service_occ_s, r.zero_s));

-- name: rpt_open
-- for: report
-- rows: none
-- param: cut_at        timestamptz
-- test:  '2026-01-01T00:00:00Z'
INSERT INTO mart.rpt_department_day (departement_code, category_id, day, known_from, region_code,
                                     nature, subset,
        places_expected, places_reporting, places_fresh, day_s, expected_s, known_s,
        installed_s, closed_nr_s, closed_r_s, suppl_s, in_service_s, in_service_known_s,
        available_s, available_high_s, available_paired_s, occupied_s, occupied_paired_s,
        in_service_occ_s, zero_s)
SELECT s.departement_code, s.category_id, s.day, $1, s.region_code, s.nature, s.subset,
       s.places_expected, s.places_reporting, s.places_fresh, s.day_s, s.expected_s, s.known_s,
       s.installed_s, s.closed_nr_s, s.closed_r_s, s.suppl_s, s.in_service_s,
       s.in_service_known_s, s.available_s, s.available_high_s, s.available_paired_s,
       s.occupied_s, s.occupied_paired_s, s.in_service_occ_s, s.zero_s
  FROM mart.stage_report AS s
 WHERE NOT EXISTS (SELECT
                     FROM mart.rpt_department_day AS r
                    WHERE r.departement_code = s.departement_code AND r.category_id = s.category_id
                      AND r.subset = s.subset AND r.day = s.day AND r.known_to = 'infinity');
