-- sae.sql - one year of SAE: the tables of a folder make units, places and
-- installed beds.  Meaning of the cells: ref.sae_map, ref.sae_discipline.
--
-- A respondent (site, or entity for some of PSY) has one unit and one place per
-- discipline whose capacity is above zero.  Versions made here are never
-- changed here: they only end when a later survey no longer has the place.
-- psql variable year: the year asked for, or empty = what the lines say.
\ir begin.sql

CREATE TEMP TABLE line (part text NOT NULL, no integer NOT NULL, line text NOT NULL);
\copy pg_temp.line (part, no, line) FROM pstdin WITH (FORMAT csv, DELIMITER E'\001', QUOTE E'\002', FORCE_NOT_NULL (line))
ANALYZE pg_temp.line;

CREATE TEMP TABLE header AS
SELECT l.part, cardinality(h.f) AS n_columns, array_position(h.f, 'BOR') AS bor,
       array_position(h.f, 'AN') AS an, array_position(h.f, 'FI') AS fi, h.f
  FROM pg_temp.line AS l
 CROSS JOIN LATERAL (SELECT ref.csv_fields(upper(left(l.line, 20000)), ';') AS f) AS h
 WHERE l.no = 1;
SELECT ref.import_refuse(format('table %s: the header has no column %s', x.part, x.col))
  FROM (SELECT h.part, c.col
          FROM pg_temp.header AS h
         CROSS JOIN (VALUES ('BOR'), ('AN'), ('FI')) AS c (col)
         WHERE array_position(h.f, c.col) IS NULL
         UNION
        SELECT h.part, c.col
          FROM pg_temp.header AS h
          JOIN ref.sae_map AS m ON m.sae_table = h.part AND NOT m.optional
         CROSS JOIN LATERAL (VALUES (m.col), (nullif(m.key_col, ''))) AS c (col)
         WHERE c.col IS NOT NULL AND array_position(h.f, c.col) IS NULL
         ORDER BY 1, 2
         LIMIT 1) AS x;

-- Where each cell of ref.sae_map is in these files.
CREATE TEMP TABLE mapped AS
SELECT m.sae_table AS part, m.col, m.key_value, m.discipline, m.in_total,
       array_position(h.f, m.col) AS pos
  FROM ref.sae_map AS m
  JOIN pg_temp.header AS h ON h.part = m.sae_table
 WHERE array_position(h.f, m.col) IS NOT NULL;
ANALYZE pg_temp.mapped;

CREATE TEMP TABLE record AS
SELECT l.part, l.no, l.line, f.f, f.f[h.fi] AS fi, f.f[h.an] AS an,
       CASE k.pos WHEN 0 THEN '' ELSE f.f[k.pos] END AS key_value,
       CASE WHEN l.line = '' THEN 'empty line'
            WHEN length(l.line) > 8000 THEN 'line longer than 8,000 characters'
            WHEN f.f IS NULL THEN 'a quote is not closed: cut line'
            WHEN cardinality(f.f) <> h.n_columns
            THEN format('%s columns, the header has %s', cardinality(f.f), h.n_columns)
            WHEN f.f[h.bor] <> l.part THEN format('a line of table %s', f.f[h.bor])
            WHEN f.f[h.fi] !~ '^[0-9][0-9A-Z][0-9]{7}$' THEN 'not a FINESS number'
            WHEN f.f[h.an] !~ '^(19|20)[0-9]{2}$' THEN 'not a year' END AS reason
  FROM pg_temp.line AS l
  JOIN pg_temp.header AS h ON h.part = l.part
 CROSS JOIN LATERAL (SELECT ref.csv_fields(left(l.line, 8001), ';') AS f) AS f
  JOIN (SELECT DISTINCT m.sae_table AS part,
               coalesce(array_position(x.f, nullif(m.key_col, '')), 0) AS pos
          FROM ref.sae_map AS m
          JOIN pg_temp.header AS x ON x.part = m.sae_table) AS k ON k.part = l.part
 WHERE l.no > 1;
SELECT coalesce(nullif(:'year', ''), mode() WITHIN GROUP (ORDER BY r.an)) AS year,
       coalesce(mode() WITHIN GROUP (ORDER BY r.an), '?') AS seen_year
  FROM pg_temp.record AS r
 WHERE r.reason IS NULL \gset
SELECT ref.import_refuse('no line can be read') WHERE :'seen_year' = '?';
SELECT ref.import_refuse(format('the lines are of %s, not of %s', :'seen_year', :'year'))
 WHERE :'seen_year' <> :'year';
SELECT ref.import_refuse(format('the year %s is not over', :'year'))
 WHERE :year >= extract(year FROM dir.today());

UPDATE pg_temp.record AS r
   SET reason = CASE WHEN r.an <> :'year' THEN format('year %s', r.an)
                     WHEN NOT EXISTS (SELECT FROM pg_temp.mapped AS m
                                       WHERE m.part = r.part AND m.key_value = r.key_value)
                     THEN format('unknown code %s', r.key_value)
                     WHEN NOT EXISTS (SELECT FROM dir.structure AS s WHERE s.finess = r.fi)
                     THEN 'FINESS number unknown: import FINESS first'
                     WHEN EXISTS (SELECT FROM pg_temp.mapped AS m
                                   WHERE m.part = r.part AND m.key_value = r.key_value
                                     AND r.f[m.pos] !~ '^[0-9]{0,4}$')
                     THEN 'a capacity is not a number below 10,000' END
 WHERE r.reason IS NULL;
CREATE INDEX ON pg_temp.record (part, fi, key_value);
UPDATE pg_temp.record AS r
   SET reason = 'same respondent and code on an earlier line'
 WHERE r.reason IS NULL
   AND EXISTS (SELECT FROM pg_temp.record AS e
                WHERE e.part = r.part AND e.fi = r.fi AND e.no < r.no AND e.reason IS NULL
                  AND e.key_value = r.key_value);
INSERT INTO pg_temp.refused (part, no, outcome, reason, line)
SELECT r.part, r.no, 'refused', r.reason, r.line
  FROM pg_temp.record AS r
 WHERE r.reason IS NOT NULL;

CREATE TEMP TABLE cell AS
SELECT r.part, r.no, r.line, r.fi, m.col, m.key_value, m.discipline, m.in_total,
       nullif(r.f[m.pos], '')::integer AS value
  FROM pg_temp.record AS r
  JOIN pg_temp.mapped AS m ON m.part = r.part AND m.key_value = r.key_value
 WHERE r.reason IS NULL;
ANALYZE pg_temp.cell;

-- Totals are read only to check the details.
INSERT INTO pg_temp.refused (part, no, outcome, reason, line)
SELECT t.part, t.no, 'warning',
       format('%s %s is %s, its details add up to %s', t.col, t.key_value, t.value, d.value), t.line
  FROM pg_temp.cell AS t
  JOIN (SELECT c.part, c.fi, c.in_total, CASE c.key_value WHEN '' THEN c.in_total ELSE c.col END AS col,
               sum(c.value) AS value
          FROM pg_temp.cell AS c
         WHERE c.in_total IS NOT NULL
         GROUP BY 1, 2, 3, 4) AS d
    ON d.part = t.part AND d.fi = t.fi AND d.col = t.col
       AND t.key_value IN (d.in_total, '') AND t.discipline IS NULL
 WHERE coalesce(t.value, 0) <> coalesce(d.value, 0);

CREATE TEMP TABLE wanted AS
SELECT c.fi, c.discipline, s.id AS site_id, format('%s/%s', c.fi, c.discipline) AS key,
       sum(c.value)::integer AS value, min(c.no) AS no, min(c.part) AS part, min(c.line) AS line,
       NULL::bigint AS unit_id, NULL::bigint AS place_id, false AS is_new
  FROM pg_temp.cell AS c
  JOIN dir.structure AS s ON s.finess = c.fi
 WHERE c.discipline IS NOT NULL
 GROUP BY c.fi, c.discipline, s.id
HAVING sum(c.value) > 0;
-- What SAE made before, and a moment later what this survey adds.
CREATE TEMP TABLE known AS
SELECT split_part(x.key, '/', 1) AS fi, split_part(x.key, '/', 2) AS discipline,
       x.unit_id, up.place_id
  FROM dir.unit_external AS x
  JOIN (SELECT DISTINCT p.unit_id, p.place_id FROM dir.unit_place AS p) AS up ON up.unit_id = x.unit_id
 WHERE x.source = 'SAE';
CREATE INDEX ON pg_temp.known (fi, discipline);
ANALYZE pg_temp.known;
UPDATE pg_temp.wanted AS w
   SET unit_id = k.unit_id, place_id = k.place_id
  FROM pg_temp.known AS k
 WHERE k.fi = w.fi AND k.discipline = w.discipline;

-- Beds that are inside MCO, where no MCO bed is declared or known.
WITH gone AS (
    DELETE FROM pg_temp.wanted AS w
     USING ref.sae_discipline AS d
     WHERE d.code = w.discipline AND w.place_id IS NULL AND d.subset_of <> '{}'
       AND NOT EXISTS (SELECT FROM pg_temp.wanted AS m
                        WHERE m.fi = w.fi AND m.discipline = ANY (d.subset_of))
       AND NOT EXISTS (SELECT FROM pg_temp.known AS k
                        WHERE k.fi = w.fi AND k.discipline = ANY (d.subset_of))
    RETURNING w.part, w.no, w.line, w.discipline, w.value
)
INSERT INTO pg_temp.refused (part, no, outcome, reason, line)
SELECT g.part, g.no, 'warning',
       format('%s: %s left out, it is inside MCO and the respondent has no MCO bed', g.discipline, g.value), g.line
  FROM gone AS g;

UPDATE pg_temp.wanted AS w
   SET unit_id = nextval(pg_get_serial_sequence('dir.unit', 'id')),
       place_id = nextval(pg_get_serial_sequence('dir.place', 'id')),
       is_new = true
 WHERE w.unit_id IS NULL;
ANALYZE pg_temp.wanted;
INSERT INTO pg_temp.known (fi, discipline, unit_id, place_id)
SELECT w.fi, w.discipline, w.unit_id, w.place_id FROM pg_temp.wanted AS w WHERE w.is_new;
ANALYZE pg_temp.known;
INSERT INTO dir.unit (id)
SELECT w.unit_id FROM pg_temp.wanted AS w WHERE w.is_new;
INSERT INTO dir.place (id)
SELECT w.place_id FROM pg_temp.wanted AS w WHERE w.is_new;
INSERT INTO dir.unit_external (source, key, unit_id)
SELECT 'SAE', w.key, w.unit_id FROM pg_temp.wanted AS w WHERE w.is_new;
INSERT INTO dir.unit_version (unit_id, valid, structure_id, site_id, name, unit_type, field, care_mode, activities)
SELECT w.unit_id, '[1900-01-01,)', w.site_id, w.site_id, d.name, d.unit_type, d.field, d.care_mode, d.activities
  FROM pg_temp.wanted AS w
  JOIN ref.sae_discipline AS d ON d.code = w.discipline
 WHERE w.is_new;
INSERT INTO dir.unit_place (unit_id, place_id, valid)
SELECT w.unit_id, w.place_id, '[1900-01-01,)' FROM pg_temp.wanted AS w WHERE w.is_new;
INSERT INTO dir.place_version (place_id, valid, site_id, subset_of, name, nature, followed)
SELECT w.place_id, '[1900-01-01,)', w.site_id, inside.place_id, d.name, d.nature, d.followed
  FROM pg_temp.wanted AS w
  JOIN ref.sae_discipline AS d ON d.code = w.discipline
  LEFT JOIN (
       -- Of the disciplines it is inside, the first that this survey has.
       SELECT DISTINCT ON (k.fi, x.code) k.fi, x.code, k.place_id
         FROM ref.sae_discipline AS x
        CROSS JOIN LATERAL unnest(x.subset_of) WITH ORDINALITY AS i (code, rank)
         JOIN pg_temp.known AS k ON k.discipline = i.code
         LEFT JOIN pg_temp.wanted AS m ON m.unit_id = k.unit_id
        ORDER BY k.fi, x.code, m.unit_id IS NULL, i.rank) AS inside
    ON inside.fi = w.fi AND inside.code = w.discipline
 WHERE w.is_new;

-- The ledger: INST on 31 December, from the first minute of that day where the
-- place is, so that the whole day is known.
CREATE TEMP TABLE observed AS
SELECT w.place_id, w.value,
       make_timestamp(:year, 12, 31, 0, 0, 0) AT TIME ZONE coalesce(d.time_zone, 'Europe/Paris') AS effective_at
  FROM pg_temp.wanted AS w
  LEFT JOIN dir.structure_now AS s ON s.id = w.site_id
  LEFT JOIN ref.departement AS d ON d.code = s.departement_code;
CREATE TEMP TABLE entered AS
SELECT o.place_id, o.value, o.effective_at, k.value AS old_value
  FROM pg_temp.observed AS o
  LEFT JOIN (SELECT DISTINCT ON (l.place_id) l.place_id, l.value
               FROM cap.observation AS l
              WHERE l.source = '90' AND l.indicator_id = 1 AND l.assignment_id = 0
                AND ref.sae_year(l.effective_at) = :year
              ORDER BY l.place_id, l.recorded_at DESC, l.entry_id DESC) AS k
    ON k.place_id = o.place_id;
ANALYZE pg_temp.entered;
SELECT count(*) FILTER (WHERE e.old_value IS NULL) AS n_inserted,
       count(*) FILTER (WHERE e.old_value <> e.value) AS n_changed,
       count(*) FILTER (WHERE e.old_value = e.value) AS n_unchanged,
       (SELECT count(*) FROM pg_temp.line) AS n_lines,
       count(*) FILTER (WHERE e.old_value IS DISTINCT FROM e.value) > 0 AS any_news
  FROM pg_temp.entered AS e \gset
\if :any_news
-- Held to the end: a knowledge cut taken meanwhile waits for the commit.
SELECT pg_advisory_xact_lock_shared(cap.cut_lock()) \g /dev/null
SELECT cap.partition_ensure(current_date) \g /dev/null
SELECT clock_timestamp() AS recorded_at \gset
INSERT INTO cap.entry (feed, mode, source, recorded_at, n_places)
VALUES ('sae', 'import', '90', :'recorded_at', :n_inserted + :n_changed)
RETURNING id AS entry_id \gset
INSERT INTO cap.observation (place_id, indicator_id, value, effective_at, recorded_at, source, entry_id)
SELECT e.place_id, 1, e.value, e.effective_at, :'recorded_at', '90', :entry_id
  FROM pg_temp.entered AS e
 WHERE e.old_value IS DISTINCT FROM e.value;
SELECT cap.current_rebuild(ARRAY(SELECT e.place_id
                                   FROM pg_temp.entered AS e
                                  WHERE e.old_value IS DISTINCT FROM e.value)) \g /dev/null
\ir sae_close.sql
SELECT ref.import_analyze() \g /dev/null
SELECT dir.refresh() \g /dev/null
\endif
\ir end.sql
