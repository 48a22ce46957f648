-- nos.sql - a list of codes (JDV_*, TRE_*) into ref.code.
-- JDV: code,label,parent,valid_from,valid_to,system; TRE ends with a
-- definition instead: the terminology is then the file's own name.
\ir begin.sql
\ir lines.sql

SELECT ref.import_refuse(format('not a list of codes: name %s', quote_ident(:'name')))
 WHERE :'name' !~ '^(JDV_J|TRE_[RG])[0-9]+-[A-Za-z0-9-]+\.csv(\.gz)?$';
SELECT ref.import_refuse('first line is not code,label,parent,valid_from,valid_to,system|definition')
 WHERE NOT EXISTS (
       SELECT FROM pg_temp.line AS l
        WHERE l.no = 1
          AND l.line ~ '^code,label,parent,valid_from,valid_to,(system|definition)$');

CREATE TEMP TABLE incoming AS
SELECT l.no, l.line,
       substring(:'name' FROM '^(?:JDV|TRE)_([A-Z][0-9]+)') AS list,
       CASE WHEN :'name' LIKE 'TRE%' THEN split_part(:'name', '.', 1) ELSE f.f[6] END AS system,
       f.f[1] AS code, f.f[2] AS label, f.f[4] AS valid_from, f.f[5] AS valid_to,
       CASE WHEN f.f IS NULL THEN 'a quote is not closed: cut line'
            WHEN cardinality(f.f) <> 6 THEN format('%s columns, 6 expected', cardinality(f.f))
            WHEN f.f[1] = '' THEN 'no code'
            WHEN length(f.f[1]) > 40 THEN 'code longer than 40 characters'
            WHEN f.f[2] = '' THEN 'no label'
            WHEN length(f.f[2]) > 500 THEN 'label longer than 500 characters'
            WHEN :'name' LIKE 'JDV%' AND f.f[6] = '' THEN 'no source terminology'
            WHEN concat(f.f[4], f.f[5]) !~ '^([0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01]))*$'
            THEN 'not a date'
       END AS reason
  FROM pg_temp.line AS l
 CROSS JOIN LATERAL (SELECT ref.csv_fields(left(l.line, 20000), ',') AS f) AS f
 WHERE l.no > 1;
UPDATE pg_temp.incoming AS i
   SET reason = 'same code and terminology on an earlier line'
  FROM pg_temp.incoming AS e
 WHERE i.reason IS NULL AND e.reason IS NULL AND e.no < i.no
   AND (e.system, e.code) = (i.system, i.code);
INSERT INTO pg_temp.refused (no, outcome, reason, line)
SELECT i.no, 'refused', i.reason, i.line
  FROM pg_temp.incoming AS i
 WHERE i.reason IS NOT NULL;

-- A code that left the list stays: what was recorded with it must be readable.
WITH before AS (
    SELECT i.list, i.system, i.code, i.label,
           coalesce(nullif(i.valid_from, '')::date, c.valid_from) AS valid_from,
           coalesce(nullif(i.valid_to, '')::date, c.valid_to) AS valid_to,
           c.code IS NULL AS is_new,
           (i.label, coalesce(nullif(i.valid_from, '')::date, c.valid_from),
            coalesce(nullif(i.valid_to, '')::date, c.valid_to))
           IS DISTINCT FROM (c.label, c.valid_from, c.valid_to) AS is_other
      FROM pg_temp.incoming AS i
      LEFT JOIN ref.code AS c
        ON c.list = i.list AND c.system = i.system AND c.code = i.code
     WHERE i.reason IS NULL
), written AS (
    INSERT INTO ref.code AS c (list, system, code, label, valid_from, valid_to)
    SELECT b.list, b.system, b.code, b.label, b.valid_from, b.valid_to
      FROM before AS b
     WHERE b.is_new OR b.is_other
        ON CONFLICT (list, system, code) DO UPDATE
       SET label = EXCLUDED.label, valid_from = EXCLUDED.valid_from,
           valid_to = EXCLUDED.valid_to
)
SELECT (SELECT count(*) FROM pg_temp.line) AS n_lines,
       count(*) FILTER (WHERE b.is_new) AS n_inserted,
       count(*) FILTER (WHERE b.is_other AND NOT b.is_new) AS n_changed,
       count(*) FILTER (WHERE NOT b.is_other) AS n_unchanged
  FROM before AS b \gset
\ir end.sql
