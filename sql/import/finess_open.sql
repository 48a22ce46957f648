-- finess_open.sql - the first line of a FINESS extract, the split lines, and
-- the table that both readers fill for finess_merge.sql.
SELECT ref.import_refuse('first line is not finess;etalab;COUNTER;DATE')
 WHERE NOT EXISTS (
       SELECT FROM pg_temp.line AS l
        WHERE l.no = 1 AND l.line ~ '^finess;etalab;[0-9]*;[0-9]{4}-[0-9]{2}-[0-9]{2};*$');

-- The longest official line is about 900 characters.
CREATE TEMP TABLE record AS
SELECT l.no, l.line, f.f,
       CASE WHEN l.line = '' THEN 'empty line'
            WHEN length(l.line) > 4000 THEN 'line longer than 4,000 characters'
            WHEN f.f IS NULL THEN 'a quote is not closed: cut line' END AS reason
  FROM pg_temp.line AS l
 CROSS JOIN LATERAL (SELECT ref.csv_fields(left(l.line, 4001), ';') AS f) AS f
 WHERE l.no > 1;
ANALYZE pg_temp.record;

CREATE TEMP TABLE incoming (
    no                 integer NOT NULL,
    line               text NOT NULL,
    kind               text NOT NULL,
    finess             text NOT NULL,
    parent_finess      text,
    name               text NOT NULL,
    long_name          text,
    category_code      text,
    category_label     text,
    legal_status       text,
    siret              text,
    siren              text,
    address_lines      text[] NOT NULL,
    postal             text,
    commune            text,
    finess_departement text,
    phone              text,
    first_day          text,
    lat                double precision,
    lon                double precision,
    position_quality   smallint
);
