-- communes_json.sql - communes from data/communes.json of the npm package
-- @etalab/decoupage-administratif.  Associated and delegated communes are
-- parts of a commune and are left out.
\ir begin.sql
\ir lines.sql

CREATE TEMP TABLE document AS
SELECT string_agg(l.line, E'\n' ORDER BY l.no) AS text
  FROM pg_temp.line AS l;
SELECT ref.import_refuse('not a JSON array of communes')
  FROM pg_temp.document AS d
 WHERE d.text !~ '^\s*\[\s*\{' OR d.text !~ '\}\s*\]\s*$';

CREATE TEMP TABLE incoming AS
SELECT e.no::integer AS no, left(e.one::text, 500) AS line, e.one ->> 'code' AS code,
       e.one ->> 'nom' AS name,
       coalesce(e.one ->> 'departement', e.one #>> '{collectiviteOutremer,code}',
                substr(e.one ->> 'code', 1, 3)) AS departement,
       e.one ->> 'type' AS kind,
       ARRAY(SELECT p.code
               FROM jsonb_array_elements_text(coalesce(e.one -> 'codesPostaux', '[]'))
                    WITH ORDINALITY AS p (code, no)
              ORDER BY p.no) AS postcodes,
       e.one ->> 'population' AS population,
       NULL::text AS reason
  FROM pg_temp.document AS d
 CROSS JOIN LATERAL jsonb_array_elements(d.text::jsonb) WITH ORDINALITY AS e (one, no)
 WHERE coalesce(e.one ->> 'type', '') NOT IN ('commune-associee', 'commune-deleguee');
SELECT count(*) AS n_lines FROM pg_temp.incoming \gset
\ir communes_merge.sql
\ir end.sql
