-- finess_et.sql - sites, official extract etalab-cs1100507: a first line
-- finess;etalab;…, then structureet (32 columns) and geolocalisation (6).
\ir begin.sql
\ir lines.sql
\ir finess_open.sql

SELECT ref.import_refuse(
       CASE WHEN count(*) = 0 THEN 'no structureet line'
            ELSE format('structureet lines have %s columns, 32 expected',
                        mode() WITHIN GROUP (ORDER BY cardinality(r.f))) END)
  FROM pg_temp.record AS r
 WHERE r.f[1] = 'structureet'
HAVING coalesce(mode() WITHIN GROUP (ORDER BY cardinality(r.f)), 0) <> 32;

UPDATE pg_temp.record AS r
   SET reason = CASE WHEN coalesce(r.f[1], '') NOT IN ('structureet', 'geolocalisation')
                     THEN 'unknown type of line'
                     WHEN cardinality(r.f) <> CASE r.f[1] WHEN 'structureet' THEN 32 ELSE 6 END
                     THEN format('%s columns, %s expected', cardinality(r.f),
                                 CASE r.f[1] WHEN 'structureet' THEN 32 ELSE 6 END)
                     WHEN r.f[2] !~ '^[0-9][0-9A-Z][0-9]{7}$' THEN 'not a FINESS number'
                     WHEN r.f[1] = 'geolocalisation' THEN NULL
                     WHEN concat(r.f[4], r.f[5]) = '' THEN 'no name'
                     WHEN r.f[3] !~ '^([0-9][0-9A-Z][0-9]{7})?$' THEN 'entity is not a FINESS number'
                     WHEN EXISTS (SELECT FROM dir.structure AS s
                                   WHERE s.finess = r.f[2] AND s.kind <> 'EG')
                     THEN 'this number is a legal entity' END
 WHERE r.reason IS NULL;

INSERT INTO pg_temp.incoming (no, line, kind, finess, parent_finess, name, long_name,
       category_code, category_label, siret, address_lines, postal, commune,
       finess_departement, phone, first_day)
SELECT r.no, r.line, 'EG', r.f[2], nullif(r.f[3], ''),
       coalesce(nullif(r.f[4], ''), r.f[5]), nullif(r.f[5], ''),
       nullif(r.f[19], ''), nullif(r.f[20], ''), nullif(r.f[23], ''),
       ARRAY[r.f[6], r.f[7], concat_ws(' ', nullif(r.f[8] || r.f[11], ''), nullif(r.f[9], ''), nullif(r.f[10], '')), r.f[12]],
       r.f[16], r.f[13], r.f[14], r.f[17], r.f[29]
  FROM pg_temp.record AS r
 WHERE r.reason IS NULL AND r.f[1] = 'structureet';

-- Positions.  sourcecoordet = quality,origin,…,…,system: the system's own name
-- may hold commas, so only the first four separate.
CREATE TEMP TABLE position AS
SELECT r.no, r.line, r.f[2] AS finess, r.f[3] AS x, r.f[4] AS y,
       s.part[1] AS quality, s.part[2] AS system, ref.epsg_of(s.part[2]) AS epsg,
       row_number() OVER (PARTITION BY r.f[2] ORDER BY r.no) AS nth
  FROM pg_temp.record AS r
  LEFT JOIN LATERAL regexp_match(r.f[5], '^([^,]*),[^,]*,[^,]*,[^,]*,(.*)$') AS s (part) ON true
 WHERE r.reason IS NULL AND r.f[1] = 'geolocalisation';
INSERT INTO pg_temp.refused (no, outcome, reason, line)
SELECT p.no, 'refused',
       CASE WHEN p.nth > 1 THEN 'second position of this number'
            ELSE 'position without a structureet line' END, p.line
  FROM pg_temp.position AS p
 WHERE p.nth > 1
    OR NOT EXISTS (SELECT FROM pg_temp.incoming AS i WHERE i.finess = p.finess);
CREATE TEMP TABLE located AS
SELECT p.no, p.line, p.finess, p.epsg, w.lat, w.lon,
       CASE WHEN p.quality ~ '^[123]$' THEN p.quality::smallint END AS quality
  FROM pg_temp.position AS p
  LEFT JOIN LATERAL ref.wgs84(p.epsg, p.x::double precision, p.y::double precision) AS w
    ON p.x ~ '^-?[0-9]{1,9}(\.[0-9]{1,9})?$' AND p.y ~ '^-?[0-9]{1,9}(\.[0-9]{1,9})?$'
 WHERE p.nth = 1 AND concat(p.x, p.y) <> '';
INSERT INTO pg_temp.refused (no, outcome, reason, line)
SELECT l.no, 'warning',
       CASE WHEN l.epsg IS NULL THEN 'unknown system of coordinates: no position'
            ELSE 'coordinates outside their system''s area: no position' END, l.line
  FROM pg_temp.located AS l
 WHERE l.lat IS NULL;
UPDATE pg_temp.incoming AS i
   SET lat = l.lat, lon = l.lon, position_quality = l.quality
  FROM pg_temp.located AS l
 WHERE l.finess = i.finess AND l.lat IS NOT NULL;
\ir finess_merge.sql
\ir end.sql
