-- finess_merge.sql - pg_temp.incoming into identities and dated versions.
--
-- A structure seen for the first time is valid from its opening date, or from
-- 1900 when the file gives none, so that reports on past days find it.  A
-- structure that differs gets a version from today: the file says how things
-- are, not since when.  A structure that the file doesn't name stays.
INSERT INTO pg_temp.refused (no, outcome, reason, line)
SELECT r.no, 'refused', r.reason, r.line
  FROM pg_temp.record AS r
 WHERE r.reason IS NOT NULL;

WITH gone AS (
    DELETE FROM pg_temp.incoming AS i
     USING pg_temp.incoming AS e
     WHERE e.finess = i.finess AND e.no < i.no
    RETURNING i.no, i.line
)
INSERT INTO pg_temp.refused (no, outcome, reason, line)
SELECT DISTINCT g.no, 'refused', 'same number on an earlier line', g.line
  FROM gone AS g;

-- Département: its column, else (entities without an address) the number,
-- where 9701 to 9705 and 9805 stand for 9A to 9F.
ALTER TABLE pg_temp.incoming ADD COLUMN departement text, ADD COLUMN insee text;
UPDATE pg_temp.incoming AS i
   SET departement = d.code,
       insee = CASE WHEN i.commune ~ '^[0-9]{3}$'
                    THEN CASE WHEN d.finess_code LIKE '9_' AND d.code LIKE '97_'
                              THEN '97' ELSE d.code END || i.commune END
  FROM ref.departement AS d
 WHERE d.finess_code = coalesce(
       nullif(i.finess_departement, ''),
       CASE substr(i.finess, 1, 4)
            WHEN '9701' THEN '9A' WHEN '9702' THEN '9B' WHEN '9703' THEN '9C'
            WHEN '9704' THEN '9D' WHEN '9705' THEN '9E' WHEN '9805' THEN '9F'
            ELSE substr(i.finess, 1, 2) END);
WITH gone AS (
    DELETE FROM pg_temp.incoming AS i
     WHERE i.departement IS NULL
    RETURNING i.no, i.line
)
INSERT INTO pg_temp.refused (no, outcome, reason, line)
SELECT g.no, 'refused', 'unknown département', g.line
  FROM gone AS g;

-- FINESS files Saint-Barthélemy and Saint-Martin under Guadeloupe.
UPDATE pg_temp.incoming AS i
   SET insee = CASE i.insee WHEN '97123' THEN '97701' ELSE '97801' END
 WHERE i.insee IN ('97123', '97127');
-- Communes merged since, that FINESS still names.
INSERT INTO ref.commune (code, departement_code, name, kind, postcodes)
SELECT f.code, f.departement, f.name, 'former', ARRAY[f.postcode]
  FROM (VALUES ('69152', '69', 'Pierre-Bénite', '69310'),
               ('62549', '62', 'Marconne', '62140'),
               ('93059', '93', 'Pierrefitte-sur-Seine', '93380'))
    AS f (code, departement, name, postcode)
 WHERE f.code IN (SELECT i.insee FROM pg_temp.incoming AS i)
    ON CONFLICT (code) DO NOTHING;
INSERT INTO pg_temp.refused (no, outcome, reason, line)
SELECT i.no, 'warning', format('commune %s is not in the list: left out', i.insee), i.line
  FROM pg_temp.incoming AS i
 WHERE i.insee NOT IN (SELECT c.code FROM ref.commune AS c)
   AND EXISTS (SELECT FROM ref.commune AS c WHERE c.kind = 'commune');
UPDATE pg_temp.incoming AS i
   SET insee = NULL
 WHERE i.insee NOT IN (SELECT c.code FROM ref.commune AS c)
   AND EXISTS (SELECT FROM ref.commune AS c WHERE c.kind = 'commune');
-- Paris, Lyon and Marseille as a whole: the arrondissement when one alone has
-- the postcode.
UPDATE pg_temp.incoming AS i
   SET insee = a.code
  FROM (SELECT p.postcode, min(c.code) AS code, min(c.departement_code) AS departement
          FROM ref.commune AS c
         CROSS JOIN LATERAL unnest(c.postcodes) AS p (postcode)
         WHERE c.kind = 'arrondissement'
         GROUP BY p.postcode
        HAVING count(*) = 1) AS a
 WHERE i.insee IN ('75056', '69123', '13055')
   AND a.postcode = substr(i.postal, 1, 5) AND a.departement = i.departement;

INSERT INTO pg_temp.refused (no, outcome, reason, line)
SELECT i.no, 'warning',
       CASE WHEN i.siret !~ '^[0-9]{14}$' THEN format('SIRET %s is not 14 digits: left out', i.siret)
            ELSE format('SIRET %s has a wrong key: kept', i.siret) END, i.line
  FROM pg_temp.incoming AS i
 WHERE i.siret !~ '^[0-9]{14}$' OR NOT ref.luhn(i.siret);
INSERT INTO pg_temp.refused (no, outcome, reason, line)
SELECT i.no, 'warning', format('entity %s is unknown: imported without it', i.parent_finess), i.line
  FROM pg_temp.incoming AS i
  LEFT JOIN dir.structure AS s ON s.finess = i.parent_finess AND s.kind = 'EJ'
 WHERE i.parent_finess IS NOT NULL AND s.id IS NULL;

INSERT INTO dir.structure (kind, finess)
SELECT i.kind, i.finess
  FROM pg_temp.incoming AS i
 ORDER BY i.finess
    ON CONFLICT (finess) DO NOTHING;
ANALYZE pg_temp.incoming;

-- What each version should say from its day on.  What FINESS leaves empty and
-- is known here (telephone, position, entity) stays known.
CREATE TEMP TABLE wanted AS
SELECT s.id AS structure_id, d.day, v.valid AS old_valid, a.first_day,
       coalesce(ej.id, v.parent_id) AS parent_id, left(i.name, 300) AS name,
       i.long_name, v.code, i.category_code, i.category_label, i.legal_status,
       CASE WHEN i.siret ~ '^[0-9]{14}$' THEN i.siret END AS siret,
       CASE WHEN i.siren ~ '^[0-9]{9}$' THEN i.siren END AS siren,
       array_remove(i.address_lines, '') AS address_lines,
       coalesce(z.part[1], v.postcode) AS postcode,
       coalesce(z.part[2], nullif(i.postal, '')) AS locality,
       i.insee AS commune_code, i.departement AS departement_code,
       coalesce(nullif(regexp_replace(i.phone, '[^0-9+]', '', 'g'), ''), v.phone) AS phone,
       v.mail,
       CASE WHEN i.lat IS NULL THEN v.lat ELSE i.lat END AS lat,
       CASE WHEN i.lat IS NULL THEN v.lon ELSE i.lon END AS lon,
       CASE WHEN i.lat IS NULL THEN v.position_quality ELSE i.position_quality END AS position_quality,
       coalesce(v.name_deduced AND v.name = left(i.name, 300), false) AS name_deduced,
       to_jsonb(v) - 'valid' AS old
  FROM pg_temp.incoming AS i
  JOIN dir.structure AS s ON s.finess = i.finess
  LEFT JOIN dir.structure AS ej ON ej.finess = i.parent_finess AND ej.kind = 'EJ'
  LEFT JOIN LATERAL regexp_match(i.postal, '^([0-9]{5}) +(.+)$') AS z (part) ON true
 CROSS JOIN LATERAL (
       -- A day beyond its month (31 February) falls into the next.
       SELECT CASE WHEN i.first_day ~ '^(1[6-9]|20)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$'
                   THEN (left(i.first_day, 8) || '01')::date + right(i.first_day, 2)::integer - 1
              END AS first_day) AS a
 CROSS JOIN LATERAL (SELECT greatest(dir.today(), a.first_day) AS day) AS d
  LEFT JOIN dir.structure_version AS v ON v.structure_id = s.id AND v.valid @> d.day;
ANALYZE pg_temp.wanted;

CREATE TEMP TABLE decided AS
SELECT w.*,
       CASE WHEN w.old_valid IS NULL THEN 'insert'
            WHEN w.old = to_jsonb(w) - 'day' - 'old_valid' - 'first_day' - 'old' THEN 'same'
            ELSE 'change' END AS act
  FROM pg_temp.wanted AS w;

UPDATE dir.structure_version AS v
   SET valid = daterange(lower(v.valid), d.day)
  FROM pg_temp.decided AS d
 WHERE d.act = 'change' AND v.structure_id = d.structure_id
   AND v.valid = d.old_valid AND lower(v.valid) < d.day;
DELETE FROM dir.structure_version AS v
 USING pg_temp.decided AS d
 WHERE d.act = 'change' AND v.structure_id = d.structure_id AND v.valid = d.old_valid;
INSERT INTO dir.structure_version (structure_id, valid, parent_id, name, long_name, code,
       category_code, category_label, legal_status, siret, siren, address_lines,
       postcode, locality, commune_code, departement_code, phone, mail, lat, lon,
       position_quality, name_deduced)
SELECT d.structure_id,
       CASE WHEN d.act = 'change' THEN daterange(d.day, upper(d.old_valid))
            ELSE daterange(f.first, (SELECT min(lower(v.valid))
                                       FROM dir.structure_version AS v
                                      WHERE v.structure_id = d.structure_id
                                        AND lower(v.valid) > f.first)) END,
       d.parent_id, d.name, d.long_name, d.code, d.category_code, d.category_label,
       d.legal_status, d.siret, d.siren, d.address_lines, d.postcode, d.locality,
       d.commune_code, d.departement_code, d.phone, d.mail, d.lat, d.lon,
       d.position_quality, d.name_deduced
  FROM pg_temp.decided AS d
 CROSS JOIN LATERAL (
       SELECT CASE WHEN EXISTS (SELECT FROM dir.structure_version AS v
                                 WHERE v.structure_id = d.structure_id)
                   THEN d.day ELSE coalesce(d.first_day, '1900-01-01') END AS first) AS f
 WHERE d.act <> 'same';

SELECT dir.refresh(), ref.import_analyze() \g /dev/null
SELECT (SELECT count(*) FROM pg_temp.line) AS n_lines,
       count(*) FILTER (WHERE d.act = 'insert') AS n_inserted,
       count(*) FILTER (WHERE d.act = 'change') AS n_changed,
       count(*) FILTER (WHERE d.act = 'same') AS n_unchanged
  FROM pg_temp.decided AS d \gset
