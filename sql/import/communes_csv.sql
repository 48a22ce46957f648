-- communes_csv.sql - communes from code,label,parent_departement,region,type,
-- codes_postaux,population (comma, header).
\ir begin.sql
\ir lines.sql

SELECT ref.import_refuse('first line is not code,label,parent_departement,region,type,codes_postaux,population')
 WHERE NOT EXISTS (
       SELECT FROM pg_temp.line AS l
        WHERE l.no = 1
          AND l.line = 'code,label,parent_departement,region,type,codes_postaux,population');

CREATE TEMP TABLE incoming AS
SELECT l.no, l.line, f.f[1] AS code, f.f[2] AS name, f.f[3] AS departement,
       f.f[5] AS kind, string_to_array(nullif(f.f[6], ''), ' ') AS postcodes,
       f.f[7] AS population,
       CASE WHEN f.f IS NULL THEN 'a quote is not closed: cut line'
            WHEN cardinality(f.f) <> 7 THEN format('%s columns, 7 expected', cardinality(f.f))
       END AS reason
  FROM pg_temp.line AS l
 CROSS JOIN LATERAL (SELECT ref.csv_fields(left(l.line, 20000), ',') AS f) AS f
 WHERE l.no > 1;
SELECT count(*) AS n_lines FROM pg_temp.line \gset
\ir communes_merge.sql
\ir end.sql
