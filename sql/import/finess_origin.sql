-- finess_origin.sql - where the name of each legal entity comes from:
-- nofiness;name_origin;no_et_in_sample.  A deduced name is marked as such in
-- the version that bears it: the world didn't change, no version starts.
\ir begin.sql
\ir lines.sql

SELECT ref.import_refuse('first line is not nofiness;name_origin;no_et_in_sample')
 WHERE NOT EXISTS (SELECT FROM pg_temp.line AS l
                    WHERE l.no = 1 AND l.line = 'nofiness;name_origin;no_et_in_sample');

CREATE TEMP TABLE incoming AS
SELECT l.no, l.line, s.id AS structure_id, v.valid, v.name_deduced,
       f.f[2] LIKE 'DEDUCED%' AS deduced,
       CASE WHEN cardinality(f.f) <> 3 THEN format('%s columns, 3 expected', cardinality(f.f))
            WHEN f.f[2] NOT IN ('SAE_ENTITY_ROW', 'SAE_RESPONDENT_ROW', 'DEDUCED_ONLY_SITE', 'DEDUCED_FIRST_SITE')
            THEN 'unknown origin'
            WHEN s.id IS NULL THEN 'no such legal entity: import the EJ file first'
            WHEN row_number() OVER (PARTITION BY s.id ORDER BY l.no) > 1
            THEN 'same number on an earlier line' END AS reason
  FROM pg_temp.line AS l
 CROSS JOIN LATERAL (SELECT string_to_array(left(l.line, 4000), ';') AS f) AS f
  LEFT JOIN dir.structure AS s ON s.finess = f.f[1] AND s.kind = 'EJ'
  LEFT JOIN dir.structure_version AS v ON v.structure_id = s.id AND v.valid @> dir.today()
 WHERE l.no > 1;
INSERT INTO pg_temp.refused (no, outcome, reason, line)
SELECT i.no, 'refused', i.reason, i.line
  FROM pg_temp.incoming AS i
 WHERE i.reason IS NOT NULL;

UPDATE dir.structure_version AS v
   SET name_deduced = i.deduced
  FROM pg_temp.incoming AS i
 WHERE i.reason IS NULL AND v.structure_id = i.structure_id AND v.valid = i.valid
   AND i.name_deduced <> i.deduced;
SELECT (SELECT count(*) FROM pg_temp.line) AS n_lines, 0 AS n_inserted,
       count(*) FILTER (WHERE i.name_deduced <> i.deduced) AS n_changed,
       count(*) FILTER (WHERE i.name_deduced = i.deduced) AS n_unchanged
  FROM pg_temp.incoming AS i
 WHERE i.reason IS NULL \gset
\ir end.sql
