-- Checks of a vintage before it is published: each returns what is wrong.
-- They look at all cells of the days that the run touched, not only at those
-- it wrote, so that a cell it forgot is found too.

-- name: check_cross_foot
-- for: report
-- rows: many, one per day that does not add up
-- col:   day           date
-- col:   what          text
-- col:   facts         int8       France, straight from the facts
-- col:   cells         int8       the sum of all départements
-- test:
WITH touched AS (
    SELECT DISTINCT c.day
      FROM mart.stage_cell AS c
), fact AS (
    SELECT f.day,
           sum(f.value_s) FILTER (WHERE f.indicator_id = 1) AS installed,
           sum(f.value_s) FILTER (WHERE f.indicator_id IN (2, 3)) AS closed,
           sum(f.value_s) FILTER (WHERE f.indicator_id = 7) AS occupied,
           sum(f.value_s) FILTER (WHERE f.indicator_id = 9) AS suppl,
           sum(f.value_s) FILTER (WHERE f.indicator_id = 20) AS available
      FROM mart.fct_place_day AS f
     WHERE f.known_to = 'infinity' AND f.day IN (SELECT t.day FROM touched AS t)
     GROUP BY f.day
), cell AS (
    SELECT r.day, sum(r.installed_s) AS installed,
           sum(r.closed_nr_s + r.closed_r_s) AS closed,
           sum(r.occupied_s) AS occupied, sum(r.suppl_s) AS suppl,
           sum(r.available_s) AS available
      FROM mart.rpt_department_day AS r
     WHERE r.known_to = 'infinity' AND r.day IN (SELECT t.day FROM touched AS t)
     GROUP BY r.day
)
SELECT t.day, x.what, coalesce(x.facts, 0)::bigint AS facts, coalesce(x.cells, 0)::bigint AS cells
  FROM touched AS t
  LEFT JOIN fact AS f ON f.day = t.day
  LEFT JOIN cell AS c ON c.day = t.day
 CROSS JOIN LATERAL (VALUES
       ('installed', f.installed, c.installed),
       ('closed', f.closed, c.closed),
       ('occupied', f.occupied, c.occupied),
       ('supplementary', f.suppl, c.suppl),
       ('available', f.available, c.available)) AS x (what, facts, cells)
 WHERE coalesce(x.facts, 0) <> coalesce(x.cells, 0)
 ORDER BY t.day, x.what
 LIMIT 20;

-- Drill-down: the places behind each cell of the days touched.
-- name: check_drill_down
-- for: report
-- rows: many, one per cell that its places do not explain
-- col:   day               date
-- col:   departement_code  text
-- col:   category_id       int2
-- col:   places            int8
-- col:   cell              int8
-- test:
WITH touched AS (
    SELECT DISTINCT c.day
      FROM mart.stage_cell AS c
), place AS (
    SELECT f.day, d.departement_code, d.category_id, sum(f.value_s) AS available_s
      FROM mart.fct_place_day AS f
      JOIN mart.dim_place AS d ON d.place_id = f.place_id AND d.valid @> f.day
     WHERE f.known_to = 'infinity' AND d.known_to = 'infinity' AND f.indicator_id = 20
       AND f.day IN (SELECT t.day FROM touched AS t)
     GROUP BY f.day, d.departement_code, d.category_id
), cell AS (
    SELECT r.day, r.departement_code, r.category_id, sum(r.available_s) AS available_s
      FROM mart.rpt_department_day AS r
     WHERE r.known_to = 'infinity' AND r.day IN (SELECT t.day FROM touched AS t)
     GROUP BY r.day, r.departement_code, r.category_id
)
SELECT day, departement_code, category_id,
       coalesce(p.available_s, 0)::bigint AS places,
       coalesce(c.available_s, 0)::bigint AS cell
  FROM place AS p
  FULL JOIN cell AS c USING (day, departement_code, category_id)
 WHERE coalesce(p.available_s, 0) <> coalesce(c.available_s, 0)
 ORDER BY day, departement_code, category_id
 LIMIT 20;

-- Place by place: one current row per indicator, and in service = installed
-- - closed + supplementary.  max() of one row, since sum() would be numeric;
-- MATERIALIZED, or LIMIT makes the planner hope for few.
-- name: check_states
-- for: report
-- rows: many, one per place and day whose states do not add up
-- col:   place_id      int8
-- col:   day           date
-- test:
WITH wrong AS MATERIALIZED (
    SELECT f.place_id, f.day
      FROM mart.fct_place_day AS f
     WHERE f.known_to = 'infinity'
       AND f.day IN (SELECT DISTINCT c.day FROM mart.stage_cell AS c)
     GROUP BY f.place_id, f.day
    HAVING count(*) > bit_count(bit_or(1::bigint << f.indicator_id)::bit(64))
        OR coalesce(max(f.service_s) FILTER (WHERE f.indicator_id = 1), 0)
           <> coalesce(max(f.paired_s) FILTER (WHERE f.indicator_id = 1), 0)
              - coalesce(max(f.paired_s) FILTER (WHERE f.indicator_id = 2), 0)
              - coalesce(max(f.paired_s) FILTER (WHERE f.indicator_id = 3), 0)
              + coalesce(max(f.paired_s) FILTER (WHERE f.indicator_id = 9), 0)
        OR bool_or(f.indicator_id = 1 AND f.paired_s <> f.value_s)
)
SELECT w.place_id, w.day
  FROM wrong AS w
 ORDER BY w.place_id, w.day
 LIMIT 20;

-- name: check_grain
-- for: report
-- rows: many, one per cell that is there twice
-- col:   day               date
-- col:   departement_code  text
-- test:
SELECT r.day, r.departement_code
  FROM mart.rpt_department_day AS r
 WHERE r.known_to = 'infinity' AND r.day IN (SELECT DISTINCT c.day FROM mart.stage_cell AS c)
 GROUP BY r.day, r.departement_code, r.category_id, r.subset
HAVING count(*) > 1
 ORDER BY r.day, r.departement_code
 LIMIT 20;
