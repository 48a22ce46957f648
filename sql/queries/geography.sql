-- Régions and départements, read once by each worker.

-- name: region_list
-- for: app auth api report
-- rows: many, one per région, ordered by name
-- col:   code          text
-- col:   name          text
-- test:
SELECT r.code,
       r.name
  FROM ref.region AS r
 ORDER BY r.name
 LIMIT 100;

-- name: departement_list
-- for: app auth api report
-- rows: many, one per département, ordered by code
-- col:   code          text
-- col:   name          text
-- col:   region_code   text
-- col:   time_zone     text
-- test:
SELECT d.code,
       d.name,
       d.region_code,
       d.time_zone
  FROM ref.departement AS d
 ORDER BY d.code
 LIMIT 200;
