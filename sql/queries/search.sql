-- What the search index is made of, and what a page of results shows.

-- name: search_generation
-- for: app
-- rows: one
-- col:   number        int8
-- test:
SELECT g.number
  FROM dir.generation AS g;

-- name: search_structures
-- for: app
-- rows: many, one per structure of today, by id
-- param: after         int8
-- col:   id            int8
-- col:   name          text
-- col:   words         text
-- col:   departement   text
-- col:   fields        int4           bit n: a unit of field 0n
-- col:   type          int4
-- col:   inside        bool           a pôle, service or UF
-- test: 0
SELECT s.id,
       s.name,
       concat_ws(' ', s.name, s.long_name, s.finess, s.code, s.postcode,
                 s.locality, c.name, s.category_label, site.name,
                 site.locality) AS words,
       coalesce(s.departement_code, site.departement_code) AS departement,
       coalesce((SELECT bit_or(1 << u.field::integer)
                   FROM dir.unit_now AS u
                  WHERE u.site_id = s.id OR u.structure_id = s.id), 0) AS fields,
       0 AS type,
       s.kind IN ('P', 'S', 'F') AS inside
  FROM dir.structure_now AS s
  LEFT JOIN ref.commune AS c ON c.code = s.commune_code
  LEFT JOIN dir.structure_now AS p1 ON p1.id = s.parent_id AND s.kind IN ('P', 'S', 'F')
  LEFT JOIN dir.structure_now AS p2 ON p2.id = p1.parent_id AND p1.kind <> 'EG'
  LEFT JOIN dir.structure_now AS p3 ON p3.id = p2.parent_id AND p2.kind <> 'EG'
  LEFT JOIN dir.structure_now AS site ON site.id = coalesce(p3.id, p2.id, p1.id)
 WHERE s.id > $1
 ORDER BY s.id
 LIMIT 20000;

-- name: search_units
-- for: app
-- rows: many, one per unit of today, by id
-- param: after         int8
-- col:   id            int8
-- col:   name          text
-- col:   words         text
-- col:   departement   text
-- col:   fields        int4
-- col:   type          int4
-- col:   inside        bool
-- test: 0
SELECT u.id,
       u.name,
       concat_ws(' ', u.name, site.name, site.finess, site.postcode,
                 site.locality, c.name,
                 (SELECT min(t.label)
                    FROM ref.code AS t
                   WHERE t.list = 'J238' AND t.code = u.unit_type),
                 (SELECT string_agg(t.label, ' ' ORDER BY t.code)
                    FROM ref.code AS t
                   WHERE t.list = 'J17' AND t.code = ANY (u.activities))) AS words,
       site.departement_code AS departement,
       1 << u.field::integer AS fields,
       CASE WHEN u.unit_type ~ '^[0-9]{1,4}$' THEN u.unit_type::integer ELSE 0 END AS type,
       false AS inside
  FROM dir.unit_now AS u
  JOIN dir.structure_now AS site ON site.id = u.site_id
  LEFT JOIN ref.commune AS c ON c.code = site.commune_code
 WHERE u.id > $1
 ORDER BY u.id
 LIMIT 20000;

-- One page of results, in the order asked for; what is gone is left out.
-- name: search_show
-- for: app
-- rows: many, in the order of the arrays
-- param: kinds         text[]         s, o (pôle, service, UF) or u
-- param: ids           int8[]
-- col:   level         text
-- col:   href          text
-- col:   name          text
-- col:   site          text           of a unit, pôle, service or UF
-- col:   commune       text
-- col:   field         text
-- col:   units         int8
-- col:   touched_at    timestamptz    newest news of its places
-- test: '{s,u}', '{1,1}'
SELECT x.level,
       x.href,
       x.name,
       x.site,
       x.commune,
       x.field,
       x.units,
       x.touched_at
  FROM (SELECT w.place, s.kind AS level,
               coalesce(s.finess, concat(lower(s.kind), s.id)) AS href,
               s.name,
               site.name AS site,
               concat_ws(' ', coalesce(s.postcode, site.postcode),
                         coalesce(c.name, s.locality, site.locality)) AS commune,
               n.field,
               n.units,
               (SELECT max(k.touched_at)
                  FROM dir.place_now AS p
                  JOIN cap.place_state AS k ON k.place_id = p.place_id
                 WHERE p.site_id = s.id) AS touched_at
          FROM unnest($1, $2) WITH ORDINALITY AS w (kind, id, place)
          JOIN dir.structure_now AS s ON s.id = w.id
          LEFT JOIN dir.structure_now AS p1 ON p1.id = s.parent_id AND s.kind IN ('P', 'S', 'F')
          LEFT JOIN dir.structure_now AS p2 ON p2.id = p1.parent_id AND p1.kind <> 'EG'
          LEFT JOIN dir.structure_now AS p3 ON p3.id = p2.parent_id AND p2.kind <> 'EG'
          LEFT JOIN dir.structure_now AS site ON site.id = coalesce(p3.id, p2.id, p1.id)
          LEFT JOIN ref.commune AS c ON c.code = coalesce(s.commune_code, site.commune_code)
          LEFT JOIN LATERAL (
                SELECT count(DISTINCT u.id) AS units,
                       string_agg(DISTINCT f.label, ', ') AS field
                  FROM dir.unit_now AS u
                  LEFT JOIN dir.structure_now AS uf ON uf.id = u.structure_id
                  LEFT JOIN dir.structure_now AS us ON us.id = uf.parent_id
                  LEFT JOIN ref.code AS f ON f.list = 'J20' AND f.code = u.field
                 WHERE u.site_id = ANY (ARRAY(
                           SELECT coalesce(site.id, s.id)
                            UNION ALL
                           SELECT g.id
                             FROM dir.structure_now AS g
                            WHERE s.kind = 'EJ' AND g.parent_id = s.id))
                   AND (w.kind = 's' OR u.structure_id = s.id OR uf.parent_id = s.id OR us.parent_id = s.id)) AS n ON true
         WHERE w.kind IN ('s', 'o')
         UNION ALL
        SELECT w.place, 'UO', concat('u', u.id), u.name, site.name,
               concat_ws(' ', site.postcode, coalesce(c.name, site.locality)),
               (SELECT min(f.label)
                  FROM ref.code AS f
                 WHERE f.list = 'J20' AND f.code = u.field),
               1,
               (SELECT max(k.touched_at)
                  FROM dir.unit_place AS up
                  JOIN cap.place_state AS k ON k.place_id = up.place_id
                 WHERE up.unit_id = u.id AND up.valid @> dir.today())
          FROM unnest($1, $2) WITH ORDINALITY AS w (kind, id, place)
          JOIN dir.unit_now AS u ON u.id = w.id
          JOIN dir.structure_now AS site ON site.id = u.site_id
          LEFT JOIN ref.commune AS c ON c.code = site.commune_code
         WHERE w.kind = 'u') AS x
 ORDER BY x.place
 LIMIT 100;

-- The things an account marked, or the sites it has grants on, as kind and id.
-- name: search_own
-- for: app
-- rows: many, by name
-- param: account_id    int8
-- param: favourites    bool
-- col:   kind          text
-- col:   id            int8
-- test: 1, true
SELECT x.kind,
       x.id
  FROM (SELECT CASE WHEN s.finess IS NULL THEN 'o' ELSE 's' END AS kind, s.id, s.name
          FROM dir.structure_now AS s
          JOIN auth.favourite AS f
            ON f.thing = coalesce(s.finess, concat(lower(s.kind), s.id))
         WHERE $2 AND f.account_id = $1
         UNION
        SELECT 'u', u.id, u.name
          FROM dir.unit_now AS u
          JOIN auth.favourite AS f ON f.thing = concat('u', u.id)
         WHERE $2 AND f.account_id = $1
         UNION
        SELECT 'u', u.id, u.name
          FROM dir.place_now AS p
          JOIN auth.favourite AS f ON f.thing = concat('l', p.place_id)
          JOIN dir.unit_now AS u ON u.id = p.unit_ids[1]
         WHERE $2 AND f.account_id = $1
         UNION
        SELECT 's', s.id, s.name
          FROM dir.structure_now AS s
          JOIN auth.grant_now AS g ON g.code = s.finess
         WHERE NOT $2 AND g.account_id = $1 AND g.scope IN ('ej', 'eg')
         UNION
        SELECT 's', s.id, s.name
          FROM dir.structure_now AS s
          JOIN dir.structure_now AS ej ON ej.id = s.parent_id
          JOIN auth.grant_now AS g ON g.code = ej.finess
         WHERE NOT $2 AND g.account_id = $1 AND g.scope = 'ej') AS x
 ORDER BY x.name, x.id
 LIMIT 100;

-- Types of units in use, for the filter.
-- name: search_types
-- for: app
-- rows: many, by label
-- col:   code          text
-- col:   label         text
-- test:
SELECT c.code,
       min(c.label) AS label
  FROM ref.code AS c
 WHERE c.list = 'J238'
   AND EXISTS (SELECT FROM dir.unit_version AS u WHERE u.unit_type = c.code)
 GROUP BY c.code
 ORDER BY 2
 LIMIT 400;
