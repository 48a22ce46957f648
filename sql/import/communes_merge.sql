-- communes_merge.sql - what both readers of communes do with pg_temp.incoming.
-- 977 and 978 count with 971; collectivities outside the registry are refused.
UPDATE pg_temp.incoming AS i
   SET departement = '971'
 WHERE i.departement IN ('977', '978');
UPDATE pg_temp.incoming AS i
   SET reason = CASE WHEN i.code !~ '^[0-9][0-9AB][0-9]{3}$' THEN 'not a commune code'
                     WHEN coalesce(i.name, '') = '' OR length(i.name) > 100 THEN 'no name, or too long'
                     WHEN i.kind NOT IN ('commune-actuelle', 'arrondissement-municipal')
                     THEN 'type is neither commune-actuelle nor arrondissement-municipal'
                     WHEN coalesce(i.population, '') !~ '^[0-9]{0,8}$' THEN 'population is not a number'
                     WHEN array_to_string(i.postcodes, '') !~ '^([0-9]{5})*$' THEN 'not postcodes'
                     WHEN NOT EXISTS (SELECT FROM ref.departement AS d WHERE d.code = i.departement)
                     THEN 'département not counted by the registry' END
 WHERE i.reason IS NULL;
UPDATE pg_temp.incoming AS i
   SET reason = 'same code on an earlier line'
  FROM pg_temp.incoming AS e
 WHERE i.reason IS NULL AND e.reason IS NULL AND e.no < i.no AND e.code = i.code;
INSERT INTO pg_temp.refused (no, outcome, reason, line)
SELECT i.no, 'refused', i.reason, i.line
  FROM pg_temp.incoming AS i
 WHERE i.reason IS NOT NULL;

WITH before AS (
    SELECT i.code, i.departement, i.name, k.kind,
           coalesce(i.postcodes, '{}') AS postcodes,
           nullif(i.population, '')::integer AS population,
           c.code IS NULL AS is_new,
           (i.departement, i.name, k.kind, coalesce(i.postcodes, '{}'), nullif(i.population, '')::integer)
           IS DISTINCT FROM (c.departement_code, c.name, c.kind, c.postcodes, c.population) AS is_other
      FROM pg_temp.incoming AS i
     CROSS JOIN LATERAL (
           SELECT CASE i.kind WHEN 'commune-actuelle' THEN 'commune' ELSE 'arrondissement' END AS kind) AS k
      LEFT JOIN ref.commune AS c ON c.code = i.code
     WHERE i.reason IS NULL
), written AS (
    INSERT INTO ref.commune (code, departement_code, name, kind, postcodes, population)
    SELECT b.code, b.departement, b.name, b.kind, b.postcodes, b.population
      FROM before AS b
     WHERE b.is_new OR b.is_other
        ON CONFLICT (code) DO UPDATE
       SET departement_code = EXCLUDED.departement_code, name = EXCLUDED.name,
           kind = EXCLUDED.kind, postcodes = EXCLUDED.postcodes,
           population = EXCLUDED.population
)
SELECT count(*) FILTER (WHERE b.is_new) AS n_inserted,
       count(*) FILTER (WHERE b.is_other AND NOT b.is_new) AS n_changed,
       count(*) FILTER (WHERE NOT b.is_other) AS n_unchanged
  FROM before AS b \gset
