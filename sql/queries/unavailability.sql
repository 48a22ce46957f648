-- Total unavailability of a unit: what is declared, declaring, lifting.

-- name: unavailability_unit
-- for: app
-- rows: maybe
-- param: account_id    int8
-- param: unit          int8
-- col:   name          text
-- col:   site_finess   text
-- col:   site_name     text
-- col:   time_zone     text
-- col:   may           bool         the account may declare and lift
-- col:   places        text[]       names of its places
-- col:   shared        text[]       of these, the ones that other units use too
-- test:  1, 1
SELECT u.name, s.finess AS site_finess, s.name AS site_name, d.time_zone,
       EXISTS (SELECT FROM auth.grant_unit AS g
                WHERE g.account_id = $1 AND g.unit_id = u.id
                  AND g.role IN ('bed_manager', 'director', 'steward')) AS may,
       coalesce(p.names, '{}') AS places, coalesce(p.shared, '{}') AS shared
  FROM dir.unit_now AS u
  JOIN dir.structure_now AS s ON s.id = u.site_id
  JOIN ref.departement AS d ON d.code = s.departement_code
  LEFT JOIN LATERAL (
        SELECT array_agg(n.name ORDER BY n.name, n.place_id) AS names,
               array_agg(n.name ORDER BY n.name, n.place_id)
                 FILTER (WHERE cardinality(n.unit_ids) > 1) AS shared
          FROM dir.place_now AS n
         WHERE n.unit_ids @> ARRAY[u.id]) AS p ON true
 WHERE u.id = $2;

-- name: unavailability_of
-- for: app
-- rows: many, at most 20, the newest first
-- param: unit          int8
-- col:   id            int8
-- col:   from_at       timestamptz  null = called off before it began
-- col:   until_at      timestamptz  null = no end known
-- col:   planned_end   timestamptz
-- col:   reason        text
-- col:   set_by        text         null = an import
-- col:   set_at        timestamptz
-- col:   lifted_by     text
-- col:   lifted_at     timestamptz
-- test:  1
SELECT x.id, lower(x.during) AS from_at, upper(x.during) AS until_at,
       coalesce(x.planned_end, CASE WHEN x.lifted_at IS NULL THEN upper(x.during) END) AS planned_end,
       x.reason, s.name AS set_by, x.set_at, l.name AS lifted_by, x.lifted_at
  FROM dir.unavailability AS x
  LEFT JOIN auth.account AS s ON s.id = x.set_by
  LEFT JOIN auth.account AS l ON l.id = x.lifted_by
 WHERE x.unit_id = $1
 ORDER BY coalesce(lower(x.during), x.lifted_at) DESC, x.id DESC
 LIMIT 20;

-- In force, to come, or over by itself for a week, of the account's units.
-- name: unavailability_mine
-- for: app
-- rows: many, at most 200, those that run first
-- param: account_id    int8
-- param: site          text         FINESS number, null = all
-- param: at            timestamptz
-- col:   unit          int8
-- col:   name          text
-- col:   site_name     text
-- col:   time_zone     text
-- col:   reason        text
-- col:   from_at       timestamptz
-- col:   until_at      timestamptz  null = no end known
-- test:  1, NULL, '2026-01-01T00:00:00Z'
SELECT u.id AS unit, u.name, s.name AS site_name, d.time_zone, x.reason,
       lower(x.during) AS from_at, upper(x.during) AS until_at
  FROM dir.unavailability AS x
  JOIN dir.unit_now AS u ON u.id = x.unit_id
  JOIN dir.structure_now AS s ON s.id = u.site_id
  JOIN ref.departement AS d ON d.code = s.departement_code
 WHERE NOT isempty(x.during)
   AND x.lifted_at IS NULL
   AND (upper_inf(x.during) OR upper(x.during) > $3::timestamptz - interval '7 days')
   AND ($2::text IS NULL OR s.finess = $2)
   AND x.unit_id IN (SELECT g.unit_id
                       FROM auth.grant_unit AS g
                      WHERE g.account_id = $1
                        AND g.role IN ('bed_manager', 'director', 'steward'))
 ORDER BY (x.during @> $3::timestamptz) DESC, lower(x.during), u.id
 LIMIT 200;

-- name: unavailability_set
-- for: app
-- rows: one
-- param: account_id    int8
-- param: address       inet
-- param: unit          int8
-- param: from_at       timestamptz  null = now
-- param: until_at      timestamptz  null = no end known
-- param: reason        text
-- param: replace       bool
-- col:   outcome       text         see dir.unavailability_set
-- test:  1, '127.0.0.1', 0, NULL, NULL, 'motif', false
SELECT dir.unavailability_set($1, $2, $3, $4, $5, $6, $7) AS outcome;

-- name: unavailability_lift
-- for: app
-- rows: one
-- param: account_id    int8
-- param: address       inet
-- param: unit          int8
-- param: id            int8
-- col:   outcome       text         see dir.unavailability_lift
-- test:  1, '127.0.0.1', 0, 0
SELECT dir.unavailability_lift($1, $2, $3, $4) AS outcome;
