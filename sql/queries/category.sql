-- Categories and their rules, for who administers them.

-- name: category_list
-- for: app
-- rows: many, one per category, in the order of the lines
-- col:   id            int2
-- col:   slug          text
-- col:   label         text
-- col:   nature        text
-- col:   many          text
-- col:   places        int8         of today
-- test:
SELECT c.id,
       c.slug,
       c.label,
       c.nature,
       n.many,
       (SELECT count(*)
          FROM dir.place_now AS p
         WHERE p.category_id = c.id) AS places
  FROM ref.category AS c
  JOIN ref.nature AS n ON n.code = c.nature
 ORDER BY c.nature, c.rank
 LIMIT 200;

-- name: category_rule_list
-- for: app
-- rows: many, one per rule, in their order
-- col:   category_id   int2
-- col:   unit_type     text
-- col:   activity      text
-- col:   care_mode     text
-- col:   field         text
-- test:
SELECT r.category_id,
       r.unit_type,
       r.activity,
       r.care_mode,
       r.field
  FROM ref.category_rule AS r
 ORDER BY r.rank
 LIMIT 400;

-- name: category_region_list
-- for: app
-- rows: many, one per category of a région with lines of its own
-- param: region        text
-- col:   category_id   int2
-- col:   shown         bool
-- test:  '11'
SELECT r.category_id,
       r.shown
  FROM ref.category_region AS r
 WHERE r.region_code = $1
 ORDER BY r.rank
 LIMIT 200;

-- name: category_version
-- for: app
-- rows: one
-- col:   number        int8
-- col:   changed_at    timestamptz
-- test:
SELECT v.number,
       v.changed_at
  FROM ref.category_version AS v;

-- name: category_code_list
-- for: app
-- rows: many, one per code of a list that rules compare with, that the lists or the units have
-- col:   kind          text         type, activity, mode, field
-- col:   code          text
-- col:   label         text         null = not in our lists
-- test:
SELECT k.kind,
       k.code,
       min(c.label) AS label
  FROM (SELECT 'type' AS kind, 'J238' AS list, u.unit_type AS code
          FROM dir.unit_now AS u
         UNION
        SELECT 'activity', 'J17', a.code
          FROM dir.unit_now AS u
         CROSS JOIN unnest(u.activities) AS a (code)
         UNION
        SELECT 'mode', 'J19', u.care_mode
          FROM dir.unit_now AS u
         WHERE u.care_mode IS NOT NULL
         UNION
        SELECT 'field', 'J20', u.field
          FROM dir.unit_now AS u) AS k
  LEFT JOIN ref.code AS c ON c.list = k.list AND c.code = k.code
 GROUP BY k.kind, k.code
 ORDER BY k.kind, k.code
 LIMIT 2000;

-- name: category_preview
-- for: app
-- rows: many, one per deciding rule, category of now and category to be
-- param: category      int2[]
-- param: type          text[]       "" = any
-- param: activity      text[]
-- param: mode          text[]
-- param: field         text[]
-- col:   rule          int4         from 1; null = none decides
-- col:   was           int2         null = not shown today
-- col:   becomes       int2
-- col:   places        int8
-- test:  '{1}', '{""}', '{""}', '{""}', '{""}'
SELECT p.rule,
       p.was,
       p.becomes,
       p.places
  FROM ref.category_preview($1, $2, $3, $4, $5) AS p
 ORDER BY p.rule, p.was, p.becomes
 LIMIT 4000;

-- name: category_patience
-- for: app
-- rows: one
-- col:   timeout       text
-- test:
SELECT ref.category_patience() AS timeout;

-- name: category_rules_set
-- for: app
-- rows: one
-- param: account_id    int8
-- param: address       inet
-- param: version       int8
-- param: at            timestamptz
-- param: category      int2[]
-- param: type          text[]
-- param: activity      text[]
-- param: mode          text[]
-- param: field         text[]
-- col:   result        text         ok, conflict
-- test:  1, '127.0.0.1', 0, '2026-01-01T00:00:00Z', '{1}', '{""}', '{""}', '{""}', '{""}'
SELECT ref.category_rules_set($1, $2, $3, $4, $5, $6, $7, $8, $9) AS result;

-- name: category_lines_set
-- for: app
-- rows: one
-- param: account_id    int8
-- param: address       inet
-- param: version       int8
-- param: at            timestamptz
-- param: category      int2[]
-- param: label         text[]
-- col:   result        text         ok, conflict
-- test:  1, '127.0.0.1', 0, '2026-01-01T00:00:00Z', '{1}', '{"Médecine"}'
SELECT ref.category_lines_set($1, $2, $3, $4, $5, $6) AS result;

-- name: category_add
-- for: app
-- rows: one
-- param: account_id    int8
-- param: address       inet
-- param: version       int8
-- param: at            timestamptz
-- param: slug          text
-- param: label         text
-- param: nature        text
-- col:   result        text         ok, exists, full, conflict
-- test:  1, '127.0.0.1', 0, '2026-01-01T00:00:00Z', 'essai', 'Essai', '01'
SELECT ref.category_add($1, $2, $3, $4, $5, $6, $7) AS result;

-- name: category_region_set
-- for: app
-- rows: one
-- param: account_id    int8
-- param: address       inet
-- param: version       int8
-- param: at            timestamptz
-- param: region        text
-- param: category      int2[]
-- param: shown         int2[]       1 or 0
-- col:   result        text         ok, conflict
-- test:  1, '127.0.0.1', 0, '2026-01-01T00:00:00Z', '11', '{1}', '{1}'
SELECT ref.category_region_set($1, $2, $3, $4, $5, $6, $7) AS result;
