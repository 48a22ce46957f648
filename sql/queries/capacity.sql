-- The entry board: the places a bed manager answers for, and saving them.

-- name: board_sites
-- for: app
-- rows: many, one per site with places on the board, by name
-- param: account_id    int8
-- param: natures       text[]
-- param: fields        text[]
-- col:   finess        text
-- col:   name          text
-- col:   departement   text
-- col:   n             int8         places of the site on this board
-- test:  1, '{01,04}', '{01,02,03}'
SELECT p.site_finess AS finess,
       p.site_name AS name,
       p.departement_code AS departement,
       count(*) AS n
  FROM dir.place_now AS p
 WHERE p.place_id IN (SELECT g.place_id
                        FROM auth.grant_place AS g
                       WHERE g.account_id = $1 AND g.role = 'bed_manager')
   AND p.nature = ANY ($2)
   AND p.field = ANY ($3)
 GROUP BY p.site_finess, p.site_name, p.departement_code
 ORDER BY p.site_name COLLATE pg_catalog."fr-x-icu", p.site_finess
 LIMIT 2000;

-- Pages are made of whole sites: a site starts on the page where the places
-- before it end, 60 to a page; a page past the last is the last.
-- name: board_places
-- for: app
-- rows: many, one per place of the page, by site and name
-- param: account_id    int8
-- param: natures       text[]
-- param: fields        text[]
-- param: site          text         FINESS number, null = all
-- param: favourites    bool
-- param: page          int4         from 1; 0 = all
-- param: at            timestamptz
-- col:   place_id      int8
-- col:   name          text
-- col:   nature        text
-- col:   site_finess   text
-- col:   site_name     text
-- col:   departement   text
-- col:   time_zone     text
-- col:   path_label    text
-- col:   phone         text
-- col:   unit_ids      int8[]
-- col:   locked        bool
-- col:   locked_until  timestamptz  null = open end, or not locked
-- col:   locked_reason text
-- col:   version       int8         0 = never saved
-- col:   comment       text
-- col:   touched_at    timestamptz  null = never
-- col:   source_label  text
-- col:   source_kind   text
-- col:   who           text         of a manual entry
-- col:   total         int4         available ones, null = not reported
-- col:   indicators    int2[]       those that hold a value
-- col:   figures       int4[]       figures[i] is indicators[i]'s
-- col:   unit_names    text[]       in the order of unit_ids
-- col:   favourite     bool
-- col:   page          int8
-- col:   n_pages       int8
-- col:   n_total       numeric      places on all pages
-- test:  1, '{01,04}', '{01,02,03}', NULL, false, 1, '2026-01-01T00:00:00Z'
WITH mine AS MATERIALIZED (
       SELECT p.place_id, p.site_finess, p.site_name,
              f.thing IS NOT NULL AS favourite
         FROM dir.place_now AS p
         LEFT JOIN auth.favourite AS f
           ON f.account_id = $1 AND f.thing = 'l' || p.place_id
        WHERE p.place_id IN (SELECT g.place_id
                               FROM auth.grant_place AS g
                              WHERE g.account_id = $1
                                AND g.role = 'bed_manager')
          AND p.nature = ANY ($2)
          AND p.field = ANY ($3)
          AND ($4 IS NULL OR p.site_finess = $4)
          AND (NOT $5 OR f.thing IS NOT NULL
               OR EXISTS (SELECT FROM auth.favourite AS u
                           WHERE u.account_id = $1
                             AND u.thing IN (SELECT 'u' || x.id
                                               FROM unnest(p.unit_ids) AS x (id))))
), slot AS (
       SELECT m.site_finess, count(*) AS n,
              (sum(count(*)) OVER w - count(*))::bigint / 60 AS slot
         FROM mine AS m
        GROUP BY m.site_finess, m.site_name
       WINDOW w AS (ORDER BY m.site_name COLLATE pg_catalog."fr-x-icu",
                             m.site_finess)
), paged AS (
       SELECT s.site_finess, s.n,
              dense_rank() OVER (ORDER BY s.slot) AS page
         FROM slot AS s
), total AS (
       SELECT max(g.page) AS n_pages, sum(g.n) AS n_total FROM paged AS g
)
SELECT b.place_id, b.name, b.nature, b.site_finess, b.site_name,
       b.departement_code AS departement, b.time_zone, b.path_label, b.phone,
       b.unit_ids, b.locked @> $7 AS locked, l.locked_until, b.locked_reason,
       b.version, b.comment, b.touched_at, b.source_label, b.source_kind,
       a.name AS who, b.dispo_ind AS total, b.indicators, b.figures,
       b.unit_names, m.favourite, g.page, t.n_pages, t.n_total
  FROM total AS t
  JOIN paged AS g ON $6 = 0 OR g.page = least($6, t.n_pages)
  JOIN mine AS m ON m.site_finess = g.site_finess
  JOIN cap.place_board AS b ON b.place_id = m.place_id
  LEFT JOIN auth.account AS a ON a.id = b.account_id
  LEFT JOIN LATERAL (
        SELECT upper(r.during) AS locked_until
          FROM unnest(b.locked) AS r (during)
         WHERE r.during @> $7) AS l ON true
 ORDER BY b.site_name COLLATE pg_catalog."fr-x-icu", b.site_finess,
          b.name COLLATE pg_catalog."fr-x-icu", b.place_id
 LIMIT 50000;

-- What is recorded of some places, after a save or to explain a refusal.
-- name: board_state
-- for: app
-- rows: many, one per place that exists, by number
-- param: places        int8[]
-- col:   place_id      int8
-- col:   name          text
-- col:   time_zone     text
-- col:   version       int8
-- col:   comment       text
-- col:   touched_at    timestamptz
-- col:   source_label  text
-- col:   who           text
-- col:   total         int4         available ones
-- col:   indicators    int2[]
-- col:   figures       int4[]
-- test:  '{1,2}'
SELECT b.place_id, b.name, b.time_zone, b.version, b.comment, b.touched_at,
       b.source_label, a.name AS who, b.dispo_ind AS total, b.indicators,
       b.figures
  FROM cap.place_board AS b
  LEFT JOIN auth.account AS a ON a.id = b.account_id
 WHERE b.place_id = ANY ($1)
 ORDER BY b.place_id;

-- name: capacity_save
-- for: app
-- rows: many, one per place, by number
-- param: account_id    int8
-- param: mode          text         simple or full
-- param: key           uuid
-- param: places        int8[]
-- param: versions      int8[]
-- param: comments      text[]       null = as it was
-- param: obs_place     int8[]
-- param: obs_indicator int2[]
-- param: obs_value     int4[]       null = retracted
-- col:   place_id      int8
-- col:   outcome       text         see cap.save
-- col:   version       int8
-- test:  1, 'full', '00000000-0000-0000-0000-000000000000', '{}', '{}', '{}', '{}', '{}', '{}'
SELECT s.place_id,
       s.outcome,
       s.version
  FROM cap.save($1, $2, $3, '01', NULL, $4, $5, $6, $7, $8, $9) AS s
 ORDER BY s.place_id;

-- Places without news for longer than their kind allows, the oldest first.
-- name: board_stale
-- for: app
-- rows: many, at most 8, the longest silent first
-- param: account_id    int8
-- param: at            timestamptz
-- col:   place_id      int8
-- col:   name          text
-- col:   nature        text
-- col:   field         text
-- col:   site_finess   text
-- col:   site_name     text
-- col:   time_zone     text
-- col:   touched_at    timestamptz  null = never
-- col:   n_beds        int8         stale beds and rooms, of all
-- col:   n_places      int8         stale places, of all
-- test:  1, '2026-01-01T00:00:00Z'
SELECT p.place_id, p.name, p.nature, p.field, p.site_finess, p.site_name,
       p.time_zone, s.touched_at,
       count(*) FILTER (WHERE p.nature <> '02') OVER () AS n_beds,
       count(*) FILTER (WHERE p.nature = '02') OVER () AS n_places
  FROM dir.place_now AS p
  JOIN ref.ttl AS t
    ON t.nature = p.nature AND t.valid @> dir.today()
  LEFT JOIN cap.place_state AS s ON s.place_id = p.place_id
 WHERE p.place_id IN (SELECT g.place_id
                        FROM auth.grant_place AS g
                       WHERE g.account_id = $1 AND g.role = 'bed_manager')
   AND p.followed
   AND NOT p.locked @> $2
   AND (p.field IN ('01', '02', '03')
        OR p.nature = '02' AND p.field IN ('04', '06'))
   AND (s.touched_at IS NULL
        OR s.touched_at <= $2 - make_interval(secs => t.ttl_s))
 ORDER BY s.touched_at NULLS FIRST,
          p.site_name COLLATE pg_catalog."fr-x-icu", p.place_id
 LIMIT 8;

-- name: favourite_add
-- for: app
-- rows: none
-- param: account_id    int8
-- param: thing         text
-- test:  1, 'l1'
INSERT INTO auth.favourite (account_id, thing)
SELECT $1, $2
 WHERE (SELECT count(*) FROM auth.favourite AS f WHERE f.account_id = $1) < 2000
    ON CONFLICT DO NOTHING;

-- name: favourite_remove
-- for: app
-- rows: none
-- param: account_id    int8
-- param: thing         text
-- test:  1, 'l1'
DELETE FROM auth.favourite AS f
 WHERE f.account_id = $1 AND f.thing = $2;
