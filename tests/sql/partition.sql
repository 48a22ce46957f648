-- partition.sql - on a demonstration and its nights, as TAP: the sum over any
-- partition of the places is the total, each shared bed in it once.  Reads only.
\set ON_ERROR_STOP on
SET timezone = 'UTC';
BEGIN READ ONLY;

-- The last eight published days, place by place, as the night left them.
\set facts 'FROM mart.fct_place_day AS f JOIN mart.dim_place AS d ON d.place_id = f.place_id AND d.valid @> f.day AND d.known_to = ''infinity'' WHERE f.indicator_id = 20 AND f.known_to = ''infinity'' AND f.day > (SELECT max(c.day_to) - 8 FROM mart.cut AS c WHERE c.published_at IS NOT NULL)'
\set cells 'FROM mart.rpt_department_day AS r WHERE r.known_to = ''infinity'' AND r.day > (SELECT max(c.day_to) - 8 FROM mart.cut AS c WHERE c.published_at IS NOT NULL)'

SELECT CASE WHEN count(*) > 1000 AND count(*) FILTER (WHERE cardinality(n.unit_ids) > 1) > 20
            THEN 'ok' ELSE 'not ok' END || ' - there are places to add up, shared ones among them'
  FROM (SELECT f.place_id :facts) AS x JOIN dir.place_now AS n ON n.place_id = x.place_id;
SELECT CASE WHEN count(*) = 0 THEN 'ok' ELSE 'not ok' END || ' - drill-down = cell: places of a département, category and day'
  FROM (SELECT d.departement_code, d.category_id, d.subset, f.day, sum(f.value_s) AS s, count(*) AS n, count(DISTINCT f.place_id) AS once
        :facts GROUP BY d.departement_code, d.category_id, d.subset, f.day) AS p
  FULL JOIN (SELECT r.departement_code, r.category_id, r.subset, r.day, r.available_s :cells) AS c
       USING (departement_code, category_id, subset, day)
 WHERE coalesce(p.s, 0) <> coalesce(c.available_s, 0) OR p.n <> p.once;
SELECT CASE WHEN count(DISTINCT x.s) = 1 AND min(x.s) > 0 THEN 'ok' ELSE 'not ok' END
       || ' - sum of départements = régions = sites = lead units = categories = France: '
       || string_agg(x.how || ' ' || x.s, ', ' ORDER BY x.how)
  FROM (SELECT 'départements' AS how, sum(y.s) AS s FROM (SELECT r.departement_code, sum(r.available_s) AS s :cells GROUP BY 1) AS y
         UNION ALL
        SELECT 'régions', sum(y.s) FROM (SELECT r.region_code, sum(r.available_s) AS s :cells GROUP BY 1) AS y
         UNION ALL
        SELECT 'sites', sum(y.s) FROM (SELECT d.site_id, sum(f.value_s) AS s :facts GROUP BY 1) AS y
         UNION ALL
        SELECT 'lead units', sum(y.s)
          FROM (SELECT n.unit_ids[1], sum(x.value_s) AS s
                  FROM (SELECT f.place_id, f.value_s :facts) AS x
                  JOIN dir.place_now AS n ON n.place_id = x.place_id
                 GROUP BY 1) AS y
         UNION ALL
        SELECT 'categories', sum(y.s) FROM (SELECT d.category_id, sum(f.value_s) AS s :facts GROUP BY 1) AS y
         UNION ALL
        SELECT 'France', sum(f.value_s) :facts) AS x;
-- The trap: by unit, a shared bed would be there as often as it has units.
SELECT CASE WHEN sum(x.value_s * cardinality(n.unit_ids)) > sum(x.value_s) THEN 'ok' ELSE 'not ok' END
       || ' - and summing over all units would be more'
  FROM (SELECT f.place_id, f.value_s :facts) AS x JOIN dir.place_now AS n ON n.place_id = x.place_id;
ROLLBACK;
