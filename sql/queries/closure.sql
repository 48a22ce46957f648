-- Planned closures: the calendar, planning, and what a board may propose.

-- name: closure_sites
-- for: app
-- rows: many, one per site where the account may plan closures, by name
-- param: account_id    int8
-- col:   finess        text
-- col:   name          text
-- col:   departement   text
-- test:  1
SELECT DISTINCT p.site_finess AS finess, p.site_name AS name,
       p.departement_code AS departement
  FROM dir.place_now AS p
 WHERE p.place_id IN (SELECT g.place_id
                        FROM auth.grant_place AS g
                       WHERE g.account_id = $1
                         AND g.role IN ('bed_manager', 'director', 'steward'))
 ORDER BY p.site_name, p.site_finess
 LIMIT 2000;

-- name: closure_places
-- for: app
-- rows: many, one per place of the site that the account may close, by name
-- param: account_id    int8
-- param: site          text
-- col:   place_id      int8
-- col:   name          text
-- col:   nature        text
-- col:   installed     int4         null = never said
-- test:  1, '910000017'
SELECT p.place_id, p.name, p.nature, c.value AS installed
  FROM dir.place_now AS p
  LEFT JOIN cap.current AS c
    ON c.place_id = p.place_id AND c.assignment_id = 0 AND c.indicator_id = 1
 WHERE p.site_finess = $2
   AND p.place_id IN (SELECT g.place_id
                        FROM auth.grant_place AS g
                       WHERE g.account_id = $1
                         AND g.role IN ('bed_manager', 'director', 'steward'))
 ORDER BY p.name COLLATE pg_catalog."fr-x-icu", p.place_id
 LIMIT 1000;

-- name: closure_list
-- for: app
-- rows: many, by first day, site and place; at most 500 from the offset
-- param: account_id    int8
-- param: site          text         FINESS number, null = all
-- param: first_day     date
-- param: last_day      date         null = no limit
-- param: skip          int4
-- col:   id            int8
-- col:   place_id      int8
-- col:   place         text
-- col:   nature        text
-- col:   unit_id       int8
-- col:   unit          text
-- col:   site_finess   text
-- col:   site          text
-- col:   from_day      date
-- col:   to_day        date         the last day
-- col:   beds          int4
-- col:   reopenable    bool
-- col:   reason        text
-- col:   who           text
-- col:   recorded_at   timestamptz
-- col:   n_total       int8
-- test:  1, NULL, '2026-01-01', '2026-01-31', 0
SELECT c.id, c.place_id, p.name AS place, p.nature, c.unit_id, u.name AS unit,
       p.site_finess, p.site_name AS site, lower(c.during) AS from_day,
       upper(c.during) - 1 AS to_day, c.beds, c.reopenable, c.reason,
       a.name AS who, c.recorded_at, count(*) OVER () AS n_total
  FROM cap.closure_now AS c
  JOIN dir.place_now AS p ON p.place_id = c.place_id
  LEFT JOIN dir.unit_now AS u ON u.id = c.unit_id
  LEFT JOIN auth.account AS a ON a.id = c.account_id
 WHERE c.during && daterange($3, $4, '[]')
   AND ($2 IS NULL OR p.site_finess = $2)
   AND c.place_id IN (SELECT g.place_id
                        FROM auth.grant_place AS g
                       WHERE g.account_id = $1
                         AND g.role IN ('bed_manager', 'director', 'steward'))
 ORDER BY lower(c.during), p.site_name COLLATE pg_catalog."fr-x-icu",
          p.name COLLATE pg_catalog."fr-x-icu", c.id
OFFSET $5
 LIMIT 500;

-- name: closure_get
-- for: app
-- rows: maybe
-- param: account_id    int8
-- param: id            int8
-- col:   place_id      int8
-- col:   place         text
-- col:   site_finess   text
-- col:   site          text
-- col:   from_day      date
-- col:   to_day        date
-- col:   beds          int4
-- col:   reopenable    bool
-- col:   reason        text
-- col:   may           bool
-- col:   cancelled     bool         or changed
-- test:  1, 1
SELECT c.place_id, p.name AS place, p.site_finess, p.site_name AS site,
       lower(c.during) AS from_day, upper(c.during) - 1 AS to_day, c.beds,
       c.reopenable, c.reason,
       EXISTS (SELECT FROM auth.grant_place AS g
                WHERE g.account_id = $1 AND g.place_id = c.place_id
                  AND g.role IN ('bed_manager', 'director', 'steward')) AS may,
       c.cancelled_at IS NOT NULL AS cancelled
  FROM cap.closure AS c
  JOIN dir.place_now AS p ON p.place_id = c.place_id
 WHERE c.id = $2;

-- name: closure_save
-- for: app
-- rows: many, one per closure, in order
-- param: account_id    int8
-- param: address       inet
-- param: key           uuid
-- param: confirmed     bool
-- param: place         int8[]
-- param: from_day      date[]
-- param: to_day        date[]
-- param: beds          int4[]
-- param: reopenable    bool[]
-- param: reason        text[]
-- param: replaces      int8[]
-- col:   outcome       text         see cap.closure_save; the same on each row
-- col:   field         text         of the error
-- col:   error         text
-- col:   warning       text
-- test:  1, '127.0.0.1', '00000000-0000-0000-0000-000000000000', false, '{}', '{}', '{}', '{}', '{}', '{}', '{}'
SELECT s.outcome, s.field, s.error, s.warning
  FROM cap.closure_save($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) AS s
 ORDER BY s.line;

-- name: closure_cancel
-- for: app
-- rows: one
-- param: account_id    int8
-- param: address       inet
-- param: id            int8
-- col:   outcome       text         see cap.closure_cancel
-- test:  1, '127.0.0.1', 0
SELECT cap.closure_cancel($1, $2, $3) AS outcome;

-- What planned closures say of some places on the day it is there: never more
-- than is installed, so that the proposal can be saved as it is.
-- name: closure_proposal
-- for: app
-- rows: many, one per place with a closure that runs, by number
-- param: places        int8[]
-- param: at            timestamptz
-- col:   place_id      int8
-- col:   closed_nr     int8         not re-openable within 24 h
-- col:   closed_r      int8         re-openable
-- col:   reason        text
-- col:   last_day      date         of the closure that ends first
-- test:  '{1,2}', '2026-01-01T00:00:00Z'
SELECT s.place_id,
       least(s.closed_nr, s.installed) AS closed_nr,
       least(s.closed_r, s.installed - least(s.closed_nr, s.installed)) AS closed_r,
       s.reason,
       s.last_day
  FROM (SELECT c.place_id,
               coalesce(sum(c.beds) FILTER (WHERE NOT c.reopenable), 0) AS closed_nr,
               coalesce(sum(c.beds) FILTER (WHERE c.reopenable), 0) AS closed_r,
               coalesce(max(i.value), 9999)::bigint AS installed,
               string_agg(DISTINCT c.reason, ', ') AS reason,
               min(upper(c.during) - 1) AS last_day
          FROM cap.closure_now AS c
          JOIN dir.place_now AS p ON p.place_id = c.place_id
          LEFT JOIN cap.current AS i
            ON i.place_id = c.place_id AND i.assignment_id = 0 AND i.indicator_id = 1
         WHERE c.place_id = ANY ($1)
           AND c.during @> ($2 AT TIME ZONE p.time_zone)::date
         GROUP BY c.place_id) AS s
 ORDER BY s.place_id;
