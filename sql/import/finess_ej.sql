-- finess_ej.sql - legal entities, official extract etalab-cs1100501: a first
-- line finess;etalab;…, then structureej lines of 23 columns.
\ir begin.sql
\ir lines.sql
\ir finess_open.sql

SELECT ref.import_refuse(
       CASE WHEN count(*) = 0 THEN 'no structureej line'
            ELSE format('structureej lines have %s columns, 23 expected',
                        mode() WITHIN GROUP (ORDER BY cardinality(r.f))) END)
  FROM pg_temp.record AS r
 WHERE r.f[1] = 'structureej'
HAVING coalesce(mode() WITHIN GROUP (ORDER BY cardinality(r.f)), 0) <> 23;

UPDATE pg_temp.record AS r
   SET reason = CASE WHEN r.f[1] IS DISTINCT FROM 'structureej' THEN 'unknown type of line'
                     WHEN cardinality(r.f) <> 23 THEN format('%s columns, 23 expected', cardinality(r.f))
                     WHEN r.f[2] !~ '^[0-9][0-9A-Z][0-9]{7}$' THEN 'not a FINESS number'
                     WHEN concat(r.f[3], r.f[4]) = '' THEN 'no name'
                     WHEN EXISTS (SELECT FROM dir.structure AS s
                                   WHERE s.finess = r.f[2] AND s.kind <> 'EJ')
                     THEN 'this number is a site' END
 WHERE r.reason IS NULL;

INSERT INTO pg_temp.incoming (no, line, kind, finess, name, long_name, category_code,
       category_label, legal_status, siren, address_lines, postal, commune,
       finess_departement, phone, first_day)
SELECT r.no, r.line, 'EJ', r.f[2], coalesce(nullif(r.f[3], ''), r.f[4]),
       nullif(r.f[4], ''), nullif(r.f[19], ''), nullif(r.f[20], ''),
       nullif(r.f[17], ''), nullif(r.f[21], ''),
       ARRAY[r.f[5], r.f[10], concat_ws(' ', nullif(r.f[6] || r.f[9], ''), nullif(r.f[7], ''), nullif(r.f[8], '')), r.f[11]],
       r.f[13], r.f[12], r.f[14], r.f[16], r.f[23]
  FROM pg_temp.record AS r
 WHERE r.reason IS NULL;
\ir finess_merge.sql
\ir end.sql
