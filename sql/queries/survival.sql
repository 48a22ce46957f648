-- Survival pages: what was last known of every place, for when nothing else
-- answers.  Whoever holds yesterday's cookie may read them, so sensitive units
-- are left out.

-- name: survival_place
-- for: report
-- rows: many, one per place followed today, by département, category, site
-- param: at               timestamptz
-- col:   departement_code text
-- col:   time_zone        text
-- col:   category         text
-- col:   site             text
-- col:   commune          text
-- col:   unit             text
-- col:   phone            text
-- col:   locked_reason    text       null = not locked at that instant
-- col:   available        int4       null = never said, or retracted
-- col:   installed        int4
-- col:   at_utc           timestamptz  of available
-- col:   ttl_s            int4
-- test:  '2026-01-01T00:00:00Z'
SELECT p.departement_code,
       p.time_zone,
       c.label AS category,
       p.site_name AS site,
       p.commune_name AS commune,
       coalesce(p.unit_names[1], p.name) AS unit,
       p.phone,
       CASE WHEN p.locked @> $1 THEN coalesce(p.locked_reason, '') END AS locked_reason,
       d.value AS available,
       i.value AS installed,
       d.effective_at AS at_utc,
       t.ttl_s
  FROM dir.place_now AS p
  JOIN ref.category AS c ON c.id = p.category_id
  JOIN ref.ttl AS t ON t.nature = p.nature AND t.valid @> $1::date
  LEFT JOIN cap.current AS d
    ON d.place_id = p.place_id AND d.assignment_id = 0 AND d.indicator_id = 20
  LEFT JOIN cap.current AS i
    ON i.place_id = p.place_id AND i.assignment_id = 0 AND i.indicator_id = 1
 WHERE p.followed AND NOT p.sensitive
 ORDER BY p.departement_code, c.rank, p.site_name, unit, p.place_id
 LIMIT 200000;
