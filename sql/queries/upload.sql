-- Files of many lines: the model, what waits to be confirmed, saving it.

-- What the account may enter, with what is recorded, for the model.
-- name: upload_model
-- for: app
-- rows: many, one per place and indicator; places by site and name
-- param: account_id    int8
-- param: site          text         FINESS number, null = all
-- col:   place_id      int8
-- col:   site_finess   text
-- col:   name          text
-- col:   version       int8
-- col:   comment       text
-- col:   indicators    int8[]
-- col:   amounts       int8[]       of the same rank
-- test:  1, NULL
SELECT p.place_id, p.site_finess, p.name, coalesce(s.version, 0) AS version,
       coalesce(s.comment, '') AS comment, coalesce(c.indicators, '{}') AS indicators,
       coalesce(c.amounts, '{}') AS amounts
  FROM dir.place_now AS p
  LEFT JOIN cap.place_state AS s ON s.place_id = p.place_id
  LEFT JOIN LATERAL (
        SELECT array_agg(k.indicator_id::bigint ORDER BY k.indicator_id) AS indicators,
               array_agg(k.value::bigint ORDER BY k.indicator_id) AS amounts
          FROM cap.current AS k
         WHERE k.place_id = p.place_id AND k.assignment_id = 0
           AND k.value IS NOT NULL) AS c ON true
 WHERE ($2 IS NULL OR p.site_finess = $2)
   AND p.place_id IN (SELECT g.place_id
                        FROM auth.grant_place AS g
                       WHERE g.account_id = $1 AND g.role = 'bed_manager')
 ORDER BY p.site_finess, p.name, p.place_id
 LIMIT 20000;

-- name: upload_columns
-- for: app
-- rows: many, one per indicator that a file may have, in order
-- col:   id            int2
-- col:   code          text
-- col:   label         text
-- test:
SELECT i.id, i.code, i.label
  FROM ref.indicator AS i
 WHERE NOT i.derived
 ORDER BY i.id
 LIMIT 100;

-- name: upload_new
-- for: app
-- rows: one
-- param: account_id    int8
-- param: kind          text
-- param: key           uuid
-- param: name          text
-- param: header        text[]
-- param: lines         int4[]
-- param: fields        text[]
-- col:   error         text         null = taken
-- test:  1, 'capacity', '00000000-0000-0000-0000-000000000000', 'x.csv', '{x}', '{}', '{}'
SELECT cap.upload_new($1, $2, $3, $4, $5, $6, $7) AS error;

-- A file takes longer than a page may: for the transaction it is run in.
-- name: upload_patience
-- for: app
-- rows: one
-- col:   setting       text
-- test:
SELECT pg_catalog.set_config('statement_timeout', '18s', true) AS setting;

-- name: upload_get
-- for: app
-- rows: maybe
-- param: account_id    int8
-- param: key           uuid
-- col:   kind          text
-- col:   file_name     text
-- col:   expires_at    timestamptz
-- col:   done_at       timestamptz  null = waiting
-- col:   n_saved       int4
-- col:   n_lines       int8
-- col:   n_errors      int8
-- col:   n_warnings    int8
-- col:   n_changes     int8
-- col:   n_same        int8         lines that say what is recorded
-- test:  1, '00000000-0000-0000-0000-000000000000'
SELECT u.kind, u.file_name, u.expires_at, u.done_at, u.n_saved,
       count(*) AS n_lines, count(l.error) AS n_errors,
       count(l.warning) FILTER (WHERE l.error IS NULL) AS n_warnings,
       count(l.changes) FILTER (WHERE l.error IS NULL) AS n_changes,
       count(*) FILTER (WHERE l.error IS NULL AND l.changes IS NULL
                          AND cardinality(l.indicators) > 0) AS n_same
  FROM cap.upload AS u
  JOIN cap.upload_line AS l ON l.upload_id = u.id
 WHERE u.account_id = $1 AND u.key = $2 AND u.expires_at > now()
 GROUP BY u.id;

-- name: upload_lines
-- for: app
-- rows: many, at most 300: errors, then warnings, then changes, by line
-- param: account_id    int8
-- param: key           uuid
-- col:   line          int4
-- col:   place_id      int8
-- col:   name          text
-- col:   changes       text
-- col:   error         text
-- col:   warning       text
-- test:  1, '00000000-0000-0000-0000-000000000000'
SELECT l.line, l.place_id, l.name, l.changes, l.error, l.warning
  FROM cap.upload AS u
  JOIN cap.upload_line AS l ON l.upload_id = u.id
 WHERE u.account_id = $1 AND u.key = $2
   AND (l.error IS NOT NULL OR l.warning IS NOT NULL OR l.changes IS NOT NULL)
 ORDER BY l.error IS NULL, l.warning IS NULL, l.line
 LIMIT 300;

-- name: upload_refused
-- for: app
-- rows: many, by line
-- param: account_id    int8
-- param: key           uuid
-- col:   header        text[]
-- col:   line          int4
-- col:   fields        text[]
-- col:   error         text
-- test:  1, '00000000-0000-0000-0000-000000000000'
SELECT u.header, l.line, l.raw AS fields, l.error
  FROM cap.upload AS u
  JOIN cap.upload_line AS l ON l.upload_id = u.id
 WHERE u.account_id = $1 AND u.key = $2 AND l.error IS NOT NULL
 ORDER BY l.line
 LIMIT 20000;

-- name: upload_save
-- for: app
-- rows: one
-- param: account_id    int8
-- param: address       inet
-- param: key           uuid
-- param: part          int4         0, 1, … while it says more
-- param: warned        bool
-- param: same          bool
-- col:   outcome       text         see cap.upload_save
-- test:  1, '127.0.0.1', '00000000-0000-0000-0000-000000000000', 0, false, false
SELECT cap.upload_save($1, $2, $3, $4, $5, $6) AS outcome;

-- name: upload_again
-- for: app
-- rows: one
-- param: account_id    int8
-- param: key           uuid
-- col:   done          bool
-- test:  1, '00000000-0000-0000-0000-000000000000'
SELECT cap.upload_again($1, $2) IS NULL AS done;
