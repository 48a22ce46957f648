-- The workers' copy of the directory's places and of current values
-- (lib/domain/snapshot).  snapshot_changed goes with every page, in the round
-- trip that checks the session; the others when the copy is made anew.

-- name: snapshot_changed
-- for: app
-- rows: many, one per place changed since (by number), else one without a place
-- param: seen          text         pg_snapshot of the last answer, null at first
-- col:   seen          text         to ask with next time
-- col:   generation    int8         of the directory
-- col:   place_id      int8         null = nothing changed
-- col:   version       int8
-- col:   touched_s     int8         seconds since 1970; null = never
-- col:   source        text
-- col:   comment       text
-- col:   figures       text         "indicator value effective …", null = none
-- test:  NULL
SELECT c.seen,
       c.generation,
       c.place_id,
       c.version,
       c.touched_s,
       c.source,
       c.comment,
       c.figures
  FROM cap.changed_since($1::pg_snapshot) AS c
 ORDER BY c.place_id;

-- name: snapshot_place
-- for: app
-- rows: many, one per place that exists today, by région, département, site
-- col:   place_id      int8
-- col:   subset_of     int8         null = a place of its own
-- col:   category_id   int2
-- col:   nature        text
-- col:   followed      bool
-- col:   sensitive     bool
-- col:   name          text
-- col:   site_finess   text
-- col:   site_name     text
-- col:   commune_name  text
-- col:   departement_code text
-- col:   phone         text
-- col:   unit_ids      int8[]       the lead unit first
-- col:   unit_names    text[]
-- col:   locked        text         "from to …", seconds, of periods not over
-- col:   locked_reason text
-- col:   lat           float8       of the site; null = not known
-- col:   lon           float8
-- test:
SELECT p.place_id,
       p.subset_of,
       p.category_id,
       p.nature,
       p.followed,
       p.sensitive,
       p.name,
       p.site_finess,
       p.site_name,
       p.commune_name,
       p.departement_code,
       p.phone,
       p.unit_ids,
       p.unit_names,
       (SELECT string_agg(concat_ws(' ',
               CASE WHEN lower_inf(r.during) THEN 0
                    ELSE ceil(extract(epoch FROM lower(r.during)))::bigint END,
               CASE WHEN upper_inf(r.during) THEN 99999999999
                    ELSE ceil(extract(epoch FROM upper(r.during)))::bigint END),
               ' ' ORDER BY r.during)
          FROM unnest(p.locked) AS r (during)
         WHERE upper_inf(r.during) OR upper(r.during) > now()) AS locked,
       p.locked_reason,
       site.lat,
       site.lon
  FROM dir.place_now AS p
  LEFT JOIN dir.structure_now AS site ON site.id = p.site_id
 ORDER BY p.region_code, p.departement_code, p.site_name, p.place_id
 LIMIT 200000;

-- name: snapshot_value
-- for: app
-- rows: many, one per place that was ever saved
-- col:   place_id      int8
-- col:   version       int8
-- col:   touched_s     int8
-- col:   source        text
-- col:   comment       text
-- col:   figures       text
-- test:
SELECT s.place_id,
       s.version,
       floor(extract(epoch FROM s.touched_at))::bigint AS touched_s,
       s.source,
       s.comment,
       k.figures
  FROM cap.place_state AS s
  JOIN dir.place_now AS p ON p.place_id = s.place_id
  LEFT JOIN (
        SELECT c.place_id,
               string_agg(concat_ws(' ', c.indicator_id, c.value,
                          floor(extract(epoch FROM c.effective_at))::bigint),
                          ' ' ORDER BY c.indicator_id) AS figures
          FROM cap.current AS c
         WHERE c.assignment_id = 0 AND c.value IS NOT NULL
         GROUP BY c.place_id) AS k ON k.place_id = s.place_id
 ORDER BY s.place_id
 LIMIT 200000;

-- name: snapshot_category
-- for: app
-- rows: many, one per category, in the order of the matrix
-- col:   id            int2
-- col:   slug          text
-- col:   label         text
-- col:   nature        text
-- col:   one           text
-- col:   many          text
-- col:   ttl_s         int4         today's
-- test:
SELECT c.id,
       c.slug,
       c.label,
       c.nature,
       n.one,
       n.many,
       t.ttl_s
  FROM ref.category AS c
  JOIN ref.nature AS n ON n.code = c.nature
  JOIN ref.ttl AS t ON t.nature = c.nature AND t.valid @> dir.today()
 ORDER BY c.nature, c.rank
 LIMIT 200;

-- name: snapshot_order
-- for: app
-- rows: many, one per région with lines of its own and category shown there, in its order
-- col:   region_code   text
-- col:   category_id   int2
-- test:
SELECT r.region_code,
       c.id AS category_id
  FROM (SELECT DISTINCT o.region_code
          FROM ref.category_region AS o) AS r
 CROSS JOIN ref.category AS c
  LEFT JOIN ref.category_region AS o
    ON o.region_code = r.region_code AND o.category_id = c.id
 WHERE coalesce(o.shown, true)
 ORDER BY r.region_code, c.nature, coalesce(o.rank, 32767), c.rank
 LIMIT 2000;

-- name: snapshot_source
-- for: app
-- rows: many, one per source of figures
-- col:   code          text
-- col:   label         text
-- col:   kind          text         manual, feed, import
-- test:
SELECT s.code,
       s.label,
       s.kind
  FROM ref.source AS s
 ORDER BY s.code
 LIMIT 100;
