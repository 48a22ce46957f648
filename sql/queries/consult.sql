-- Consultation: where a commune is, whose favourites, who reports, and what
-- clinicians heard on the telephone.

-- A commune has no position of its own in the lists that we may read: it is
-- the mean of those of its establishments (docs/adr/0046).
-- name: commune_find
-- for: app
-- rows: many, at most 21, one per commune of that postcode, that name, else of names that begin so
-- param: typed         text         postcode or name
-- param: insee         text         one of them, null at first
-- col:   code          text
-- col:   name          text
-- col:   departement_code text
-- col:   sites         int8         that have a position; 0 = not known
-- col:   lat           float8
-- col:   lon           float8
-- test:  'saint', NULL
WITH typed AS (
    SELECT ref.plain_name($1) AS name
), found AS (
    SELECT c.code, c.name, c.departement_code, c.kind,
           $1 = ANY (c.postcodes) OR ref.plain_name(c.name) = t.name AS exact
      FROM typed AS t
      JOIN ref.commune AS c
        ON c.postcodes @> ARRAY[$1]
           OR (t.name <> ''
               AND ref.plain_name(c.name) COLLATE "C" >= t.name
               AND ref.plain_name(c.name) COLLATE "C" < t.name || '~')
     WHERE c.kind <> 'former' AND ($2 IS NULL OR c.code = $2)
)
SELECT f.code,
       f.name,
       f.departement_code,
       p.sites,
       p.lat,
       p.lon
  FROM found AS f
 CROSS JOIN LATERAL (
       SELECT count(*) AS sites, avg(v.lat) AS lat, avg(v.lon) AS lon
         FROM dir.structure_version AS v
         JOIN dir.structure AS s ON s.id = v.structure_id AND s.kind = 'EG'
        WHERE v.commune_code = ANY (ARRAY(
              SELECT f.code
               UNION ALL
              SELECT a.code
                FROM ref.commune AS a
               WHERE a.kind = 'arrondissement' AND f.kind = 'commune'
                 AND a.departement_code = f.departement_code
                 AND f.code IN ('75056', '69123', '13055')))
          AND v.valid @> dir.today() AND v.lat IS NOT NULL AND v.lon IS NOT NULL) AS p
 WHERE f.exact OR NOT EXISTS (SELECT FROM found AS e WHERE e.exact)
 ORDER BY p.sites = 0, ref.plain_name(f.name), f.code
 LIMIT 21;

-- name: favourite_place
-- for: app
-- rows: many, one per place that an account marked, itself or something above it
-- param: account_id    int8
-- col:   place_id      int8
-- test:  1
WITH RECURSIVE marked AS (
    SELECT f.thing
      FROM auth.favourite AS f
     WHERE f.account_id = $1
), inside AS (
    -- Pôles, services and functional units: what hangs below them.
    SELECT s.id
      FROM marked AS m
      JOIN dir.structure AS s
        ON s.id = substr(m.thing, 2)::bigint AND s.kind = upper(left(m.thing, 1))
     WHERE m.thing ~ '^[psf]'
     UNION
    SELECT v.structure_id
      FROM inside AS i
      JOIN dir.structure_version AS v ON v.parent_id = i.id AND v.valid @> dir.today()
)
SELECT p.place_id
  FROM dir.place_now AS p
 WHERE 'l' || p.place_id IN (SELECT m.thing FROM marked AS m)
    OR p.site_finess IN (SELECT m.thing FROM marked AS m)
    OR p.ej_finess IN (SELECT m.thing FROM marked AS m)
    OR p.unit_ids && ARRAY(SELECT substr(m.thing, 2)::bigint
                             FROM marked AS m
                            WHERE m.thing LIKE 'u%')
    OR p.unit_ids && ARRAY(SELECT u.unit_id
                             FROM dir.unit_version AS u
                            WHERE u.structure_id IN (SELECT i.id FROM inside AS i)
                              AND u.valid @> dir.today())
 ORDER BY p.place_id
 LIMIT 20000;

-- name: figure_reporter
-- for: app
-- rows: many, one per place with a figure of available beds
-- param: places        int8[]
-- col:   place_id      int8
-- col:   feed          text         null = entered by hand
-- col:   mode          text
-- test:  '{1,2}'
SELECT c.place_id,
       e.feed,
       e.mode
  FROM cap.current AS c
  JOIN cap.entry AS e ON e.id = c.entry_id
 WHERE c.place_id = ANY ($1)
   AND c.assignment_id = 0
   AND c.indicator_id = 20
 ORDER BY c.place_id;

-- name: call_add
-- for: app
-- rows: one
-- param: account_id    int8
-- param: place_id      int8
-- param: outcome       text
-- param: number        int4         null = not said
-- param: shown         int4         null = none was
-- param: shown_at      timestamptz
-- param: at            timestamptz
-- col:   result        text         ok, unknown, own, often
-- test:  1, 1, 'confirmed', NULL, 3, '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z'
SELECT cap.call_add($1, $2, $3, $4, $5, $6, $7) AS result;

-- name: call_recent
-- for: app
-- rows: many, one per place of the région and category called within two hours
-- param: region        text
-- param: category_id   int2
-- param: at            timestamptz
-- col:   place_id      int8
-- col:   outcome       text
-- col:   number        int4
-- col:   called_at     timestamptz
-- test:  '11', 1, '2026-01-01T00:00:00Z'
SELECT DISTINCT ON (c.place_id)
       c.place_id,
       c.outcome,
       c.number,
       c.called_at
  FROM cap.call_counted AS c
  JOIN dir.place_now AS p ON p.place_id = c.place_id
 WHERE c.called_at > $3 - interval '2 hours'
   AND p.region_code = $1
   AND p.category_id = $2
 ORDER BY c.place_id, c.called_at DESC, c.id DESC
 LIMIT 2000;

-- name: call_place
-- for: app
-- rows: many, one per place called within ninety days
-- param: places        int8[]
-- param: at            timestamptz
-- col:   place_id      int8
-- col:   judged        int8         calls to which a figure was shown
-- col:   accurate      int8         of them, those it was right for
-- col:   outcome       text         last one within two hours, null = none
-- col:   number        int4
-- col:   called_at     timestamptz
-- test:  '{1,2}', '2026-01-01T00:00:00Z'
SELECT n.place_id,
       n.judged,
       n.accurate,
       l.outcome,
       l.number,
       l.called_at
  FROM (SELECT c.place_id,
               count(c.accurate) AS judged,
               count(*) FILTER (WHERE c.accurate) AS accurate
          FROM cap.call_counted AS c
         WHERE c.place_id = ANY ($1)
           AND c.called_at > $2 - interval '90 days'
         GROUP BY c.place_id) AS n
  LEFT JOIN LATERAL (
        SELECT c.outcome, c.number, c.called_at
          FROM cap.call_counted AS c
         WHERE c.place_id = n.place_id
           AND c.called_at > $2 - interval '2 hours'
         ORDER BY c.called_at DESC, c.id DESC
         LIMIT 1) AS l ON true
 ORDER BY n.place_id;

-- name: call_site
-- for: app
-- rows: many, one per site called within ninety days, of what the account may report on
-- param: account_id    int8
-- param: region        text
-- param: at            timestamptz
-- col:   site_finess   text
-- col:   site_name     text
-- col:   departement_code text
-- col:   places        int8         that were called
-- col:   calls         int8
-- col:   confirmed     int8
-- col:   none          int8
-- col:   different     int8
-- col:   judged        int8
-- col:   accurate      int8
-- col:   last_at       timestamptz
-- test:  1, '11', '2026-01-01T00:00:00Z'
SELECT p.site_finess,
       p.site_name,
       p.departement_code,
       count(DISTINCT c.place_id) AS places,
       count(*) AS calls,
       count(*) FILTER (WHERE c.outcome = 'confirmed') AS confirmed,
       count(*) FILTER (WHERE c.outcome = 'none') AS none,
       count(*) FILTER (WHERE c.outcome = 'different') AS different,
       count(c.accurate) AS judged,
       count(*) FILTER (WHERE c.accurate) AS accurate,
       max(c.called_at) AS last_at
  FROM cap.call_counted AS c
  JOIN dir.place_now AS p ON p.place_id = c.place_id
 WHERE p.region_code = $2
   AND c.called_at > $3 - interval '90 days'
   AND EXISTS (SELECT FROM auth.grant_place AS g
                WHERE g.account_id = $1 AND g.place_id = c.place_id
                  AND g.role IN ('analyst', 'steward'))
 GROUP BY p.site_finess, p.site_name, p.departement_code
 ORDER BY p.departement_code, p.site_name, p.site_finess
 LIMIT 5000;
