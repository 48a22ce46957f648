-- sae_close.sql - places that a later survey no longer has end on its
-- 31 December; places that it has again start again.  Derived from the ledger
-- alone, so that the order in which years are imported does not matter.
--
-- A survey asked about a discipline when each table that can hold it brought
-- something that year; of a column that not every year has, that column.  A
-- place for which anybody else reports stays.
CREATE TEMP TABLE surveyed AS
SELECT DISTINCT split_part(x.key, '/', 2) AS discipline, x.unit_id, up.place_id,
       ref.sae_year(l.effective_at) AS year
  FROM cap.observation AS l
  JOIN dir.unit_place AS up ON up.place_id = l.place_id
  JOIN dir.unit_external AS x ON x.unit_id = up.unit_id AND x.source = 'SAE'
 WHERE l.source = '90' AND l.indicator_id = 1;
ANALYZE pg_temp.surveyed;

CREATE TEMP TABLE question AS
SELECT DISTINCT m.discipline, m.sae_table || CASE WHEN m.optional THEN ' ' || m.col ELSE '' END AS name
  FROM ref.sae_map AS m
 WHERE m.discipline IS NOT NULL;
CREATE TEMP TABLE asked AS
SELECT q.discipline, y.year
  FROM (SELECT DISTINCT s.year FROM pg_temp.surveyed AS s) AS y
 CROSS JOIN pg_temp.question AS q
  LEFT JOIN (SELECT DISTINCT k.name, s.year
               FROM pg_temp.question AS k
               JOIN pg_temp.surveyed AS s ON s.discipline = k.discipline) AS had
    ON had.name = q.name AND had.year = y.year
 GROUP BY q.discipline, y.year
HAVING count(*) = count(had.name);

CREATE TEMP TABLE ending AS
SELECT s.unit_id, s.place_id, make_date(a.year, 12, 31) AS day
  FROM (SELECT s.discipline, s.unit_id, s.place_id, max(s.year) AS year
          FROM pg_temp.surveyed AS s
         GROUP BY s.discipline, s.unit_id, s.place_id) AS s
 CROSS JOIN LATERAL (
       SELECT min(k.year) AS year
         FROM pg_temp.asked AS k
        WHERE k.discipline = s.discipline AND k.year > s.year) AS a
  JOIN dir.place_version AS v ON v.place_id = s.place_id AND upper_inf(v.valid)
 WHERE a.year IS NOT NULL
   AND NOT EXISTS (SELECT FROM cap.observation AS o
                    WHERE o.place_id = s.place_id AND o.source <> '90');
-- A survey that lost much of its lines must not close a country.
SELECT ref.import_refuse(format('%s of %s places known from SAE would end: is the folder whole?',
                                e.n, p.n))
  FROM (SELECT count(*) AS n FROM pg_temp.ending) AS e
 CROSS JOIN (SELECT count(DISTINCT s.place_id) AS n FROM pg_temp.surveyed AS s) AS p
 WHERE e.n > 50 AND e.n > p.n / 4;
UPDATE dir.unit_version AS v
   SET valid = daterange(lower(v.valid), e.day)
  FROM pg_temp.ending AS e
 WHERE v.unit_id = e.unit_id AND upper_inf(v.valid) AND lower(v.valid) < e.day;
UPDATE dir.unit_place AS v
   SET valid = daterange(lower(v.valid), e.day)
  FROM pg_temp.ending AS e
 WHERE v.unit_id = e.unit_id AND v.place_id = e.place_id
   AND upper_inf(v.valid) AND lower(v.valid) < e.day;
UPDATE dir.place_version AS v
   SET valid = daterange(lower(v.valid), e.day)
  FROM pg_temp.ending AS e
 WHERE v.place_id = e.place_id AND upper_inf(v.valid) AND lower(v.valid) < e.day;

CREATE TEMP TABLE again AS
SELECT s.unit_id, s.place_id, make_date(max(s.year), 12, 31) AS day
  FROM pg_temp.surveyed AS s
  JOIN dir.place_version AS v ON v.place_id = s.place_id
 GROUP BY s.unit_id, s.place_id
HAVING bool_and(NOT upper_inf(v.valid)) AND max(upper(v.valid)) <= make_date(max(s.year), 12, 31);
INSERT INTO dir.unit_version (unit_id, valid, structure_id, site_id, name, unit_type, field,
       care_mode, activities, phone, conditions, sensitive)
SELECT DISTINCT ON (v.unit_id) v.unit_id, daterange(a.day, NULL), v.structure_id, v.site_id,
       v.name, v.unit_type, v.field, v.care_mode, v.activities, v.phone, v.conditions, v.sensitive
  FROM pg_temp.again AS a
  JOIN dir.unit_version AS v ON v.unit_id = a.unit_id
 ORDER BY v.unit_id, lower(v.valid) DESC;
INSERT INTO dir.unit_place (unit_id, place_id, valid)
SELECT a.unit_id, a.place_id, daterange(a.day, NULL) FROM pg_temp.again AS a;
INSERT INTO dir.place_version (place_id, valid, site_id, subset_of, name, nature, followed)
SELECT DISTINCT ON (v.place_id) v.place_id, daterange(a.day, NULL), v.site_id, v.subset_of,
       v.name, v.nature, v.followed
  FROM pg_temp.again AS a
  JOIN dir.place_version AS v ON v.place_id = a.place_id
 ORDER BY v.place_id, lower(v.valid) DESC;
